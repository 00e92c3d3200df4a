import { type CloudWatch, StandardUnit, type StateValue, Statistic } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../../aws-error.ts';
import type { Call, InputOf } from '../../../service.ts';
import { dimensionsOf, metricKey } from '../put-metric-data.ts';
import {
  type Alarm,
  type AlarmConfig,
  type CloudWatchState,
  type MissingDataTreatment,
  missingDataTreatments,
} from '../state.ts';
import { statistic } from '../statistics.ts';
import { isActionArn, isTopicArn } from './actions.ts';
import { remember } from './history.ts';
import { comparisonNamed } from './judge.ts';
import { shownAlarm } from './shown.ts';
import { keepWatch } from './watch.ts';

type Input = InputOf<CloudWatch, 'PutMetricAlarm'>;

/** Source: CloudWatch service quotas. */
const MOST_ALARMS = 5_000;
const MOST_ACTIONS = 5;
const MOST_TAGS = 50;
const DAY_SECONDS = 86_400;

export const validationError = (message: string): AwsError => new AwsError('ValidationError', message);

const alarmArn = ({ account, region }: { readonly account: string; readonly region: string }, name: string) =>
  `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;

/**
 * Makes an alarm, or replaces all of its settings but its tags and leaves it in the state it is in.
 *
 * Faults  ValidationError, InvalidParameterCombination, LimitExceeded
 * Source  PutMetricAlarm. Metric math, anomaly detection, PromQL and actions on other services are refused by name
 */
export function putMetricAlarm(input: Input, call: Call<CloudWatchState>): Record<never, never> {
  const { state, place, world, nowMs } = call;
  const name = input.AlarmName ?? '';
  if (name === '' || name.length > 255)
    throw validationError(
      `1 validation error detected: Value '${name}' at 'alarmName' failed to satisfy constraint: Member must have length between 1 and 255`,
    );
  const config = configOf(input, place.region);
  const actionsEnabled = input.ActionsEnabled ?? true;
  const existing = state.alarms.get(name);
  if (existing === undefined) {
    if (state.alarms.size >= MOST_ALARMS)
      throw new AwsError('LimitExceeded', `The maximum limit of ${MOST_ALARMS} alarms has been reached.`);
    if ((input.Tags ?? []).length > MOST_TAGS) throw validationError(`An alarm has at most ${MOST_TAGS} tags.`);
    const alarm: Alarm = {
      name,
      arn: alarmArn(place, name),
      metricId: state.random.uuid(),
      tags: new Map((input.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
      config,
      configuredAtMs: nowMs,
      actionsEnabled,
      state: {
        value: 'INSUFFICIENT_DATA',
        reason: 'Unchecked: Initial alarm creation',
        reasonData: undefined,
        updatedAtMs: nowMs,
      },
      transitionedAtMs: nowMs,
    };
    state.alarms.set(name, alarm);
  } else Object.assign(existing, { config, configuredAtMs: nowMs, actionsEnabled });
  const alarm = state.alarms.get(name);
  if (alarm !== undefined)
    remember(
      state,
      {
        alarmName: name,
        atMs: nowMs,
        type: 'ConfigurationUpdate',
        summary: `Alarm "${name}" ${existing === undefined ? 'created' : 'updated'}`,
      },
      {
        type: existing === undefined ? 'Create' : 'Update',
        [existing === undefined ? 'createdAlarm' : 'updatedAlarm']: shownAlarm(alarm),
      },
    );
  keepWatch(world, place, state);
  return {};
}

function configOf(input: Input, region: string): AlarmConfig {
  const period = input.Period ?? 0;
  const { EvaluationPeriods: evaluationPeriods = 0, DatapointsToAlarm: datapointsToAlarm } = input;
  refuseUnsimulated(input);
  if (!input.MetricName || !input.Namespace)
    throw validationError('An alarm on a metric needs both MetricName and Namespace.');
  const comparison = input.ComparisonOperator;
  if (comparison === undefined || comparisonNamed(comparison) === undefined)
    throw validationError(
      `1 validation error detected: Value '${comparison}' at 'comparisonOperator' failed to satisfy constraint: Member must satisfy enum value set: [GreaterThanThreshold, GreaterThanOrEqualToThreshold, LessThanThreshold, LessThanOrEqualToThreshold]`,
    );
  if (input.Threshold === undefined) throw new AwsError('MissingParameter', 'The parameter Threshold is required.');
  if (![10, 20, 30].includes(period) && (period < 60 || period % 60 !== 0))
    throw validationError('The parameter Period must be 10, 20, 30 or a multiple of 60.');
  refuseBelowOne('evaluationPeriods', evaluationPeriods);
  refuseBelowOne('datapointsToAlarm', datapointsToAlarm);
  if ((datapointsToAlarm ?? 0) > evaluationPeriods)
    throw validationError('DatapointsToAlarm must not be greater than EvaluationPeriods.');
  const days = period >= 3_600 ? 7 : 1;
  if (period * evaluationPeriods > days * DAY_SECONDS)
    throw validationError(
      `Metrics cannot be checked across more than ${days === 1 ? 'a day' : '7 days'} (EvaluationPeriods * Period must be <= ${days * DAY_SECONDS}).`,
    );
  if (input.Unit !== undefined && !Object.values(StandardUnit).includes(input.Unit))
    throw validationError(
      `1 validation error detected: Value '${input.Unit}' at 'unit' failed to satisfy constraint: Member must satisfy enum value set: [${Object.values(StandardUnit).join(', ')}]`,
    );
  const dimensions = dimensionsOf(input.Dimensions);
  return {
    description: input.AlarmDescription,
    namespace: input.Namespace,
    metricName: input.MetricName,
    dimensions,
    metricKey: metricKey(input.Namespace, input.MetricName, dimensions),
    ...statisticOf(input),
    unit: input.Unit,
    periodSeconds: period,
    evaluationPeriods,
    datapointsToAlarm,
    threshold: input.Threshold,
    comparison,
    treatMissingData: treatmentOf(input.TreatMissingData),
    lowSampleCount: lowSampleCountOf(input),
    actions: {
      OK: actionsOf('OK', input.OKActions, region),
      ALARM: actionsOf('ALARM', input.AlarmActions, region),
      INSUFFICIENT_DATA: actionsOf('INSUFFICIENT_DATA', input.InsufficientDataActions, region),
    },
  };
}

const unsimulated = [
  'Metrics',
  'ThresholdMetricId',
  'EvaluationCriteria',
  'EvaluationInterval',
  'EvaluationWindow',
  'WarmUpConfiguration',
] as const;

function refuseUnsimulated(input: Input): void {
  const given = unsimulated.find((name) => input[name] !== undefined);
  if (given !== undefined)
    throw validationError(
      `${given}: only alarms on one metric with a static threshold and a sliding window are simulated`,
    );
}

function refuseBelowOne(member: string, value: number | undefined): void {
  if (value !== undefined && (!Number.isInteger(value) || value < 1))
    throw validationError(
      `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must have value greater than or equal to 1`,
    );
}

function statisticOf({ Statistic: plain, ExtendedStatistic: extended }: Input): {
  readonly statistic: string;
  readonly extended: boolean;
} {
  if ((plain === undefined) === (extended === undefined))
    throw new AwsError(
      'InvalidParameterCombination',
      'An alarm needs either Statistic or ExtendedStatistic, and not both.',
    );
  if (extended !== undefined) {
    if (!/^p\d/.test(extended))
      throw new AwsError(
        'InvalidParameterValue',
        `The value ${extended} for parameter ExtendedStatistic is not supported.`,
      );
    statistic(extended);
    return { statistic: extended, extended: true };
  }
  if (plain === undefined || !Object.values(Statistic).includes(plain))
    throw validationError(
      `1 validation error detected: Value '${plain}' at 'statistic' failed to satisfy constraint: Member must satisfy enum value set: [${Object.values(Statistic).join(', ')}]`,
    );
  return { statistic: plain, extended: false };
}

function treatmentOf(given: string | undefined): MissingDataTreatment | undefined {
  const known = missingDataTreatments.find((treatment) => treatment === given);
  if (given !== undefined && known === undefined)
    throw validationError(
      `Option ${given} is not supported. Supported options for parameter TreatMissingData are ${missingDataTreatments.join(', ')}.`,
    );
  return known;
}

function lowSampleCountOf({ EvaluateLowSampleCountPercentile: given, ExtendedStatistic: extended }: Input) {
  if (given === undefined) return undefined;
  if (given !== 'evaluate' && given !== 'ignore')
    throw validationError(
      `Option ${given} is not supported. Supported options for parameter EvaluateLowSampleCountPercentile are evaluate and ignore.`,
    );
  if (extended === undefined)
    throw validationError('EvaluateLowSampleCountPercentile is for alarms on percentiles only.');
  return given;
}

function actionsOf(state: StateValue, arns: readonly string[] = [], region: string): readonly string[] {
  if (arns.length > MOST_ACTIONS) throw validationError(`An alarm has at most ${MOST_ACTIONS} actions for ${state}.`);
  for (const arn of arns) {
    if (!arn.startsWith('arn:')) throw validationError(`Invalid arn syntax: ${arn}`);
    if (!isActionArn(arn)) throw validationError(`${arn}: only topics and functions are simulated as actions`);
    const named = arn.split(':')[3] ?? '';
    if (isTopicArn(arn) && named !== region)
      throw validationError(`Invalid region ${named} specified. Only ${region} is supported.`);
  }
  return [...arns];
}
