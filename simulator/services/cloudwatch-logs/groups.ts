import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../aws-error.ts';
import type { Call, Operations } from '../../service.ts';
import { newGroup, newStream } from './log-streams.ts';
import type { LogGroup, LogStream, LogsState } from './state.ts';

export type LogsCall = Call<LogsState>;

export const invalidParameter = (message: string): AwsError => new AwsError('InvalidParameterException', message);

const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
const PAGE = 50;

/** Log groups and the streams in them. */
export const groupOperations = {
  CreateLogGroup(input, { state, place, nowMs }) {
    const name = checkedName('logGroupName', input.logGroupName, /^[\w.\-/#]{1,512}$/);
    if (state.groups.has(name))
      throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
    const group = newGroup(place, name, nowMs);
    for (const [key, value] of Object.entries(input.tags ?? {})) group.tags.set(key, value);
    state.groups.set(name, group);
    return {};
  },

  DeleteLogGroup(input, call) {
    call.state.groups.delete(findGroup(call, input.logGroupName).name);
    return {};
  },

  DescribeLogGroups(input, { state }) {
    const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern } = input;
    if (prefix !== undefined && pattern !== undefined)
      throw invalidParameter('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
    const groups = [...state.groups.values()]
      .filter(({ name }) => name.startsWith(prefix ?? '') && name.toLowerCase().includes(pattern?.toLowerCase() ?? ''))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const { page, next } = paged(groups, input.nextToken, input.limit);
    return {
      logGroups: page.map((group) => ({
        logGroupName: group.name,
        arn: `${group.arn}:*`,
        logGroupArn: group.arn,
        creationTime: group.createdAtMs,
        metricFilterCount: 0,
        logGroupClass: 'STANDARD',
        storedBytes: [...group.streams.values()].reduce((sum, stream) => sum + bytesOf(stream), 0),
        ...(group.retentionDays !== undefined && { retentionInDays: group.retentionDays }),
      })),
      ...next,
    };
  },

  PutRetentionPolicy(input, call) {
    const group = findGroup(call, input.logGroupName);
    const { retentionInDays: days = 0 } = input;
    if (!RETENTION_DAYS.includes(days))
      throw invalidParameter(
        `1 validation error detected: Value '${days}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${RETENTION_DAYS.join(', ')}]`,
      );
    group.retentionDays = days;
    return {};
  },

  DeleteRetentionPolicy(input, call) {
    findGroup(call, input.logGroupName).retentionDays = undefined;
    return {};
  },

  CreateLogStream(input, call) {
    const group = findGroup(call, input.logGroupName);
    const name = checkedName('logStreamName', input.logStreamName, /^[^:*]{1,512}$/);
    if (group.streams.has(name))
      throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
    group.streams.set(name, newStream(name, call.nowMs));
    return {};
  },

  DeleteLogStream(input, call) {
    const group = findGroup(call, input.logGroupName);
    group.streams.delete(findStream(group, input.logStreamName).name);
    return {};
  },

  DescribeLogStreams(input, call) {
    const group = findGroup(call, input.logGroupName ?? input.logGroupIdentifier);
    const { logStreamNamePrefix: prefix = '', orderBy = 'LogStreamName', descending = false } = input;
    if (prefix !== '' && orderBy === 'LastEventTime')
      throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
    const streams = [...group.streams.values()]
      .filter(({ name }) => name.startsWith(prefix))
      .toSorted((a, b) => (orderBy === 'LastEventTime' ? lastEventMs(a) - lastEventMs(b) : a.name < b.name ? -1 : 1));
    if (descending) streams.reverse();
    const { page, next } = paged(streams, input.nextToken, input.limit);
    return { logStreams: page.map((stream) => describeStream(group, stream)), ...next };
  },
} satisfies Operations<CloudWatchLogs, LogsState>;

function checkedName(member: string, name: string | undefined, pattern: RegExp): string {
  if (name === undefined || !pattern.test(name))
    throw invalidParameter(
      `1 validation error detected: Value '${name ?? ''}' at '${member}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern.source}`,
    );
  return name;
}

/** Groups are named by name or ARN. */
export function findGroup({ state }: LogsCall, given: string | undefined): LogGroup {
  const name = given?.startsWith('arn:') ? given.split(':log-group:')[1]?.replace(/:\*$/, '') : given;
  const group = state.groups.get(name ?? '');
  if (group === undefined) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
  return group;
}

export function findStream({ streams }: LogGroup, name: string | undefined): LogStream {
  const stream = streams.get(name ?? '');
  if (stream === undefined) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
  return stream;
}

const lastEventMs = ({ events }: LogStream): number => events.at(-1)?.timestampMs ?? 0;

const describeStream = (group: LogGroup, stream: LogStream) => ({
  logStreamName: stream.name,
  arn: `${group.arn}:log-stream:${stream.name}`,
  creationTime: stream.createdAtMs,
  storedBytes: 0,
  ...(stream.events[0] !== undefined && { firstEventTimestamp: stream.events[0].timestampMs }),
  ...(stream.events.at(-1) !== undefined && { lastEventTimestamp: stream.events.at(-1)?.timestampMs }),
  ...(stream.lastIngestedAtMs !== undefined && { lastIngestionTime: stream.lastIngestedAtMs }),
});

const bytesOf = ({ events }: LogStream): number =>
  events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + 26, 0);

export function paged<Item>(
  items: readonly Item[],
  token: string | undefined,
  limit = PAGE,
): { readonly page: Item[]; readonly next: { nextToken?: string } } {
  const from = token === undefined ? 0 : Number(Buffer.from(token, 'base64').toString());
  if (!Number.isInteger(from) || from < 0) throw invalidParameter('The specified nextToken is invalid.');
  const until = from + limit;
  return {
    page: items.slice(from, until),
    next: until < items.length ? { nextToken: Buffer.from(String(until)).toString('base64') } : {},
  };
}
