import type { AlarmHistoryItem, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { Alarm, AlarmEvent } from '../state.ts';

/** An alarm as DescribeAlarms shows it. */
export const shownAlarm = ({ config, state, ...alarm }: Alarm): MetricAlarm => ({
  AlarmName: alarm.name,
  AlarmArn: alarm.arn,
  ...(config.description !== undefined && { AlarmDescription: config.description }),
  AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredAtMs),
  ActionsEnabled: alarm.actionsEnabled,
  OKActions: [...config.actions.OK],
  AlarmActions: [...config.actions.ALARM],
  InsufficientDataActions: [...config.actions.INSUFFICIENT_DATA],
  StateValue: state.value,
  StateReason: state.reason,
  ...(state.reasonData !== undefined && { StateReasonData: state.reasonData }),
  StateUpdatedTimestamp: new Date(state.updatedAtMs),
  StateTransitionedTimestamp: new Date(alarm.transitionedAtMs),
  MetricName: config.metricName,
  Namespace: config.namespace,
  ...(config.extended ? { ExtendedStatistic: config.statistic } : { Statistic: config.statistic as 'Sum' }),
  Dimensions: config.dimensions.map((dimension) => ({ ...dimension })),
  Period: config.periodSeconds,
  ...(config.unit !== undefined && { Unit: config.unit }),
  EvaluationPeriods: config.evaluationPeriods,
  ...(config.datapointsToAlarm !== undefined && { DatapointsToAlarm: config.datapointsToAlarm }),
  Threshold: config.threshold,
  ComparisonOperator: config.comparison,
  ...(config.treatMissingData !== undefined && { TreatMissingData: config.treatMissingData }),
  ...(config.lowSampleCount !== undefined && { EvaluateLowSampleCountPercentile: config.lowSampleCount }),
});

export const shownEvent = ({ alarmName, atMs, type, summary, details }: AlarmEvent): AlarmHistoryItem => ({
  AlarmName: alarmName,
  AlarmType: 'MetricAlarm',
  Timestamp: new Date(atMs),
  HistoryItemType: type,
  HistorySummary: summary,
  HistoryData: details,
});
