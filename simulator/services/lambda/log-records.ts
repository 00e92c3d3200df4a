import { isAllowed } from '../../authorization/authorize.ts';
import { Memory } from '../../memory.ts';
import type { Principal } from '../../principal.ts';
import type { Place } from '../../service.ts';
import type { World } from '../../world.ts';
import { writeServiceLog } from '../cloudwatch-logs/log-streams.ts';
import { cloudwatchLogsHome, type LaterLines, type LogsState } from '../cloudwatch-logs/state.ts';
import type { CallId } from './invocation.ts';

/** The lines Lambda writes about a run, with what the code printed in between. */
export function recordsOf(
  { printed, durationMs }: { printed: readonly string[]; durationMs: number },
  { version, memoryMb, requestId }: { version: string; memoryMb: number; requestId: string },
): string[] {
  return [
    `START RequestId: ${requestId} Version: ${version}`,
    ...printed,
    `END RequestId: ${requestId}`,
    `REPORT RequestId: ${requestId}\tDuration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${Math.ceil(durationMs)} ms\tMemory Size: ${memoryMb} MB`,
  ];
}

/** Writes a run's lines into the function's log group, in worlds that have CloudWatch Logs. */
export function writeLog(
  world: World,
  place: Place,
  principal: Principal,
  environment: Readonly<Record<string, string>>,
  run: { printed: readonly string[]; durationMs: number },
  { call, version, memoryMb }: { call: CallId; version: string; memoryMb: number },
): void {
  if (!world.services.has('cloudwatch-logs')) return;
  const state = world.look(cloudwatchLogsHome, place);
  const group = environment['AWS_LAMBDA_LOG_GROUP_NAME'] ?? '';
  const stream = environment['AWS_LAMBDA_LOG_STREAM_NAME'] ?? '';
  if (world.authorization === 'enforced' && !mayWriteNow(world, place, principal, state, environment, group, stream))
    return;
  const nowMs = world.clock.nowMs();
  // Nobody ever reads most logs: lines that hold nothing of the code's own are written out when somebody does.
  const lines =
    run.printed.length === 0
      ? new RunLines(run.durationMs, version, memoryMb, call.laterId ?? (() => call.requestId))
      : recordsOf(run, { version, memoryMb, requestId: call.requestId });
  writeServiceLog(state, place, group, stream, lines, nowMs);
}

/** What is left of most runs: a class, so that each keeps nothing else. */
class RunLines implements LaterLines {
  readonly count = 3;
  readonly #durationMs: number;
  readonly #version: string;
  readonly #memoryMb: number;
  readonly #requestId: () => string;

  constructor(durationMs: number, version: string, memoryMb: number, requestId: () => string) {
    this.#durationMs = durationMs;
    this.#version = version;
    this.#memoryMb = memoryMb;
    this.#requestId = requestId;
  }

  written(): readonly string[] {
    const about = { version: this.#version, memoryMb: this.#memoryMb, requestId: this.#requestId() };
    return recordsOf({ printed: [], durationMs: this.#durationMs }, about);
  }
}

const memories = new WeakMap<World, Memory<boolean>>();

function mayWriteNow(
  world: World,
  place: Place,
  principal: Principal,
  { groups }: LogsState,
  environment: object,
  group: string,
  stream: string,
): boolean {
  const kept = groups.get(group);
  const hasStream = kept?.streams.has(stream) === true;
  const may = (): boolean =>
    mayWrite(world, place, principal, { group, stream, hasGroup: kept !== undefined, hasStream });
  if (world.onAuthorized !== undefined) return world.quietly(may);
  let memory = memories.get(world);
  if (memory === undefined) memories.set(world, (memory = new Memory(world)));
  // Of one version in one session: its place, its principal and its stream are its own.
  return memory.recall(environment, kept === undefined ? 'no group' : hasStream ? 'both' : 'no stream', may);
}

/**
 * Lambda writes as the function's role: a function whose role may not write runs all the same, and leaves no log.
 *
 * Source  Lambda guide, "Sending Lambda function logs to CloudWatch Logs"
 */
function mayWrite(
  world: World,
  place: Place,
  principal: Principal,
  log: { readonly group: string; readonly stream: string; readonly hasGroup: boolean; readonly hasStream: boolean },
): boolean {
  const streams = `arn:aws:logs:${place.region}:${place.account}:log-group:${log.group}:log-stream:`;
  const may = (operation: string, resource: string): boolean =>
    isAllowed(world, place, principal, { action: `logs:${operation}`, resource });
  return (
    (log.hasGroup || may('CreateLogGroup', streams)) &&
    (log.hasStream || may('CreateLogStream', `${streams}${log.stream}`)) &&
    may('PutLogEvents', `${streams}${log.stream}`)
  );
}
