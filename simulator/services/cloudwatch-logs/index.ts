import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { Service } from '../../service.ts';
import { eventOperations } from './events.ts';
import { groupOperations } from './groups.ts';
import { cloudwatchLogsHome, type LogsState } from './state.ts';

/** CloudWatch Logs: groups, streams and their latest events. Subscriptions, metric filters and Insights are not simulated. */
export const cloudwatchLogs: Service<CloudWatchLogs, LogsState> = {
  ...cloudwatchLogsHome,
  eventSource: 'logs.amazonaws.com',
  operations: { ...groupOperations, ...eventOperations },
  dataEvents: new Set(Object.keys(eventOperations)),
};
