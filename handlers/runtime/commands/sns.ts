import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { CommandsOf } from './commands.ts';

export const client = SNSClient;

export const commands = {
  publish: PublishCommand,
} satisfies CommandsOf<'sns'>;
