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
  environment: Readonly<Record<string, string>>,
  records: readonly string[],
): void {
  if (!world.services.has('cloudwatch-logs')) return;
  const group = environment['AWS_LAMBDA_LOG_GROUP_NAME'] ?? '';
  const stream = environment['AWS_LAMBDA_LOG_STREAM_NAME'] ?? '';
  writeServiceLog(world.state(cloudwatchLogsHome, place), place, group, stream, records, world.clock.nowMs());
}
