import type { ComparisonOperator, StateValue } from '@aws-sdk/client-cloudwatch';
import type { MissingDataTreatment } from '../state.ts';

/** What a period shows: whether its value is beyond the threshold; undefined where it has none. */
export type Seen = boolean | undefined;

export interface Judgement {
  readonly state: StateValue;
  /** The periods that decided, as indexes of what was seen, latest first. */
  readonly decidedBy: readonly number[];
  /** How many missing periods were given a value. */
  readonly filled: number;
}

/**
 * How many periods CloudWatch looks at: some more than it evaluates, to make up for those without data.
 *
 * Assumed: AWS gives no figure, and five for three in every one of its examples.
 */
export const evaluationRange = (evaluationPeriods: number): number => evaluationPeriods + 2;

const comparisons: Partial<Record<ComparisonOperator, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/** The test of an operator; undefined for those of anomaly detection. */
export const comparisonNamed = (name: ComparisonOperator | undefined) =>
  name === undefined ? undefined : comparisons[name];

/**
 * The state that what was seen puts an alarm into; undefined where it keeps the one it has.
 *
 * In      what each period of the evaluation range shows, the latest first; nothing at all where none has data
 * Source  CloudWatch user guide, Configuring how CloudWatch alarms treat missing data: its tables are the test's. Of one
 *         breaching datapoint too young for an alarm, its present text says nothing; the table of an earlier one does
 */
export function judge(
  seen: readonly Seen[],
  { evaluationPeriods, datapointsToAlarm }: { readonly evaluationPeriods: number; readonly datapointsToAlarm: number },
  treatMissingData: MissingDataTreatment,
): Judgement | undefined {
  const real = [...seen.keys()].filter((at) => seen[at] !== undefined);
  const decidedBy = real.slice(0, evaluationPeriods);
  const filled = evaluationPeriods - decidedBy.length;
  const breaching = decidedBy.filter((at) => seen[at] === true).length;
  const verdict = (state: StateValue): Judgement => ({ state, decidedBy, filled });
  if (filled === 0) return verdict(breaching >= datapointsToAlarm ? 'ALARM' : 'OK');
  if (treatMissingData === 'breaching') return verdict(breaching + filled >= datapointsToAlarm ? 'ALARM' : 'OK');
  if (treatMissingData === 'notBreaching') return verdict(breaching >= datapointsToAlarm ? 'ALARM' : 'OK');
  if (breaching >= datapointsToAlarm) return verdict('ALARM');
  if (breaching < decidedBy.length) return verdict('OK');
  // Nothing but breaching periods, too few of them, or none.
  if (treatMissingData === 'ignore') return undefined;
  const oldestAge = (real.at(-1) ?? -1) + 1;
  return verdict(oldestAge >= datapointsToAlarm ? 'ALARM' : 'INSUFFICIENT_DATA');
}
