import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { Call } from '../../service.ts';
import type { LogsState } from '../../services/cloudwatch-logs/state.ts';
import type { Access } from '../access.ts';
import { type ActionTable, requestTags, withTagging } from './action-table.ts';

type LogsCall = Call<LogsState>;

interface LogRequest {
  readonly logGroupName?: string | undefined;
  readonly logGroupIdentifier?: string | undefined;
  readonly logStreamName?: string | undefined;
}

/** A group is asked about as all of its streams: 'log-group:NAME:log-stream:', which 'log-group:NAME:*' covers. */
function log(call: LogsCall, action: string, request: LogRequest, stream = ''): Access {
  const { account, region } = call.place;
  const given = request.logGroupName ?? request.logGroupIdentifier ?? '';
  const name = given.startsWith('arn:') ? given.split(':log-group:')[1]?.replace(/:\*$/, '') : given;
  const found = call.state.groups.get(name ?? '');
  return {
    action: `logs:${action}`,
    resource: `arn:aws:logs:${region}:${account}:log-group:${name}:log-stream:${stream}`,
    tags: found?.tags,
    absent: found === undefined && name !== '',
  };
}

const ofGroup =
  (action: string) =>
  (input: LogRequest, call: LogsCall): readonly Access[] => [log(call, action, input)];

const ofStream =
  (action: string) =>
  (input: LogRequest, call: LogsCall): readonly Access[] => [log(call, action, input, input.logStreamName)];

/** Tags alone are written to a group by its bare ARN. */
const GROUP_TAG = 'logs:TagResource';

/**
 * What CloudWatch Logs asks of IAM.
 *
 * Source  Service Authorization Reference, "Actions, resources, and condition keys for Amazon CloudWatch Logs"
 */
export const cloudwatchLogsActions: ActionTable<CloudWatchLogs, LogsState> = {
  CreateLogGroup(input, call) {
    const access = { ...log(call, 'CreateLogGroup', input), requestTags: requestTags(input.tags) };
    return withTagging(access, GROUP_TAG).map((one) =>
      one.action === GROUP_TAG ? { ...one, resource: one.resource.replace(/:log-stream:$/, '') } : one,
    );
  },
  DeleteLogGroup: ofGroup('DeleteLogGroup'),
  PutRetentionPolicy: ofGroup('PutRetentionPolicy'),
  DeleteRetentionPolicy: ofGroup('DeleteRetentionPolicy'),
  DescribeLogGroups: (_input, call) => [log(call, 'DescribeLogGroups', {})],
  DescribeLogStreams: ofGroup('DescribeLogStreams'),
  FilterLogEvents: ofGroup('FilterLogEvents'),
  CreateLogStream: ofStream('CreateLogStream'),
  DeleteLogStream: ofStream('DeleteLogStream'),
  GetLogEvents: ofStream('GetLogEvents'),
  PutLogEvents: ofStream('PutLogEvents'),
};
