import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { CommandsOf } from './commands.ts';

export const client = SFNClient;

export const commands = {
  describeExecution: DescribeExecutionCommand,
  startExecution: StartExecutionCommand,
} satisfies CommandsOf<'sfn'>;
