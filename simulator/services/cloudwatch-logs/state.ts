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

/** Lines that are written out when somebody reads them. */
export interface LaterLines {
  readonly count: number;
  written(): readonly string[];
}

interface Later {
  readonly atMs: WorldMs;
  readonly lines: LaterLines;
}

export class LogStream {
  readonly name: string;
  readonly createdAtMs: WorldMs;
  /** How many events were put before the first of `events`. */
  dropped = 0;
  lastIngestedAtMs: WorldMs | undefined;
  readonly #events: LogEvent[] = [];
  /** What comes after those, oldest first. */
  #later: Later[] = [];

  constructor(name: string, createdAtMs: WorldMs) {
    this.name = name;
    this.createdAtMs = createdAtMs;
  }

  /** The latest events, oldest first: see log-streams.ts. */
  get events(): LogEvent[] {
    for (const { atMs, lines } of this.#later)
      for (const line of lines.written())
        this.#events.push({ timestampMs: atMs, ingestedAtMs: atMs, message: `${line}\n` });
    if (this.#later.length > 0) this.#later = [];
    return this.#events;
  }

  /** Puts lines that nobody may ever read, and forgets those before the last so many of them. */
  putLater(lines: LaterLines, atMs: WorldMs, mostKept: number): void {
    this.#later.push({ lines, atMs });
    this.lastIngestedAtMs = atMs;
    if (this.#later.length < 2 * mostKept) return;
    const gone = this.#later.splice(0, this.#later.length - mostKept);
    this.dropped += this.#events.length;
    this.#events.length = 0;
    for (const one of gone) this.dropped += one.lines.count;
  }
}

export interface LogEvent {
  readonly timestampMs: WorldMs;
  readonly ingestedAtMs: WorldMs;
  readonly message: string;
}
