import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { CommandsOf } from './commands.ts';

export const client = CloudWatchLogsClient;

export const commands = {
  createLogGroup: CreateLogGroupCommand,
  deleteLogGroup: DeleteLogGroupCommand,
  putRetentionPolicy: PutRetentionPolicyCommand,
} satisfies CommandsOf<'cloudwatch-logs'>;
