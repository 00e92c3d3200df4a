import { type CloudWatch, type MetricDatum, StandardUnit } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../aws-error.ts';
import type { Call, InputOf } from '../../service.ts';
import type { Addition } from './buckets.ts';
import { additionOfValues, byName, isInTime, record } from './record.ts';
import type { CloudWatchState, Dimension } from './state.ts';
import { invalidValue } from './statistics.ts';

export { metricKey } from './record.ts';

const MAX_METRICS = 1_000;
const MAX_VALUES = 150;
const MAX_DIMENSIONS = 30;

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
  for (const put of puts) record(state, namespace, put, nowMs);
  return {};
}

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
    .toSorted(byName);
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
  if (!isInTime(atMs, nowMs))
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
  const infinite = all.find((one) => !Number.isFinite(one));
  if (infinite !== undefined) throw invalidValue(`The value ${infinite} for parameter Value is invalid.`);
  return additionOfValues(all, counts);
}
