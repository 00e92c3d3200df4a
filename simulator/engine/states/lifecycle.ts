import { AwsError } from '../../aws-error.ts';
import type { WorldMs } from '../../clock.ts';
import type { Engine } from './engine.ts';
import type { Execution, ExecutionStatus, Machine, StoppingPoint, Variables } from './execution.ts';
import { StateFailure } from './failure.ts';
import { type Frame, NOT_TRUNCATED, record, recordEnd } from './frame.ts';
import type { Json, JsonObject } from './json.ts';
import { Lifetime } from './lifetime.ts';
import { EXPRESS_MAX_MS, MAX_HISTORY_EVENTS, REDRIVABLE_FOR_MS } from './limits.ts';
import { runBranch } from './run-branch.ts';
import { alarmAfter } from './stand-still.ts';

/** Starts a state machine. It runs by itself from here on; `execution.finished` settles when it has closed. */
export function startExecution(
  engine: Engine,
  machine: Machine,
  run: { arn: string; name: string; inputText: string; input: Json; traceHeader: string | undefined },
): Execution {
  const execution: Execution = {
    ...run,
    machine,
    startMs: engine.world.clock.nowMs(),
    status: 'RUNNING',
    stopMs: undefined,
    outputText: undefined,
    error: undefined,
    cause: undefined,
    history: [],
    redriveCount: 0,
    redriveMs: undefined,
    stoppedAt: undefined,
    lifetime: new Lifetime(),
    finished: Promise.resolve(),
    transitions: 0,
  };
  const frame = rootFrame(engine, execution, undefined);
  record(frame, 'ExecutionStarted', 'executionStartedEventDetails', {
    input: run.inputText,
    inputDetails: NOT_TRUNCATED,
    roleArn: machine.roleArn,
  });
  // The first state of an execution names no event before it.
  frame.lastEventId = 0;
  engine.statusChanged(execution);
  execution.finished = soon(engine, () => drive(engine, execution, frame, undefined));
  return execution;
}

export function stopExecution(engine: Engine, execution: Execution, error?: string, cause?: string): void {
  if (execution.status !== 'RUNNING') return;
  close(engine, execution, 'ABORTED', { error, cause });
  execution.lifetime.end();
}

/** Why an execution cannot be redriven; undefined where it can. Source: Step Functions guide, Redrive eligibility. */
export function whyNotRedrivable(execution: Execution, nowMs: WorldMs): string | undefined {
  if (execution.machine.type === 'EXPRESS') return 'Execution is an EXPRESS execution and cannot be redriven';
  if (execution.status === 'RUNNING') return 'Execution is RUNNING and cannot be redriven';
  if (execution.status === 'SUCCEEDED') return 'Execution is SUCCEEDED and cannot be redriven';
  if (nowMs - (execution.stopMs ?? nowMs) > REDRIVABLE_FOR_MS)
    return 'Execution is older than 14 days and cannot be redriven';
  if (execution.history.length >= MAX_HISTORY_EVENTS - 1) return 'Execution event history limit exceeded';
  return undefined;
}

/** Goes on from where an unsuccessful execution stopped, with the same input, definition and history. */
export function redriveExecution(engine: Engine, execution: Execution): void {
  execution.redriveCount += 1;
  execution.redriveMs = engine.world.clock.nowMs();
  execution.status = 'RUNNING';
  execution.stopMs = undefined;
  execution.error = undefined;
  execution.cause = undefined;
  execution.lifetime = new Lifetime();
  const from = execution.stoppedAt;
  execution.stoppedAt = undefined;
  const frame = rootFrame(engine, execution, from);
  frame.lastEventId = execution.history.length;
  record(frame, 'ExecutionRedriven', 'executionRedrivenEventDetails', { redriveCount: execution.redriveCount });
  engine.statusChanged(execution);
  execution.finished = soon(engine, () => drive(engine, execution, frame, from));
}

/**
 * From the clock, so that StartExecution answers before the first state is entered, and so that what the execution does
 * is not part of whatever handler started it.
 */
const soon = (engine: Engine, run: () => Promise<void>): Promise<void> =>
  new Promise((resolve, reject) => {
    engine.world.clock.after(0, () => void run().then(resolve, reject));
  });

function rootFrame(engine: Engine, execution: Execution, from: StoppingPoint | undefined): Frame {
  const { machine } = execution;
  const run: JsonObject = {
    Id: execution.arn,
    Input: execution.input,
    StartTime: new Date(execution.startMs).toISOString(),
    Name: execution.name,
    RoleArn: machine.roleArn,
    RedriveCount: execution.redriveCount,
  };
  if (execution.redriveMs !== undefined) run['RedriveTime'] = new Date(execution.redriveMs).toISOString();
  return {
    engine,
    execution,
    lifetime: execution.lifetime,
    language: machine.definition.QueryLanguage ?? 'JSONPath',
    variables: from?.variables ?? (Object.create(null) as Variables),
    item: undefined,
    contextBase: { Execution: run, StateMachine: { Id: machine.arn, Name: machine.name } },
    lastEventId: 0,
    stoppedAt: undefined,
  };
}

async function drive(
  engine: Engine,
  execution: Execution,
  frame: Frame,
  from: StoppingPoint | undefined,
): Promise<void> {
  if (execution.status !== 'RUNNING') return;
  const { definition, type } = execution.machine;
  const timeoutMs = Math.min(
    (definition.TimeoutSeconds ?? Number.POSITIVE_INFINITY) * 1_000,
    type === 'EXPRESS' ? EXPRESS_MAX_MS : Number.POSITIVE_INFINITY,
  );
  const timer = Number.isFinite(timeoutMs)
    ? alarmAfter(engine, timeoutMs, () => {
        close(engine, execution, 'TIMED_OUT', { error: 'States.Timeout', cause: undefined });
        execution.lifetime.end();
      })
    : undefined;
  try {
    const input = { value: execution.input, text: execution.inputText };
    const output = await runBranch(frame, definition, input, from);
    if (execution.status === 'RUNNING')
      close(engine, execution, 'SUCCEEDED', { outputText: output.text, lastEventId: frame.lastEventId });
  } catch (error) {
    execution.stoppedAt = frame.stoppedAt;
    if (error instanceof StateFailure && execution.status === 'RUNNING')
      close(engine, execution, 'FAILED', { error: error.error, cause: error.because, lastEventId: frame.lastEventId });
    if (execution.status !== 'RUNNING') return;
    // Neither the workflow's doing nor AWS's: a fault of the simulator, which nobody may overlook.
    close(engine, execution, 'FAILED', { error: 'States.Runtime', cause: String(error) });
    throw error instanceof AwsError ? new Error('an AWS error escaped its integration', { cause: error }) : error;
  } finally {
    timer?.cancel();
  }
}

interface Closing {
  readonly outputText?: string;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly lastEventId?: number;
}

const endings = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
} as const;

function close(
  engine: Engine,
  execution: Execution,
  status: Exclude<ExecutionStatus, 'RUNNING'>,
  closing: Closing,
): void {
  const nowMs = engine.world.clock.nowMs();
  execution.status = status;
  execution.stopMs = nowMs;
  execution.outputText = closing.outputText;
  execution.error = closing.error;
  execution.cause = closing.cause;
  const details =
    closing.outputText === undefined
      ? {
          ...(closing.error === undefined ? {} : { error: closing.error }),
          ...(closing.cause === undefined ? {} : { cause: closing.cause }),
        }
      : { output: closing.outputText, outputDetails: NOT_TRUNCATED };
  recordEnd(execution, closing.lastEventId ?? execution.history.length, nowMs, endings[status], details);
  engine.statusChanged(execution);
}
