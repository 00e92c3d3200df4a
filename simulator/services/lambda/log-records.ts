import { isAllowed } from '../../authorization/authorize.ts';
import type { Principal } from '../../principal.ts';
import type { Place } from '../../service.ts';
import type { World } from '../../world.ts';
import { writeServiceLog } from '../cloudwatch-logs/log-streams.ts';
import { cloudwatchLogsHome } from '../cloudwatch-logs/state.ts';

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
  records: readonly string[],
): void {
  if (!world.services.has('cloudwatch-logs')) return;
  const group = environment['AWS_LAMBDA_LOG_GROUP_NAME'] ?? '';
  const stream = environment['AWS_LAMBDA_LOG_STREAM_NAME'] ?? '';
  if (world.authorization === 'enforced' && !mayWrite(world, place, principal, group, stream)) return;
  writeServiceLog(world.state(cloudwatchLogsHome, place), place, group, stream, records, world.clock.nowMs());
}

/**
 * Lambda writes as the function's role: a function whose role may not write runs all the same, and leaves no log.
 *
 * Source  Lambda guide, "Sending Lambda function logs to CloudWatch Logs"
 */
function mayWrite(world: World, place: Place, principal: Principal, group: string, stream: string): boolean {
  const kept = world.state(cloudwatchLogsHome, place).groups.get(group);
  const streams = `arn:aws:logs:${place.region}:${place.account}:log-group:${group}:log-stream:`;
  const may = (operation: string, resource: string): boolean =>
    isAllowed(world, place, principal, { action: `logs:${operation}`, resource });
  return (
    (kept !== undefined || may('CreateLogGroup', streams)) &&
    (kept?.streams.has(stream) === true || may('CreateLogStream', `${streams}${stream}`)) &&
    may('PutLogEvents', `${streams}${stream}`)
  );
}
