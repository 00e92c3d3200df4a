import type { Json, JsonObject } from './json.ts';

/** The Amazon States Language, as types. Source: states-language.net/spec.html and the Step Functions guide. */
export type QueryLanguage = 'JSONata' | 'JSONPath';

/** A number, or the JSONata expression of one. */
type NumberOrExpression = number | string;

export interface Branch {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface Definition extends Branch {
  readonly Comment?: string;
  readonly QueryLanguage?: QueryLanguage;
  readonly Version?: string;
  readonly TimeoutSeconds?: number;
}

interface Common {
  readonly Comment?: string;
  readonly QueryLanguage?: QueryLanguage;
  /** JSONata */
  readonly Output?: Json;
  /** JSONPath */
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
}

interface Continuing {
  readonly Next?: string;
  readonly End?: boolean;
  readonly Assign?: JsonObject;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly Assign?: JsonObject;
  readonly Output?: Json;
  readonly ResultPath?: string | null;
}

interface Fallible {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Arguments?: Json;
  readonly Parameters?: Json;
  readonly ResultSelector?: JsonObject;
  readonly ResultPath?: string | null;
}

interface PassState extends Common, Continuing {
  readonly Type: 'Pass';
  readonly Result?: Json;
  readonly Parameters?: Json;
  readonly ResultPath?: string | null;
}

export interface TaskState extends Common, Continuing, Fallible {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly TimeoutSeconds?: NumberOrExpression;
  readonly TimeoutSecondsPath?: string;
  readonly HeartbeatSeconds?: NumberOrExpression;
  readonly HeartbeatSecondsPath?: string;
  readonly Credentials?: JsonObject;
}

export interface ChoiceRule {
  readonly Next: string;
  readonly Condition?: string | boolean;
  readonly Assign?: JsonObject;
  readonly Output?: Json;
}

export interface ChoiceState extends Common {
  readonly Type: 'Choice';
  readonly Choices: readonly (ChoiceRule & Readonly<Record<string, unknown>>)[];
  readonly Default?: string;
  readonly Assign?: JsonObject;
}

export interface WaitState extends Common, Continuing {
  readonly Type: 'Wait';
  readonly Seconds?: NumberOrExpression;
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
}

interface SucceedState extends Common {
  readonly Type: 'Succeed';
}

export interface FailState extends Common {
  readonly Type: 'Fail';
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
}

export interface ParallelState extends Common, Continuing, Fallible {
  readonly Type: 'Parallel';
  readonly Branches: readonly Branch[];
}

export interface MapState extends Common, Continuing, Fallible {
  readonly Type: 'Map';
  readonly ItemProcessor?: Branch & { readonly ProcessorConfig?: { readonly Mode?: 'INLINE' | 'DISTRIBUTED' } };
  /** The older name of ItemProcessor; its Parameters are ItemSelector's. */
  readonly Iterator?: Branch;
  readonly Items?: Json;
  readonly ItemsPath?: string;
  readonly ItemSelector?: Json;
  readonly MaxConcurrency?: NumberOrExpression;
  readonly MaxConcurrencyPath?: string;
  readonly ToleratedFailureCount?: NumberOrExpression;
  readonly ToleratedFailureCountPath?: string;
  readonly ToleratedFailurePercentage?: NumberOrExpression;
  readonly ToleratedFailurePercentagePath?: string;
}

export type State =
  | PassState
  | TaskState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

export const stateTypes = ['Pass', 'Task', 'Choice', 'Wait', 'Succeed', 'Fail', 'Parallel', 'Map'] as const;
