import type { WorldMs } from '../../../clock.ts';
import { bucketOf } from '../buckets.ts';
import { NEWEST_MS } from '../record.ts';
import type { Alarm, AlarmConfig, Bucket, CloudWatchState, Metric, Series } from '../state.ts';
import { statistic } from '../statistics.ts';
import { comparisonNamed, evaluationRange, type Judgement, judge } from './judge.ts';
import { type Datapoint, reasonDataOf, reasonOf } from './reason.ts';

/** What an evaluation puts an alarm into, and why. */
export interface Evaluated {
  readonly value: Judgement['state'];
  readonly reason: string;
  readonly reasonData: string;
}

/**
 * Evaluates an alarm; undefined where its state stays as it is.
 *
 * Bounds  an alarm whose metric has gone quiet costs a look at when it was last put; another, a bucket per minute of its range
 */
export function evaluate(state: CloudWatchState, alarm: Alarm, nowMs: WorldMs): Evaluated | undefined {
  const { config } = alarm;
  const { evaluationPeriods, datapointsToAlarm = evaluationPeriods, treatMissingData = 'missing' } = config;
  const points = recentPoints(state, config, nowMs);
  const breaches = comparisonNamed(config.comparison);
  if (breaches === undefined) throw new Error(`${alarm.name} was put with ${config.comparison}`);
  const seen = points.map((point) => (point === undefined ? undefined : breaches(point.value, config.threshold)));
  const judgement = judge(seen, { evaluationPeriods, datapointsToAlarm }, treatMissingData);
  if (judgement === undefined || judgement.state === alarm.state.value) return undefined;
  const decided = judgement.decidedBy.map((at) => points[at]).filter((point) => point !== undefined);
  if (config.lowSampleCount === 'ignore' && decided.some((point) => isTooFew(point, config.statistic)))
    return undefined;
  return {
    value: judgement.state,
    reason: reasonOf(config, alarm.state.value, judgement, decided, breaches),
    reasonData: reasonDataOf(config, decided, nowMs),
  };
}

/** The periods of the evaluation range, the latest first, and undefined for those without data; none where none has any. */
function recentPoints(state: CloudWatchState, config: AlarmConfig, nowMs: WorldMs): (Datapoint | undefined)[] {
  const { periodSeconds } = config;
  const count = evaluationRange(config.evaluationPeriods);
  const periodMs = periodSeconds * 1_000;
  // Periods end with the last whole minute and not on multiples of their length.
  const stepMs = periodSeconds < 60 ? 10_000 : 60_000;
  const endMs = nowMs - (nowMs % stepMs);
  const metric = state.metrics.get(config.metricKey);
  // Nothing can be in the range: the same as a range in which all is missing.
  if (metric === undefined || metric.lastPutAtMs + NEWEST_MS < endMs - count * periodMs) return [];
  const value = statistic(config.statistic);
  const series = seriesOf(metric, config);
  return Array.from({ length: count }, (_, at) => {
    const startMs = endMs - (at + 1) * periodMs;
    const bucket: Readonly<Bucket> | undefined = bucketOf(series, startMs, periodSeconds);
    const known = bucket === undefined ? undefined : value(bucket);
    return bucket === undefined || known === undefined ? undefined : { startMs, value: known, samples: bucket.count };
  });
}

const seriesOf = ({ series }: Metric, { unit }: AlarmConfig): readonly Series[] =>
  [...series].filter(([one]) => unit === undefined || one === unit).map(([, one]) => one);

/** Source: CloudWatch user guide, Percentile-based alarms and low data samples. */
function isTooFew({ samples }: Datapoint, percentile: string): boolean {
  const share = Number(percentile.slice(1)) / 100;
  return samples < 10 / (share < 0.5 ? share : 1 - share);
}
