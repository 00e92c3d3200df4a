import type { StandardUnit } from '@aws-sdk/client-cloudwatch';
import type { WorldMs } from '../../clock.ts';
import type { StateHome } from '../../service.ts';

/** CloudWatch in one account and Region: its metrics. */
export interface CloudWatchState {
  /** By `metricKey`. */
  readonly metrics: Map<string, Metric>;
}

export const cloudwatchHome: StateHome<CloudWatchState> = {
  name: 'cloudwatch',
  scope: 'regional',
  newState: () => ({ metrics: new Map() }),
};

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
