import { type CloudWatch, type MetricDatum, StandardUnit } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../aws-error.ts';
import type { Call, InputOf } from '../../service.ts';
import { type Addition, addTo, newSeries } from './buckets.ts';
import type { CloudWatchState, Dimension, Metric } from './state.ts';
import { invalidValue } from './statistics.ts';

const MAX_METRICS = 1_000;
const MAX_VALUES = 150;
const MAX_DIMENSIONS = 30;
const OLDEST_MS = 14 * 86_400_000;
const NEWEST_MS = 2 * 3_600_000;

/** Source: PutMetricData: limits, and which timestamps are taken. */
export function putMetricData(
  input: InputOf<CloudWatch, 'PutMetricData'>,
  { state, nowMs }: Call<CloudWatchState>,
): Record<never, never> {
  const { Namespace: namespace = '', MetricData: data = [] } = input;
  if ((input.EntityMetricData ?? []).length > 0) throw invalidValue('EntityMetricData is not simulated');
  if (!/^[^:].{0,254}$/.test(namespace)) throw invalidValue('The value for parameter Namespace is invalid.');
  if (namespace.startsWith('AWS/')) throw invalidValue('The value AWS/ for parameter Namespace is invalid.');
  if (data.length > MAX_METRICS)
    throw invalidValue(`The collection MetricData must not have a size greater than ${MAX_METRICS}.`);
  // Looked at as a whole first: one bad datum, and nothing is put.
  const puts = data.map((datum) => ({
    name: checkedName(datum.MetricName),
    dimensions: dimensionsOf(datum.Dimensions),
    unit: unitOf(datum.Unit),
    atMs: timestamp(datum.Timestamp, nowMs),
    addition: additionOf(datum),
    highResolution: datum.StorageResolution === 1,
  }));
  for (const { name, dimensions, unit, atMs, addition, highResolution } of puts) {
    const metric = metricFor(state, namespace, name, dimensions);
    const series = metric.series.get(unit) ?? newSeries();
    metric.series.set(unit, series);
    metric.lastPutAtMs = nowMs;
    addTo(series, atMs, addition, highResolution, nowMs);
  }
  return {};
}

function metricFor(state: CloudWatchState, namespace: string, name: string, dimensions: readonly Dimension[]): Metric {
  const key = metricKey(namespace, name, dimensions);
  let metric = state.metrics.get(key);
  if (metric === undefined) {
    metric = { namespace, name, dimensions, series: new Map(), lastPutAtMs: 0 };
    state.metrics.set(key, metric);
  }
  return metric;
}

/** Dimensions come sorted by name. */
export const metricKey = (namespace: string, name: string, dimensions: readonly Dimension[]): string =>
  JSON.stringify([namespace, name, ...dimensions.flatMap(({ Name, Value }) => [Name, Value])]);

export function dimensionsOf(
  given: readonly { readonly Name?: string | undefined; readonly Value?: string | undefined }[] = [],
): Dimension[] {
  if (given.length > MAX_DIMENSIONS)
    throw invalidValue(`The collection Dimensions must not have a size greater than ${MAX_DIMENSIONS}.`);
  return given
    .map(({ Name = '', Value = '' }) => {
      if (Name === '' || Value === '')
        throw new AwsError(
          'MissingParameter',
          `The parameter Dimensions.member.${Name === '' ? 'Name' : 'Value'} is required.`,
        );
      return { Name, Value };
    })
    .toSorted((a, b) => (a.Name < b.Name ? -1 : 1));
}

function checkedName(name: string | undefined): string {
  if (name === undefined || name === '' || name.length > 255)
    throw new AwsError('MissingParameter', 'The parameter MetricData.member.MetricName is required.');
  return name;
}

function unitOf(unit: StandardUnit = 'None'): StandardUnit {
  if (!Object.values(StandardUnit).includes(unit))
    throw invalidValue(
      `The parameter MetricData.member.Unit must be a value in the set [ ${Object.values(StandardUnit).join(', ')} ]`,
    );
  return unit;
}

function timestamp(given: Date | undefined, nowMs: number): number {
  const atMs = given?.getTime() ?? nowMs;
  if (atMs < nowMs - OLDEST_MS || atMs > nowMs + NEWEST_MS)
    throw invalidValue(
      `The parameter MetricData.member.Timestamp must specify a time within the past two weeks and no more than two hours in the future.`,
    );
  return atMs;
}

function additionOf({ Value: value, Values: values, Counts: counts, StatisticValues: set }: MetricDatum): Addition {
  const given = [value, values, set].filter((one) => one !== undefined).length;
  if (given !== 1)
    throw new AwsError(
      'InvalidParameterCombination',
      'At least one of the parameters Value, Values or StatisticValues must be specified, and no two of them.',
    );
  if (set !== undefined) {
    const { SampleCount: count = 0, Sum: sum = 0, Minimum: min = 0, Maximum: max = 0 } = set;
    return { count, sum, min, max, values: undefined };
  }
  const all = values ?? [value ?? 0];
  if (all.length > MAX_VALUES)
    throw invalidValue(`The collection Values must not have a size greater than ${MAX_VALUES}.`);
  if (counts !== undefined && counts.length !== all.length)
    throw invalidValue('The parameters Values and Counts must have the same size.');
  const times = new Map<number, number>();
  let [count, sum] = [0, 0];
  all.forEach((one, at) => {
    if (!Number.isFinite(one)) throw invalidValue(`The value ${one} for parameter Value is invalid.`);
    const seen = counts?.[at] ?? 1;
    times.set(one, (times.get(one) ?? 0) + seen);
    count += seen;
    sum += one * seen;
  });
  return { count, sum, min: Math.min(...all), max: Math.max(...all), values: times };
}
