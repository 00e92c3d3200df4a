import type { WorldMs } from '../../clock.ts';
import type { StateHome } from '../../service.ts';
import { putEmbeddedMetrics } from '../cloudwatch/embedded-metrics.ts';
import { cloudwatchHome } from '../cloudwatch/state.ts';

/** CloudWatch Logs in one account and Region. */
export interface LogsState {
  /** Puts the metrics that are embedded in an event. */
  readonly putMetrics: (event: LogEvent) => void;
  /** By name. */
  readonly groups: Map<string, LogGroup>;
}

export const cloudwatchLogsHome: StateHome<LogsState> = {
  name: 'cloudwatch-logs',
  scope: 'regional',
  newState: (place, world) => ({
    putMetrics: ({ message, ingestedAtMs }) =>
      putEmbeddedMetrics(() => world.look(cloudwatchHome, place), message, ingestedAtMs),
    groups: new Map(),
  }),
};

export interface LogGroup {
  readonly name: string;
  /** Without the ':*' that most APIs show at its end. */
  readonly arn: string;
  readonly createdAtMs: WorldMs;
  retentionDays: number | undefined;
  readonly tags: Map<string, string>;
  /** By name. */
  readonly streams: Map<string, LogStream>;
}

export interface LogStream {
  readonly name: string;
  readonly createdAtMs: WorldMs;
  /** The latest events, oldest first: see log-streams.ts. */
  readonly events: LogEvent[];
  /** How many events were put before the first of `events`. */
  dropped: number;
  lastIngestedAtMs: WorldMs | undefined;
}

export interface LogEvent {
  readonly timestampMs: WorldMs;
  readonly ingestedAtMs: WorldMs;
  readonly message: string;
}
