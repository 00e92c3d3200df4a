import { DescribeExecutionCommand, SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { CommandsOf } from './commands.ts';

export const client = SFNClient;

export const commands = {
  describeExecution: DescribeExecutionCommand,
  startExecution: StartExecutionCommand,
  stopExecution: StopExecutionCommand,
} satisfies CommandsOf<'sfn'>;
