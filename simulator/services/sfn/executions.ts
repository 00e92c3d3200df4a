import type { DescribeExecutionOutput, ExecutionListItem, HistoryEvent, SFN } from '@aws-sdk/client-sfn';
import { AwsError } from '../../aws-error.ts';
import type { WorldMs } from '../../clock.ts';
import type { Execution, RecordedEvent } from '../../engine/states/execution.ts';
import { type Json, parseJson, utf8Bytes } from '../../engine/states/json.ts';
import { redriveExecution, startExecution, stopExecution, whyNotRedrivable } from '../../engine/states/lifecycle.ts';
import { HISTORY_KEPT_FOR_MS, MAX_PAYLOAD_BYTES } from '../../engine/states/limits.ts';
import type { Operations, Place } from '../../service.ts';
import { checkArn, checkName, executionArn, expressArn } from './names.ts';
import { page } from './page.ts';
import type { SfnState, StateMachineRecord } from './state.ts';
import { describeMachine, machineNamed } from './state-machines.ts';

const MOST_RECENT_EXPRESS = 200;

function readInput(text: string): Json {
  if (utf8Bytes(text) > MAX_PAYLOAD_BYTES)
    throw new AwsError(
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: 'Input is larger than ${MAX_PAYLOAD_BYTES} bytes'`,
    );
  const parsed = parseJson(text);
  if (parsed === undefined)
    throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${text}' is not JSON`);
  return parsed.value;
}

/** Closed executions are forgotten 90 days after they closed: then their names are free again. */
const isForgotten = ({ stopMs }: Execution, nowMs: WorldMs): boolean =>
  stopMs !== undefined && nowMs - stopMs > HISTORY_KEPT_FOR_MS;

function executionNamed(state: SfnState, arn: string | undefined, nowMs: WorldMs): Execution {
  const found = state.executions.get(checkArn(arn));
  if (found === undefined || isForgotten(found, nowMs))
    throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn ?? ''}'`);
  return found;
}

function forget({ executions, machines }: SfnState, { arn, machine }: Execution): void {
  executions.delete(arn);
  const kept = machines.get(machine.arn);
  const at = kept?.executions.findIndex((execution) => execution.arn === arn) ?? -1;
  if (at >= 0) kept?.executions.splice(at, 1);
}

/** From the first that was started: one that ran for long keeps those behind it a little longer. */
function forgetOld(state: SfnState, nowMs: WorldMs): void {
  for (const execution of state.executions.values()) {
    if (execution.stopMs === undefined) continue;
    if (!isForgotten(execution, nowMs)) return;
    forget(state, execution);
  }
}

interface Run {
  readonly name?: string | undefined;
  readonly input?: string | undefined;
  readonly traceHeader?: string | undefined;
}

function start(state: SfnState, place: Place, kept: StateMachineRecord, run: Run): Execution {
  const { engine } = state;
  const name = run.name === undefined ? engine.random.uuid() : checkName(run.name);
  const inputText = run.input ?? '{}';
  const input = readInput(inputText);
  const { machine } = kept;
  const arn =
    machine.type === 'EXPRESS'
      ? expressArn(place, machine.name, name, engine.random.uuid())
      : executionArn(place, machine.name, name);
  const before = state.executions.get(arn);
  if (before !== undefined && isForgotten(before, engine.world.clock.nowMs())) forget(state, before);
  else if (before !== undefined) {
    // Idempotent only while it runs, and on the same input. Source: API reference, StartExecution.
    if (before.status === 'RUNNING' && before.inputText === inputText) return before;
    throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
  }
  const execution = startExecution(engine, machine, { arn, name, inputText, input, traceHeader: run.traceHeader });
  if (machine.type === 'STANDARD') {
    forgetOld(state, execution.startMs);
    state.executions.set(arn, execution);
    kept.executions.push(execution);
  } else {
    state.recentExpress.push(execution);
    if (state.recentExpress.length > MOST_RECENT_EXPRESS) state.recentExpress.shift();
  }
  return execution;
}

const INCLUDED = { included: true };

function describe(execution: Execution, nowMs: WorldMs, withData: boolean): DescribeExecutionOutput {
  const notRedrivable = whyNotRedrivable(execution, nowMs);
  const { stopMs, outputText, error, cause, redriveMs, traceHeader } = execution;
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.machine.arn,
    name: execution.name,
    status: execution.status,
    startDate: new Date(execution.startMs),
    ...(stopMs === undefined ? {} : { stopDate: new Date(stopMs) }),
    ...(withData ? { input: execution.inputText } : {}),
    inputDetails: { ...INCLUDED, included: withData },
    ...(outputText === undefined
      ? {}
      : { ...(withData ? { output: outputText } : {}), outputDetails: { included: withData } }),
    ...(traceHeader === undefined ? {} : { traceHeader }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
    redriveCount: execution.redriveCount,
    ...(redriveMs === undefined ? {} : { redriveDate: new Date(redriveMs) }),
    redriveStatus: notRedrivable === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    ...(notRedrivable === undefined ? {} : { redriveStatusReason: notRedrivable }),
  };
}

const listed = (execution: Execution): ExecutionListItem => ({
  executionArn: execution.arn,
  stateMachineArn: execution.machine.arn,
  name: execution.name,
  status: execution.status,
  startDate: new Date(execution.startMs),
  ...(execution.stopMs === undefined ? {} : { stopDate: new Date(execution.stopMs) }),
  redriveCount: execution.redriveCount,
  ...(execution.redriveMs === undefined ? {} : { redriveDate: new Date(execution.redriveMs) }),
});

const executionData: ReadonlySet<string> = new Set(['input', 'output', 'parameters', 'cause', 'assignedVariables']);

/** A recorded event in the API's shape, always a fresh one. */
function historyEvent(event: RecordedEvent, withData: boolean): HistoryEvent {
  const details = Object.entries(event.details).map(([name, given]) => {
    const members = Object.entries(given).filter(([member]) => withData || !executionData.has(member));
    return [
      name,
      Object.fromEntries(members.map(([member, value]) => [member, value instanceof Object ? { ...value } : value])),
    ];
  });
  return {
    timestamp: new Date(event.atMs),
    type: event.type,
    id: event.id,
    previousEventId: event.previousEventId,
    ...Object.fromEntries(details),
  };
}

function refuseExpress(kept: StateMachineRecord | undefined): void {
  if (kept?.machine.type === 'EXPRESS')
    throw new AwsError('StateMachineTypeNotSupported', 'This operation is not supported by this type of state machine');
}

export const executionOperations: Operations<SFN, SfnState> = {
  StartExecution(input, { state, place }) {
    const execution = start(state, place, machineNamed(state, input.stateMachineArn), input);
    return { executionArn: execution.arn, startDate: new Date(execution.startMs) };
  },

  async StartSyncExecution(input, { state, place }) {
    const kept = machineNamed(state, input.stateMachineArn);
    if (kept.machine.type !== 'EXPRESS')
      throw new AwsError(
        'StateMachineTypeNotSupported',
        'This operation is not supported by this type of state machine',
      );
    const execution = start(state, place, kept, input);
    await execution.finished;
    const { status, stopMs = execution.startMs, outputText, error, cause } = execution;
    if (status !== 'SUCCEEDED' && status !== 'TIMED_OUT' && status !== 'FAILED')
      throw new Error(`a synchronous execution ended ${status}`);
    const billedMs = Math.max(100, Math.ceil((stopMs - execution.startMs) / 100) * 100);
    return {
      executionArn: execution.arn,
      stateMachineArn: execution.machine.arn,
      name: execution.name,
      startDate: new Date(execution.startMs),
      stopDate: new Date(stopMs),
      status,
      input: execution.inputText,
      inputDetails: { ...INCLUDED },
      ...(outputText === undefined ? {} : { output: outputText, outputDetails: { ...INCLUDED } }),
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
      billingDetails: { billedMemoryUsedInMB: 64, billedDurationInMilliseconds: billedMs },
    };
  },

  DescribeExecution: (input, { state, nowMs }) =>
    describe(executionNamed(state, input.executionArn, nowMs), nowMs, input.includedData !== 'METADATA_ONLY'),

  DescribeStateMachineForExecution(input, { state, nowMs }) {
    const { machine } = executionNamed(state, input.executionArn, nowMs);
    const kept = state.machines.get(machine.arn);
    const {
      creationDate: _created,
      status: _status,
      type: _type,
      ...current
    } = describeMachine(kept === undefined ? orphan(machine) : { ...kept, machine });
    return { ...current, updateDate: new Date(kept?.updatedMs ?? 0) };
  },

  ListExecutions(input, { state, nowMs }) {
    const kept = machineNamed(state, input.stateMachineArn);
    refuseExpress(kept);
    const wanted = kept.executions.filter(
      (execution) =>
        !isForgotten(execution, nowMs) &&
        (input.statusFilter === undefined || execution.status === input.statusFilter) &&
        (input.redriveFilter === undefined || execution.redriveCount > 0 === (input.redriveFilter === 'REDRIVEN')),
    );
    // Most recent first; source: API reference, ListExecutions.
    const { items, nextToken } = page(wanted.toReversed(), input);
    return { executions: items.map(listed), ...(nextToken === undefined ? {} : { nextToken }) };
  },

  StopExecution(input, { state, nowMs }) {
    const execution = executionNamed(state, input.executionArn, nowMs);
    stopExecution(state.engine, execution, input.error, input.cause);
    return { stopDate: new Date(execution.stopMs ?? nowMs) };
  },

  async RedriveExecution(input, { state, nowMs }) {
    const execution = executionNamed(state, input.executionArn, nowMs);
    const why = whyNotRedrivable(execution, nowMs);
    if (why !== undefined) throw new AwsError('ExecutionNotRedrivable', why);
    // A stopped execution says where it stopped once its branches have let go, which takes no time.
    await execution.finished;
    redriveExecution(state.engine, execution);
    return { redriveDate: new Date(nowMs) };
  },

  GetExecutionHistory(input, { state, nowMs }) {
    const { history } = executionNamed(state, input.executionArn, nowMs);
    const { items, nextToken } = page(input.reverseOrder === true ? history.toReversed() : history, input);
    return {
      events: items.map((event) => historyEvent(event, input.includeExecutionData !== false)),
      ...(nextToken === undefined ? {} : { nextToken }),
    };
  },
};

/** What is left to say of a machine that was deleted after the execution started. */
const orphan = (machine: Execution['machine']): StateMachineRecord => ({
  machine,
  createdMs: 0,
  updatedMs: 0,
  description: undefined,
  loggingConfiguration: undefined,
  tracingEnabled: false,
  tags: new Map(),
  executions: [],
});
