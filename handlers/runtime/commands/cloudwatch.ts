import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import type { CommandsOf } from './commands.ts';

export const client = CloudWatchClient;

export const commands = {
  deleteAlarms: DeleteAlarmsCommand,
  describeAlarms: DescribeAlarmsCommand,
  putMetricAlarm: PutMetricAlarmCommand,
} satisfies CommandsOf<'cloudwatch'>;
