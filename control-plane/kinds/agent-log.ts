import { type AwsCall, type Dialogue, write, writeUnlessAbsent } from '../model/aws-call.ts';
import { isFault } from '../model/faults.ts';
import type { Permission } from '../model/permission.ts';
import type { Region } from '../model/region.ts';

/** As long as the control plane's own logs are kept where nobody says otherwise. What has to be kept for longer is in the journal. */
export const AGENT_LOGS_KEPT_DAYS = 90;

const groupOf = (functionName: string): string => `/aws/lambda/${functionName}`;

/** By name alone: no function but an agent has such a name, and so no other log group. */
export const agentLogPermission: Permission = {
  actions: ['logs:CreateLogGroup', 'logs:PutRetentionPolicy', 'logs:DeleteLogGroup'],
  resources: [`arn:aws:logs:*:{account}:log-group:${groupOf('landbridge-*_*')}:*`],
};

/**
 * Makes the log group of an agent, with an end to what is kept in it.
 *
 * Written with the function and never looked at: agents may write lines and make no group, so none comes into being that
 * keeps them forever, and a kind of its own would read once more in each member in each look, for something that heals no
 * caller. A group that somebody deletes comes back with the next code; until then the agent runs and leaves no log.
 *
 * Source  docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html (a group that is there already is used),
 *         docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
 */
export function* ensureAgentLog(region: Region, functionName: string): Dialogue<AwsCall, void> {
  const logGroupName = groupOf(functionName);
  try {
    yield* write(region, 'cloudwatch-logs', 'createLogGroup', { logGroupName });
  } catch (error) {
    if (!isFault(error, 'Conflict')) throw error;
  }
  const retentionInDays = AGENT_LOGS_KEPT_DAYS;
  yield* write(region, 'cloudwatch-logs', 'putRetentionPolicy', { logGroupName, retentionInDays });
}

/** Takes it away. Before the function: whoever dies between the two is followed by somebody who still sees the function. */
export const removeAgentLog = (region: Region, functionName: string): Dialogue<AwsCall, void> =>
  writeUnlessAbsent(region, 'cloudwatch-logs', 'deleteLogGroup', { logGroupName: groupOf(functionName) });
