import type { ComparisonOperator, HistoryItemType, StandardUnit, StateValue } from '@aws-sdk/client-cloudwatch';
import type { Timer, WorldMs } from '../../clock.ts';
import type { Random } from '../../random.ts';
import type { StateHome } from '../../service.ts';

/** CloudWatch in one account and Region: its metrics, alarms and dashboards. */
export interface CloudWatchState {
  readonly random: Random;
  /** By `metricKey`. */
  readonly metrics: Map<string, Metric>;
  /** By name. */
  readonly alarms: Map<string, Alarm>;
  /** What happened to alarms, those that were deleted among them; oldest first. */
  readonly history: AlarmEvent[];
  /** By name. They belong to no Region: this is filled in us-east-1 alone. */
  readonly dashboards: Map<string, Dashboard>;
  /** The next evaluation; set while there are alarms. */
  alarmTimer: Timer | undefined;
}

export const cloudwatchHome: StateHome<CloudWatchState> = {
  name: 'cloudwatch',
  scope: 'regional',
  newState: ({ account, region }, { random }) => ({
    random: random.fork(`cloudwatch/${account}/${region}`),
    metrics: new Map(),
    alarms: new Map(),
    history: [],
    dashboards: new Map(),
    alarmTimer: undefined,
  }),
};

export interface Dashboard {
  readonly name: string;
  /** JSON, as it was given. */
  readonly body: string;
  readonly modifiedAtMs: WorldMs;
}

export interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

export interface Metric {
  readonly namespace: string;
  readonly name: string;
  /** By name. */
  readonly dimensions: readonly Dimension[];
  /** What was put in one unit is kept apart from what was put in another. */
  readonly series: Map<StandardUnit, Series>;
  lastPutAtMs: WorldMs;
}

/** The same data at several resolutions, of which the finer are forgotten sooner. By seconds, finest first. */
export type Series = readonly Resolution[];

export interface Resolution {
  readonly seconds: 1 | 60 | 300 | 3600;
  readonly keptMs: number;
  /** By the start of their period. */
  readonly buckets: Map<WorldMs, Bucket>;
}

/** Everything that was put for one period. */
export interface Bucket {
  count: number;
  sum: number;
  min: number;
  max: number;
  /** How often each value was put; undefined once a statistic set was put, whose values nobody knows. */
  values: Map<number, number> | undefined;
}

/** An alarm on one metric. */
export interface Alarm {
  readonly name: string;
  readonly arn: string;
  /** How events call its only metric. */
  readonly metricId: string;
  readonly tags: Map<string, string>;
  /** Replaced as a whole by PutMetricAlarm. */
  config: AlarmConfig;
  configuredAtMs: WorldMs;
  actionsEnabled: boolean;
  state: AlarmState;
  transitionedAtMs: WorldMs;
}

export interface AlarmState {
  readonly value: StateValue;
  readonly reason: string;
  /** JSON. */
  readonly reasonData: string | undefined;
  readonly updatedAtMs: WorldMs;
}

export const missingDataTreatments = ['breaching', 'notBreaching', 'ignore', 'missing'] as const;
export type MissingDataTreatment = (typeof missingDataTreatments)[number];

export interface AlarmConfig {
  readonly description: string | undefined;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: readonly Dimension[];
  /** What these three are in `metrics`. */
  readonly metricKey: string;
  /** 'Average' or, where `extended`, 'p99'. */
  readonly statistic: string;
  readonly extended: boolean;
  readonly unit: StandardUnit | undefined;
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  /** As many as `evaluationPeriods` where it was not given. */
  readonly datapointsToAlarm: number | undefined;
  readonly threshold: number;
  readonly comparison: ComparisonOperator;
  /** `missing` where it was not given. */
  readonly treatMissingData: MissingDataTreatment | undefined;
  readonly lowSampleCount: 'evaluate' | 'ignore' | undefined;
  /** ARNs of what is told, by the state that the alarm goes into. */
  readonly actions: Readonly<Record<StateValue, readonly string[]>>;
}

/** One item of an alarm's history. */
export interface AlarmEvent {
  readonly alarmName: string;
  readonly atMs: WorldMs;
  readonly type: HistoryItemType;
  readonly summary: string;
  /** JSON. */
  readonly details: string;
}
