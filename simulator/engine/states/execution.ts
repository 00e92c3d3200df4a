import type { HistoryEventType } from '@aws-sdk/client-sfn';
import type { WorldMs } from '../../clock.ts';
import type { Definition } from './definition.ts';
import type { Json } from './json.ts';
import type { Lifetime } from './lifetime.ts';

/** A state machine as an execution knows it: what it was when the execution started. */
export interface Machine {
  readonly arn: string;
  readonly name: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly roleArn: string;
  readonly revisionId: string;
  readonly definition: Definition;
  readonly definitionText: string;
}

/** One event of a history, with its details under the name GetExecutionHistory gives them. */
export interface RecordedEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly atMs: WorldMs;
  readonly type: HistoryEventType;
  readonly details: { readonly [detailsName: string]: object };
}

/** Where a branch stopped, so that a redrive goes on from there. Parallel and Map keep one per branch or iteration. */
export interface StoppingPoint {
  readonly stateName: string;
  readonly input: Json;
  readonly variables: Variables;
  readonly children: readonly (BranchEnd | undefined)[] | undefined;
}
export type BranchEnd =
  | { readonly ended: 'succeeded'; readonly output: Json }
  | { readonly ended: 'stopped'; readonly at: StoppingPoint };

/** Variables of one scope; those of outer scopes are seen through the prototype. */
export type Variables = Record<string, Json>;

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** One run of a state machine. */
export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly machine: Machine;
  readonly input: Json;
  /** As the caller wrote it. */
  readonly inputText: string;
  readonly startMs: WorldMs;
  readonly traceHeader: string | undefined;
  status: ExecutionStatus;
  stopMs: WorldMs | undefined;
  outputText: string | undefined;
  error: string | undefined;
  cause: string | undefined;
  /** Empty for Express, which keeps none. */
  readonly history: RecordedEvent[];
  redriveCount: number;
  redriveMs: WorldMs | undefined;
  stoppedAt: StoppingPoint | undefined;
  lifetime: Lifetime;
  /** Settles once the execution has closed and every branch has let go. */
  finished: Promise<void>;
  transitions: number;
}
