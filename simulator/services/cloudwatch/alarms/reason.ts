import type { ComparisonOperator, StateValue } from '@aws-sdk/client-cloudwatch';
import type { WorldMs } from '../../../clock.ts';
import type { AlarmConfig, MissingDataTreatment } from '../state.ts';
import type { Judgement } from './judge.ts';

/** A period with data. */
export interface Datapoint {
  readonly startMs: WorldMs;
  readonly value: number;
  readonly samples: number;
}

/** '2026-01-01T00:00:00.000+0000' */
export const stamp = (atMs: WorldMs): string => new Date(atMs).toISOString().replace('Z', '+0000');

/** As CloudWatch writes numbers: '50.0'. */
const decimal = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value));

const two = (value: number): string => String(value).padStart(2, '0');

/** '01/10/19 13:46:00' */
function shortStamp(atMs: WorldMs): string {
  const at = new Date(atMs);
  const day = [at.getUTCDate(), at.getUTCMonth() + 1, at.getUTCFullYear() % 100].map(two).join('/');
  return `${day} ${[at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(two).join(':')}`;
}

const wording: Partial<Record<ComparisonOperator, string>> = {
  GreaterThanThreshold: 'greater than',
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
};

const treated: Partial<Record<MissingDataTreatment, string>> = {
  breaching: 'Breaching',
  notBreaching: 'NonBreaching',
};

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/**
 * Why an alarm is in the state it goes into.
 *
 * In      the datapoints that decided, the latest first
 * Source  CloudWatch user guide, Alarm events and EventBridge: the wording of its examples
 */
export function reasonOf(
  config: AlarmConfig,
  from: StateValue,
  { state, filled }: Judgement,
  decided: readonly Datapoint[],
  breaches: (value: number, threshold: number) => boolean,
): string {
  const { evaluationPeriods, datapointsToAlarm = evaluationPeriods, threshold, treatMissingData = 'missing' } = config;
  const how = treated[treatMissingData];
  const missing =
    filled === 0 || how === undefined
      ? ''
      : ` and ${counted(filled, 'missing datapoint')} ${filled === 1 ? 'was' : 'were'} treated as [${how}]`;
  if (state === 'INSUFFICIENT_DATA')
    return `Insufficient Data: ${counted(filled, 'datapoint')} ${filled === 1 ? 'was' : 'were'} unknown.`;
  if (decided.length === 0)
    return `Threshold Crossed: no datapoints were received for ${counted(evaluationPeriods, 'period')}${missing}.`;
  const alarming = state === 'ALARM';
  const telling = decided.filter(({ value }) => breaches(value, threshold) === alarming);
  const values = telling.map(({ startMs, value }) => `${decimal(value)} (${shortStamp(startMs)})`);
  const needed = alarming ? datapointsToAlarm : evaluationPeriods - datapointsToAlarm + 1;
  return (
    `Threshold Crossed: ${telling.length} out of the last ${decided.length + filled} datapoints [${values.join(', ')}] ` +
    `${telling.length === 1 ? 'was' : 'were'} ${alarming ? '' : 'not '}${wording[config.comparison]} the threshold (${decimal(threshold)})` +
    `${missing} (minimum ${counted(needed, 'datapoint')} for ${from} -> ${state} transition).`
  );
}

/** What an alarm went by, as JSON. Source: the same page, `reasonData`. */
export function reasonDataOf(config: AlarmConfig, decided: readonly Datapoint[], queriedAtMs: WorldMs): string {
  const oldest = decided.at(-1);
  return JSON.stringify({
    version: '1.0',
    queryDate: stamp(queriedAtMs),
    ...(oldest !== undefined && { startDate: stamp(oldest.startMs) }),
    ...(config.unit !== undefined && { unit: config.unit }),
    statistic: config.statistic,
    period: config.periodSeconds,
    recentDatapoints: decided.map(({ value }) => value).toReversed(),
    threshold: config.threshold,
    evaluatedDatapoints: decided.map(({ startMs, value, samples }) => ({
      timestamp: stamp(startMs),
      sampleCount: samples,
      value,
    })),
  });
}
