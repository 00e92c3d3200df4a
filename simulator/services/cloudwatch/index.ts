import type { CloudWatch, Datapoint, MetricDataResult, MetricStat } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../aws-error.ts';
import type { Call, Service } from '../../service.ts';
import { alarmOperations } from './alarms/operations.ts';
import { periods } from './buckets.ts';
import { dashboardOperations } from './dashboards/operations.ts';
import { dimensionsOf, metricKey, putMetricData } from './put-metric-data.ts';
import { type CloudWatchState, cloudwatchHome, type Metric, type Series } from './state.ts';
import { invalidValue, statistic } from './statistics.ts';

type CloudWatchCall = Call<CloudWatchState>;

const MAX_QUERIES = 500;
const MAX_DATAPOINTS = 100_800;
const MAX_STATISTICS_DATAPOINTS = 1_440;
const LIST_PAGE = 500;
/** Source: ListMetrics: metrics without data for two weeks are not listed; `PT3H`: with data within three hours. */
const LISTED_MS = 14 * 86_400_000;
const RECENT_MS = 3 * 3_600_000;

/** CloudWatch's metrics: put, read, listed, forgotten; alarms on them; dashboards, which nobody draws. Metric math is not simulated. */
export const cloudwatch: Service<CloudWatch, CloudWatchState> = {
  ...cloudwatchHome,
  eventSource: 'monitoring.amazonaws.com',
  operations: {
    ...alarmOperations,
    ...dashboardOperations,

    PutMetricData: putMetricData,

    GetMetricData(input, call) {
      const { MetricDataQueries: queries = [], StartTime: start, EndTime: end } = input;
      if (queries.length > MAX_QUERIES)
        throw invalidValue(`The collection MetricDataQueries must not have a size greater than ${MAX_QUERIES}.`);
      if (new Set(queries.map(({ Id }) => Id)).size < queries.length)
        throw validationError('The values for parameter id in MetricDataQueries are not unique.');
      const ascending = input.ScanBy === 'TimestampAscending';
      const results = queries.flatMap((query): MetricDataResult[] => {
        if (query.Expression !== undefined) throw validationError('Expression: metric math is not simulated');
        if (query.MetricStat === undefined) throw validationError('A metric query needs MetricStat');
        if (!/^[a-z]\w{0,254}$/.test(query.Id ?? ''))
          throw validationError(`The value ${query.Id} for parameter Id is invalid.`);
        if (query.ReturnData === false) return [];
        const points = dataOf(query.MetricStat, start, end, call);
        if (!ascending) points.reverse();
        return [
          {
            Id: query.Id,
            Label: query.Label ?? query.MetricStat.Metric?.MetricName ?? '',
            Timestamps: points.map(({ startMs }) => new Date(startMs)),
            Values: points.map(({ value }) => value),
            StatusCode: 'Complete',
          },
        ];
      });
      const total = results.reduce((sum, { Values: values = [] }) => sum + values.length, 0);
      if (total > (input.MaxDatapoints ?? MAX_DATAPOINTS))
        throw validationError(`Paging of GetMetricData is not simulated: the answer has ${total} datapoints`);
      return { MetricDataResults: results, Messages: [] };
    },

    GetMetricStatistics(input, call) {
      const { Statistics: plain = [], ExtendedStatistics: extended = [], Period: period = 60 } = input;
      if (plain.length + extended.length === 0)
        throw new AwsError('InvalidParameterCombination', 'Must specify either Statistics or ExtendedStatistics');
      const startMs = input.StartTime?.getTime() ?? 0;
      const endMs = input.EndTime?.getTime() ?? 0;
      const asked = Math.ceil((endMs - startMs) / (period * 1_000));
      if (asked > MAX_STATISTICS_DATAPOINTS)
        throw new AwsError(
          'InvalidParameterCombination',
          `You have requested up to ${asked} datapoints, which exceeds the limit of 1,440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
        );
      refusePeriod(period);
      const metric = call.state.metrics.get(
        metricKey(input.Namespace ?? '', input.MetricName ?? '', dimensionsOf(input.Dimensions)),
      );
      const found = [...(metric?.series ?? [])].filter(([unit]) => input.Unit === undefined || input.Unit === unit);
      const points = found.flatMap(([Unit, series]) =>
        periods([series], { startMs, endMs, periodSeconds: period, nowMs: call.nowMs }).map(
          ({ startMs: atMs, bucket }): Datapoint => {
            const pairs = (names: readonly string[]) =>
              names.flatMap((name) => {
                const value = statistic(name)(bucket);
                return value === undefined ? [] : [[name, value] as const];
              });
            return {
              Timestamp: new Date(atMs),
              Unit,
              ...Object.fromEntries(pairs(plain)),
              ...(extended.length > 0 && { ExtendedStatistics: Object.fromEntries(pairs(extended)) }),
            };
          },
        ),
      );
      return { Label: input.MetricName ?? '', Datapoints: points };
    },

    ListMetrics(input, { state, nowMs }) {
      if (input.OwningAccount !== undefined || input.IncludeLinkedAccounts === true)
        throw invalidValue('Metrics of linked accounts are not simulated');
      const keptMs = input.RecentlyActive === 'PT3H' ? RECENT_MS : LISTED_MS;
      const metrics = [...state.metrics.values()].filter(
        (metric) =>
          metric.lastPutAtMs >= nowMs - keptMs &&
          (input.Namespace === undefined || metric.namespace === input.Namespace) &&
          (input.MetricName === undefined || metric.name === input.MetricName) &&
          (input.Dimensions ?? []).every((wanted) => hasDimension(metric, wanted)),
      );
      const from = input.NextToken === undefined ? 0 : Number(input.NextToken);
      if (!Number.isInteger(from) || from < 0) throw invalidValue('The value for parameter NextToken is invalid.');
      const until = from + LIST_PAGE;
      return {
        Metrics: metrics.slice(from, until).map(({ namespace, name, dimensions }) => ({
          Namespace: namespace,
          MetricName: name,
          Dimensions: dimensions.map((dimension) => ({ ...dimension })),
        })),
        ...(until < metrics.length && { NextToken: String(until) }),
      };
    },
  },
  keeps: new Set(['PutMetricData']),
  dataEvents: new Set(['PutMetricData', 'GetMetricData', 'GetMetricStatistics', 'ListMetrics']),
};

const validationError = (message: string): AwsError => new AwsError('ValidationError', message);

const hasDimension = (
  { dimensions }: Metric,
  { Name, Value }: { readonly Name?: string | undefined; readonly Value?: string | undefined },
): boolean => dimensions.some((one) => one.Name === Name && (Value === undefined || one.Value === Value));

function refusePeriod(seconds: number): void {
  if (![1, 5, 10, 20, 30].includes(seconds) && (seconds < 60 || seconds % 60 !== 0))
    throw invalidValue('The parameter Period must be 1, 5, 10, 20, 30, or any multiple of 60.');
}

function dataOf(
  { Metric: metric, Period: period = 60, Stat: stat = '', Unit: unit }: MetricStat,
  start: Date | undefined,
  end: Date | undefined,
  { state, nowMs }: CloudWatchCall,
): { readonly startMs: number; readonly value: number }[] {
  const startMs = start?.getTime() ?? 0;
  const endMs = end?.getTime() ?? 0;
  if (startMs >= endMs) throw validationError('The parameter StartTime must be less than the parameter EndTime.');
  refusePeriod(period);
  const value = statistic(stat);
  const found = state.metrics.get(
    metricKey(metric?.Namespace ?? '', metric?.MetricName ?? '', dimensionsOf(metric?.Dimensions)),
  );
  const series: Series[] = [...(found?.series ?? [])]
    .filter(([one]) => unit === undefined || unit === one)
    .map(([, one]) => one);
  return periods(series, { startMs, endMs, periodSeconds: period, nowMs }).flatMap(({ startMs: atMs, bucket }) => {
    const known = value(bucket);
    return known === undefined ? [] : [{ startMs: atMs, value: known }];
  });
}
