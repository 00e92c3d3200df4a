import type { StandardUnit } from '@aws-sdk/client-cloudwatch';
import type { WorldMs } from '../../clock.ts';
import { type Addition, addTo, newSeries } from './buckets.ts';
import type { CloudWatchState, Dimension, Metric } from './state.ts';

/** One datum, looked at and found good. */
export interface Datum {
  readonly name: string;
  /** By name. */
  readonly dimensions: readonly Dimension[];
  readonly unit: StandardUnit;
  readonly atMs: WorldMs;
  readonly addition: Addition;
  readonly highResolution: boolean;
}

const OLDEST_MS = 14 * 86_400_000;
export const NEWEST_MS = 2 * 3_600_000;

/** Source: PutMetricData: two weeks back and two hours ahead. */
export const isInTime = (atMs: WorldMs, nowMs: WorldMs): boolean =>
  atMs >= nowMs - OLDEST_MS && atMs <= nowMs + NEWEST_MS;

/** Adds a datum to its metric, whichever way it came: by PutMetricData or in a line of a log. */
export function record(state: CloudWatchState, namespace: string, datum: Datum, nowMs: WorldMs): void {
  const metric = metricFor(state, namespace, datum, nowMs);
  const series = metric.series.get(datum.unit) ?? newSeries();
  metric.series.set(datum.unit, series);
  metric.lastPutAtMs = nowMs;
  addTo(series, datum.atMs, datum.addition, datum.highResolution, nowMs);
}

function metricFor(state: CloudWatchState, namespace: string, { name, dimensions }: Datum, nowMs: WorldMs): Metric {
  const key = metricKey(namespace, name, dimensions);
  let metric = state.metrics.get(key);
  if (metric === undefined) {
    metric = { namespace, name, dimensions, series: new Map(), lastPutAtMs: nowMs };
    state.metrics.set(key, metric);
  }
  return metric;
}

/** Dimensions come sorted by name. */
export const metricKey = (namespace: string, name: string, dimensions: readonly Dimension[]): string =>
  JSON.stringify([namespace, name, ...dimensions.flatMap(({ Name, Value }) => [Name, Value])]);

export const byName = (a: Dimension, b: Dimension): number => (a.Name < b.Name ? -1 : 1);

/** Single values, each seen as often as `counts` says, or once. */
export function additionOfValues(all: readonly number[], counts?: readonly number[]): Addition {
  const times = new Map<number, number>();
  let [count, sum] = [0, 0];
  all.forEach((one, at) => {
    const seen = counts?.[at] ?? 1;
    times.set(one, (times.get(one) ?? 0) + seen);
    count += seen;
    sum += one * seen;
  });
  return { count, sum, min: Math.min(...all), max: Math.max(...all), values: times };
}
