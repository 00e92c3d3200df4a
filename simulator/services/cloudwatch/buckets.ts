import type { WorldMs } from '../../clock.ts';
import type { Bucket, Resolution, Series } from './state.ts';

const DAY_MS = 86_400_000;

/**
 * Source: "Metrics concepts", Metrics retention: under a minute 3 hours, a minute 15 days, five minutes 63 days, an hour 455 days.
 */
export const newSeries = (): Series => [
  { seconds: 1, keptMs: 3 * 3_600_000, buckets: new Map() },
  { seconds: 60, keptMs: 15 * DAY_MS, buckets: new Map() },
  { seconds: 300, keptMs: 63 * DAY_MS, buckets: new Map() },
  { seconds: 3600, keptMs: 455 * DAY_MS, buckets: new Map() },
];

const newBucket = (): Bucket => ({ count: 0, sum: 0, min: Infinity, max: -Infinity, values: new Map() });

/** What one datum adds: values with how often each was seen, or their statistics alone. */
export interface Addition {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly values: ReadonlyMap<number, number> | undefined;
}

export function addTo(
  series: Series,
  atMs: WorldMs,
  addition: Addition,
  highResolution: boolean,
  nowMs: WorldMs,
): void {
  for (const resolution of series) {
    if (resolution.seconds === 1 && !highResolution) continue;
    const startMs = startOf(atMs, resolution.seconds);
    const bucket = resolution.buckets.get(startMs) ?? newBucket();
    merge(bucket, addition);
    resolution.buckets.set(startMs, bucket);
    forget(resolution, nowMs);
  }
}

const startOf = (atMs: WorldMs, seconds: number): WorldMs => atMs - (atMs % (seconds * 1_000));

/** Buckets are in the order they were begun, which is nearly that of time: what is late in line is forgotten late. */
function forget({ buckets, keptMs }: Resolution, nowMs: WorldMs): void {
  for (const startMs of buckets.keys()) {
    if (startMs >= nowMs - keptMs) return;
    buckets.delete(startMs);
  }
}

function merge(bucket: Bucket, { count, sum, min, max, values }: Addition): void {
  bucket.count += count;
  bucket.sum += sum;
  bucket.min = Math.min(bucket.min, min);
  bucket.max = Math.max(bucket.max, max);
  if (values === undefined || bucket.values === undefined) bucket.values = undefined;
  else for (const [value, times] of values) bucket.values.set(value, (bucket.values.get(value) ?? 0) + times);
}

/**
 * What was put for one period, in any of several units.
 *
 * Bounds  looks up a bucket per minute, or per second of periods that are shorter
 */
export function bucketOf(
  allSeries: Iterable<Series>,
  startMs: WorldMs,
  periodSeconds: number,
): Readonly<Bucket> | undefined {
  const stepSeconds = periodSeconds < 60 ? 1 : 60;
  const endMs = startMs + periodSeconds * 1_000;
  let sum: Bucket | undefined;
  for (const series of allSeries) {
    const buckets = series.find(({ seconds }) => seconds === stepSeconds)?.buckets;
    if (buckets === undefined || buckets.size === 0) continue;
    for (let atMs = startMs; atMs < endMs; atMs += stepSeconds * 1_000) {
      const bucket = buckets.get(atMs);
      if (bucket === undefined) continue;
      sum ??= newBucket();
      merge(sum, bucket);
    }
  }
  return sum;
}

/**
 * The data of a stretch of time in periods, oldest first; periods without data are left out.
 *
 * The finest resolution answers that is still kept for the whole stretch and divides the period.
 */
export function periods(
  allSeries: readonly Series[],
  { startMs, endMs, periodSeconds, nowMs }: { startMs: WorldMs; endMs: WorldMs; periodSeconds: number; nowMs: WorldMs },
): { readonly startMs: WorldMs; readonly bucket: Bucket }[] {
  const found = new Map<number, Bucket>();
  for (const series of allSeries) {
    const fitting = series.filter(
      ({ seconds }) => periodSeconds % seconds === 0 && (seconds > 1 || periodSeconds < 60),
    );
    const resolution = fitting.find(({ keptMs }) => startMs >= nowMs - keptMs) ?? fitting.at(-1);
    if (resolution === undefined) continue;
    const originMs = startOf(
      startMs,
      Math.min(resolution.seconds === 1 ? periodSeconds : resolution.seconds, periodSeconds),
    );
    for (const [atMs, bucket] of resolution.buckets) {
      if (atMs < originMs || atMs >= endMs || atMs < nowMs - resolution.keptMs) continue;
      const index = Math.floor((atMs - originMs) / (periodSeconds * 1_000));
      const periodMs = originMs + index * periodSeconds * 1_000;
      const sum = found.get(periodMs) ?? newBucket();
      merge(sum, bucket);
      found.set(periodMs, sum);
    }
  }
  return [...found]
    .map(([periodMs, bucket]) => ({ startMs: periodMs, bucket }))
    .toSorted((a, b) => a.startMs - b.startMs);
}
