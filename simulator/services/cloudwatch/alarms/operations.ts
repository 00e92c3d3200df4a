import type { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../../aws-error.ts';
import type { Call, Operations } from '../../../service.ts';
import { dimensionsOf, metricKey } from '../put-metric-data.ts';
import type { Alarm, CloudWatchState } from '../state.ts';
import { remember } from './history.ts';
import { putMetricAlarm, validationError } from './put-metric-alarm.ts';
import { shownAlarm, shownEvent } from './shown.ts';
import { changeState } from './transition.ts';
import { keepWatch } from './watch.ts';

const MOST_NAMES = 100;
const MOST_RECORDS = 100;
const DESCRIBE_PAGE = 50;
const MOST_TAGS = 50;

/** Alarms on one metric each. Composite alarms, metric math, anomaly detection and mute rules are not simulated. */
export const alarmOperations = {
  PutMetricAlarm: putMetricAlarm,

  DescribeAlarms(input, { state }) {
    const { AlarmNames: names, AlarmNamePrefix: prefix, AlarmTypes: types = ['MetricAlarm'] } = input;
    if (input.ChildrenOfAlarmName !== undefined || input.ParentsOfAlarmName !== undefined)
      throw validationError('ChildrenOfAlarmName and ParentsOfAlarmName: composite alarms are not simulated');
    if (names !== undefined && prefix !== undefined)
      throw new AwsError('InvalidParameterCombination', 'AlarmNames and AlarmNamePrefix must not be given together.');
    refuseManyNames(names);
    const alarms = [...state.alarms.values()]
      .filter(
        (alarm) =>
          types.includes('MetricAlarm') &&
          (names === undefined || names.length === 0 || names.includes(alarm.name)) &&
          alarm.name.startsWith(prefix ?? '') &&
          (input.StateValue === undefined || alarm.state.value === input.StateValue) &&
          (input.ActionPrefix === undefined || hasAction(alarm, input.ActionPrefix)),
      )
      .toSorted(({ name: a }, { name: b }) => (a < b ? -1 : 1));
    const { page, next } = paged(alarms, input);
    return { MetricAlarms: page.map(shownAlarm), CompositeAlarms: [], ...next };
  },

  DescribeAlarmsForMetric(input, { state }) {
    const wanted = metricKey(input.Namespace ?? '', input.MetricName ?? '', dimensionsOf(input.Dimensions));
    const alarms = [...state.alarms.values()].filter(({ config }) => {
      const { statistic, periodSeconds, unit } = config;
      return (
        config.metricKey === wanted &&
        (input.Statistic === undefined || input.Statistic === statistic) &&
        (input.ExtendedStatistic === undefined || input.ExtendedStatistic === statistic) &&
        (input.Period === undefined || input.Period === periodSeconds) &&
        (input.Unit === undefined || input.Unit === unit)
      );
    });
    return { MetricAlarms: alarms.map(shownAlarm) };
  },

  DeleteAlarms(input, { state, place, world, nowMs }) {
    const names = input.AlarmNames ?? [];
    refuseManyNames(names);
    const missing = names.filter((name) => !state.alarms.has(name));
    // All or none. Source: DeleteAlarms.
    if (missing.length > 0) throw notFound(missing);
    for (const name of new Set(names)) {
      const alarm = state.alarms.get(name);
      if (alarm === undefined) continue;
      state.alarms.delete(name);
      remember(
        state,
        { alarmName: name, atMs: nowMs, type: 'ConfigurationUpdate', summary: `Alarm "${name}" deleted` },
        { type: 'Delete', deletedAlarm: shownAlarm(alarm) },
      );
    }
    keepWatch(world, place, state);
    return {};
  },

  /** Only until the next evaluation, which puts the alarm back into its true state. */
  SetAlarmState(input, { state, place, world }) {
    const { AlarmName: name = '', StateReason: reason = '', StateReasonData: reasonData, StateValue: value } = input;
    if (value !== 'OK' && value !== 'ALARM' && value !== 'INSUFFICIENT_DATA')
      throw validationError(
        `1 validation error detected: Value '${value}' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]`,
      );
    if (reasonData !== undefined && !isJson(reasonData))
      throw new AwsError('InvalidFormat', 'StateReasonData is not JSON.');
    const alarm = state.alarms.get(name);
    if (alarm === undefined) throw notFound([name]);
    changeState(world, place, state, alarm, { value, reason, reasonData });
    return {};
  },

  EnableAlarmActions: (input, call) => setActionsEnabled(input.AlarmNames, true, call),
  DisableAlarmActions: (input, call) => setActionsEnabled(input.AlarmNames, false, call),

  DescribeAlarmHistory(input, { state }) {
    const { AlarmTypes: types = ['MetricAlarm'], AlarmName: name, HistoryItemType: type } = input;
    const fromMs = input.StartDate?.getTime() ?? -Infinity;
    const untilMs = input.EndDate?.getTime() ?? Infinity;
    const items = state.history.filter(
      (item) =>
        types.includes('MetricAlarm') &&
        (name === undefined || item.alarmName === name) &&
        (type === undefined || item.type === type) &&
        item.atMs >= fromMs &&
        item.atMs <= untilMs,
    );
    if (input.ScanBy !== 'TimestampAscending') items.reverse();
    const { page, next } = paged(items, { MaxRecords: MOST_RECORDS, ...input });
    return { AlarmHistoryItems: page.map(shownEvent), ...next };
  },

  TagResource(input, call) {
    const { tags } = alarmOf(input.ResourceARN, call);
    const given = (input.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value] as const);
    if (new Set([...tags.keys(), ...given.map(([key]) => key)]).size > MOST_TAGS)
      throw new AwsError('InvalidParameterValue', `An alarm has at most ${MOST_TAGS} tags.`);
    for (const [key, value] of given) tags.set(key, value);
    return {};
  },

  UntagResource(input, call) {
    const { tags } = alarmOf(input.ResourceARN, call);
    for (const key of input.TagKeys ?? []) tags.delete(key);
    return {};
  },

  ListTagsForResource(input, call) {
    return { Tags: [...alarmOf(input.ResourceARN, call).tags].map(([Key, Value]) => ({ Key, Value })) };
  },
} satisfies Operations<CloudWatch, CloudWatchState>;

const notFound = (names: readonly string[]): AwsError =>
  new AwsError('ResourceNotFound', `Alarms [${names.join(', ')}] not found`);

function refuseManyNames(names: readonly string[] = []): void {
  if (names.length > MOST_NAMES)
    throw validationError(
      `1 validation error detected: Value at 'alarmNames' failed to satisfy constraint: Member must have length less than or equal to ${MOST_NAMES}`,
    );
}

const hasAction = ({ config: { actions } }: Alarm, prefix: string): boolean =>
  [...actions.OK, ...actions.ALARM, ...actions.INSUFFICIENT_DATA].some((arn) => arn.startsWith(prefix));

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Names that no alarm has are passed over. */
function setActionsEnabled(
  names: readonly string[] | undefined = [],
  enabled: boolean,
  { state, nowMs }: Call<CloudWatchState>,
): Record<never, never> {
  refuseManyNames(names);
  for (const name of names) {
    const alarm = state.alarms.get(name);
    if (alarm === undefined || alarm.actionsEnabled === enabled) continue;
    alarm.actionsEnabled = enabled;
    alarm.configuredAtMs = nowMs;
    remember(
      state,
      { alarmName: name, atMs: nowMs, type: 'ConfigurationUpdate', summary: `Alarm "${name}" updated` },
      { type: 'Update', updatedAlarm: shownAlarm(alarm) },
    );
  }
  return {};
}

/** Source: TagResource: of CloudWatch's resources alarms, dashboards and rules have tags; only alarms are simulated. */
function alarmOf(arn: string | undefined, { state, place }: Call<CloudWatchState>): Alarm {
  const [, , service, region, account, kind, ...name] = (arn ?? '').split(':');
  if (service !== 'cloudwatch' || kind !== 'alarm')
    throw new AwsError('InvalidParameterValue', `The value ${arn} for parameter ResourceARN is invalid.`);
  const alarm = region === place.region && account === place.account ? state.alarms.get(name.join(':')) : undefined;
  if (alarm === undefined) throw new AwsError('ResourceNotFoundException', `The resource ${arn} does not exist.`);
  return alarm;
}

function paged<Item>(
  items: readonly Item[],
  {
    MaxRecords: size = DESCRIBE_PAGE,
    NextToken: token,
  }: { MaxRecords?: number | undefined; NextToken?: string | undefined },
): { readonly page: readonly Item[]; readonly next: { NextToken?: string } } {
  if (size < 1 || size > MOST_RECORDS)
    throw validationError(
      `1 validation error detected: Value '${size}' at 'maxRecords' failed to satisfy constraint: Member must have value between 1 and ${MOST_RECORDS}`,
    );
  const from = token === undefined ? 0 : Number(token);
  if (!Number.isInteger(from) || from < 0) throw new AwsError('InvalidNextToken', 'The NextToken is invalid.');
  const until = from + size;
  return { page: items.slice(from, until), next: until < items.length ? { NextToken: String(until) } : {} };
}
