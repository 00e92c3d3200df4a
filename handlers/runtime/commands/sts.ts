import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { CommandsOf } from './commands.ts';

export const client = STSClient;

export const commands = {
  assumeRole: AssumeRoleCommand,
} satisfies CommandsOf<'sts'>;
