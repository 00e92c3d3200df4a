import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { Operations } from '../../service.ts';
import { matcher } from './filter-pattern.ts';
import { findGroup, findStream, invalidParameter, paged } from './groups.ts';
import { append, keptEvents } from './log-streams.ts';
import type { LogEvent, LogsState } from './state.ts';

const MAX_BATCH = 10_000;
const MAX_BATCH_BYTES = 1_048_576;
const EVENT_OVERHEAD_BYTES = 26;
const OLDEST_MS = 14 * 86_400_000;
const NEWEST_MS = 2 * 3_600_000;
const MAX_EVENTS = 10_000;

/** Writing and reading events. A stream keeps its latest: see log-streams.ts. */
export const eventOperations = {
  PutLogEvents(input, call) {
    const group = findGroup(call, input.logGroupName);
    const stream = findStream(group, input.logStreamName);
    const { nowMs } = call;
    const events = (input.logEvents ?? []).map(({ timestamp = 0, message = '' }) => ({
      timestampMs: timestamp,
      message,
    }));
    const bytes = events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES, 0);
    if (events.length === 0 || events.length > MAX_BATCH)
      throw invalidParameter(
        `1 validation error detected: Value at 'logEvents' failed to satisfy constraint: Member must have length less than or equal to ${MAX_BATCH} and greater than or equal to 1`,
      );
    if (bytes > MAX_BATCH_BYTES)
      throw invalidParameter('Upload too large: ' + bytes + ' bytes exceeds limit of 1048576');
    if (events.some(({ timestampMs }, at) => timestampMs < (events[at - 1]?.timestampMs ?? 0)))
      throw invalidParameter('Log events in a single PutLogEvents request must be in chronological order.');
    const retentionMs = (group.retentionDays ?? Infinity) * 86_400_000;
    const tooOld = events.findLastIndex(({ timestampMs }) => timestampMs < nowMs - OLDEST_MS) + 1;
    const expired = events.findLastIndex(({ timestampMs }) => timestampMs < nowMs - retentionMs) + 1;
    const firstTooNew = events.findIndex(({ timestampMs }) => timestampMs > nowMs + NEWEST_MS);
    const from = Math.max(tooOld, expired);
    const until = firstTooNew === -1 ? events.length : firstTooNew;
    append(
      call.state,
      stream,
      events.slice(from, until).map((event) => ({ ...event, ingestedAtMs: nowMs })),
    );
    const rejected = {
      ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
      ...(expired > 0 && { expiredLogEventEndIndex: expired }),
      ...(firstTooNew !== -1 && { tooNewLogEventStartIndex: firstTooNew }),
    };
    return {
      nextSequenceToken: String(stream.dropped + stream.events.length),
      ...(Object.keys(rejected).length > 0 && { rejectedLogEventsInfo: rejected }),
    };
  },

  GetLogEvents(input, call) {
    const group = findGroup(call, input.logGroupName ?? input.logGroupIdentifier);
    const stream = findStream(group, input.logStreamName);
    const { startTime = 0, endTime = Infinity, limit = MAX_EVENTS } = input;
    // Positions count from the stream's first event ever, so that tokens outlive events that are forgotten.
    const kept = keptEvents(group, stream, call.nowMs);
    const firstPosition = stream.dropped + stream.events.length - kept.length;
    const positioned = kept
      .map((event, at) => ({ event, position: firstPosition + at }))
      .filter(({ event }) => event.timestampMs >= startTime && event.timestampMs < endTime);
    const token = /^(?<way>[fb])\/(?<at>\d+)$/.exec(input.nextToken ?? '')?.groups;
    if (input.nextToken !== undefined && token === undefined)
      throw invalidParameter('The specified nextToken is invalid.');
    const at = Number(token?.['at']);
    const page =
      token === undefined
        ? input.startFromHead === true
          ? positioned.slice(0, limit)
          : positioned.slice(-limit)
        : token['way'] === 'f'
          ? positioned.filter(({ position }) => position >= at).slice(0, limit)
          : positioned.filter(({ position }) => position < at).slice(-limit);
    const end = token === undefined ? stream.dropped + stream.events.length : at;
    return {
      events: page.map(({ event }) => ({
        timestamp: event.timestampMs,
        message: event.message,
        ingestionTime: event.ingestedAtMs,
      })),
      nextForwardToken: `f/${(page.at(-1)?.position ?? end - 1) + 1}`,
      nextBackwardToken: `b/${page[0]?.position ?? end}`,
    };
  },

  FilterLogEvents(input, call) {
    const group = findGroup(call, input.logGroupName ?? input.logGroupIdentifier);
    const { logStreamNames: names, logStreamNamePrefix: prefix, startTime = 0, endTime = Infinity } = input;
    if (names !== undefined && prefix !== undefined)
      throw invalidParameter('Parameters logStreamNames and logStreamNamePrefix are mutually exclusive.');
    const streams =
      names?.map((name) => findStream(group, name)) ??
      [...group.streams.values()].filter(({ name }) => name.startsWith(prefix ?? ''));
    const matches = matcher(input.filterPattern);
    const isWanted = ({ timestampMs, message }: LogEvent) =>
      timestampMs >= startTime && timestampMs <= endTime && matches(message);
    const found = streams
      .flatMap((stream) =>
        keptEvents(group, stream, call.nowMs).map((event, at) => ({ stream, event, position: stream.dropped + at })),
      )
      .filter(({ event }) => isWanted(event))
      .toSorted((a, b) => a.event.timestampMs - b.event.timestampMs);
    const { page, next } = paged(found, input.nextToken, input.limit ?? MAX_EVENTS);
    return {
      events: page.map(({ stream, event, position }) => ({
        logStreamName: stream.name,
        timestamp: event.timestampMs,
        message: event.message,
        ingestionTime: event.ingestedAtMs,
        eventId: String(position).padStart(56, '0'),
      })),
      searchedLogStreams: [],
      ...next,
    };
  },
} satisfies Operations<CloudWatchLogs, LogsState>;
