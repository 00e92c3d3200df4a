import type { WorldMs } from '../../clock.ts';
import type { Place } from '../../service.ts';
import { type LaterLines, type LogEvent, type LogGroup, LogStream, type LogsState } from './state.ts';

/** A stream keeps its last events, at least this many, and forgets those before: a simulation may run for years. */
const KEPT_EVENTS = 10_000;
/**
 * A limit of the simulator, and of no AWS service: what functions print in weeks of virtual time must fit into memory.
 * Of a group that AWS itself writes to, the streams that were made last are kept, and of each the last lines.
 */
const KEPT_SERVICE_EVENTS = 1_000;
const KEPT_SERVICE_STREAMS = 10;

const groupArn = ({ account, region }: Place, name: string): string =>
  `arn:aws:logs:${region}:${account}:log-group:${name}`;

export const newGroup = (place: Place, name: string, createdAtMs: WorldMs): LogGroup => ({
  name,
  arn: groupArn(place, name),
  createdAtMs,
  retentionDays: undefined,
  tags: new Map(),
  streams: new Map(),
});

export const newStream = (name: string, createdAtMs: WorldMs): LogStream => new LogStream(name, createdAtMs);

/** Stores events in a stream, whoever logged them, and puts the metrics that are embedded in them. */
export function append({ putMetrics }: LogsState, stream: LogStream, events: readonly LogEvent[]): void {
  events.forEach(putMetrics);
  stream.events.push(...events);
  stream.lastIngestedAtMs = events.at(-1)?.ingestedAtMs ?? stream.lastIngestedAtMs;
  forget(stream, KEPT_EVENTS);
}

/** Only now and then, so that a line costs next to nothing. */
function forget(stream: LogStream, atLeast: number): void {
  if (stream.events.length < 2 * atLeast) return;
  const surplus = stream.events.length - atLeast;
  stream.events.splice(0, surplus);
  stream.dropped += surplus;
}

/** Events within the group's retention. */
export function keptEvents({ retentionDays }: LogGroup, { events }: LogStream, nowMs: WorldMs): readonly LogEvent[] {
  if (retentionDays === undefined) return events;
  const sinceMs = nowMs - retentionDays * 86_400_000;
  return events.filter(({ timestampMs }) => timestampMs >= sinceMs);
}

/** What AWS's own services write: the group and the stream are made when they are missing. */
export function writeServiceLog(
  state: LogsState,
  place: Place,
  groupName: string,
  streamName: string,
  lines: readonly string[] | LaterLines,
  nowMs: WorldMs,
): void {
  let group = state.groups.get(groupName);
  if (group === undefined) {
    group = newGroup(place, groupName, nowMs);
    state.groups.set(groupName, group);
  }
  let stream = group.streams.get(streamName);
  if (stream === undefined) {
    stream = newStream(streamName, nowMs);
    group.streams.set(streamName, stream);
    const [oldest] = group.streams.keys();
    if (group.streams.size > KEPT_SERVICE_STREAMS && oldest !== undefined) group.streams.delete(oldest);
  }
  if ('written' in lines) {
    stream.putLater(lines, nowMs, Math.ceil(KEPT_SERVICE_EVENTS / lines.count));
    return;
  }
  append(
    state,
    stream,
    lines.map((line) => ({ timestampMs: nowMs, ingestedAtMs: nowMs, message: `${line}\n` })),
  );
  forget(stream, KEPT_SERVICE_EVENTS);
}
