import { choose, timestampMs } from './choice.ts';
import type { Branch, FailState, MapState, ParallelState, State, TaskState, WaitState } from './definition.ts';
import type { StoppingPoint } from './execution.ts';
import { errorOutput, Interrupted, runtimeFailure, StateFailure } from './failure.ts';
import { type Frame, NOT_TRUNCATED, record } from './frame.ts';
import { type Payload, payloadOf } from './json.ts';
import { mustFind } from './json-path.ts';
import { PAUSE_MS, TRANSITIONS_PER_PAUSE } from './limits.ts';
import { catcherOf, Retries } from './retry.ts';
import { attemptMap } from './run-map.ts';
import { attemptParallel } from './run-parallel.ts';
import { attemptTask } from './run-task.ts';
import { mustStandStill, standStill } from './stand-still.ts';
import { type Left, Visit } from './visit.ts';

interface Departure {
  readonly left: Left;
  readonly next: string | undefined;
}

/**
 * Runs a line of states from its start, or from where it stopped, to its end, and answers the last output.
 *
 * Faults  `StateFailure` where a state failed and nothing caught it, `Interrupted` where the line was cut off; either
 *         way `frame.stoppedAt` then says where
 */
export async function runBranch(frame: Frame, branch: Branch, input: Payload, from?: StoppingPoint): Promise<Payload> {
  const { execution, lifetime, engine } = frame;
  let name = from?.stateName ?? branch.StartAt;
  let payload = from === undefined ? input : payloadOf(from.input);
  let children = from?.children;
  for (;;) {
    const state = branch.States[name];
    if (state === undefined) throw runtimeFailure(`there is no state '${name}'`);
    const stoppedAt = { stateName: name, input: payload.value, variables: frame.variables };
    let visit: Visit | undefined;
    try {
      lifetime.check();
      if (mustStandStill(engine)) await standStill(engine, lifetime);
      execution.transitions += 1;
      if (execution.transitions % TRANSITIONS_PER_PAUSE === 0)
        await lifetime.sleepUntil(engine.world.clock, engine.world.clock.nowMs() + PAUSE_MS);
      const entered = record(frame, `${state.Type}StateEntered`, 'stateEnteredEventDetails', {
        name,
        input: payload.text,
        inputDetails: NOT_TRUNCATED,
      });
      for (const watch of engine.world.stateWatchers)
        watch({ machine: execution.machine.name, state: name, type: state.Type, executionArn: execution.arn });
      visit = new Visit(frame, name, state, payload, entered);
      const { left, next } = await runState(visit, state, children);
      if (mustStandStill(engine)) await standStill(engine, lifetime);
      leaveState(visit, left);
      if (next === undefined) return left.output;
      name = next;
      payload = left.output;
      children = undefined;
    } catch (error) {
      // With States.DataLimitExceeded the whole state is rerun. Source: Step Functions guide, Redrive behavior of individual states.
      const keep = !(error instanceof StateFailure && error.error === 'States.DataLimitExceeded');
      frame.stoppedAt ??= { ...stoppedAt, children: keep ? (visit?.children ?? children) : undefined };
      if (error instanceof Interrupted && execution.status === 'RUNNING' && visit !== undefined && canAbort(state))
        record(frame, `${state.Type}StateAborted`);
      throw error;
    }
  }
}

const canAbort = (state: State): state is WaitState | TaskState | ParallelState | MapState =>
  state.Type === 'Wait' || state.Type === 'Task' || state.Type === 'Parallel' || state.Type === 'Map';

function leaveState(visit: Visit, { output, assigned }: Left): void {
  const { frame, name, state } = visit;
  if (assigned !== undefined) Object.assign(frame.variables, assigned);
  if (state.Type === 'Fail' || frame.execution.machine.type === 'EXPRESS') return;
  const written =
    assigned === undefined
      ? {}
      : {
          assignedVariables: Object.fromEntries(
            Object.entries(assigned).map(([variable, value]) => [variable, JSON.stringify(value)]),
          ),
          assignedVariablesDetails: NOT_TRUNCATED,
        };
  record(frame, `${state.Type}StateExited`, 'stateExitedEventDetails', {
    name,
    output: output.text,
    outputDetails: NOT_TRUNCATED,
    ...written,
  });
}

async function runState(visit: Visit, state: State, children: StoppingPoint['children']): Promise<Departure> {
  switch (state.Type) {
    case 'Pass': {
      if (visit.language === 'JSONata') return { left: await visit.leave(undefined, state), next: state.Next };
      const result = state.Result === undefined ? await visit.arguments(state) : state.Result;
      return { left: await visit.leave(result, state), next: state.Next };
    }
    case 'Succeed':
      return { left: await visit.leave(undefined, state), next: undefined };
    case 'Fail':
      throw await failureOf(visit, state);
    case 'Choice': {
      const rule = await choose(visit, state);
      const { Assign, Output } = rule ?? state;
      const left = await visit.leave(undefined, {
        ...(Assign === undefined ? {} : { Assign }),
        ...(Output === undefined ? {} : { Output }),
        ...(state.OutputPath === undefined ? {} : { OutputPath: state.OutputPath }),
      });
      return { left, next: rule === undefined ? state.Default : rule.Next };
    }
    case 'Wait': {
      const { clock } = visit.frame.engine.world;
      const untilMs = await waitUntilMs(visit, state);
      if (untilMs > clock.nowMs()) await visit.frame.lifetime.sleepUntil(clock, untilMs);
      return { left: await visit.leave(undefined, state), next: state.Next };
    }
    case 'Task':
      return persist(visit, state, () => attemptTask(visit, state));
    case 'Parallel': {
      let resume = children;
      return persist(visit, state, () => {
        const attempt = attemptParallel(visit, state, resume, runBranch);
        resume = undefined;
        return attempt;
      });
    }
    case 'Map': {
      let resume = children;
      return persist(visit, state, () => {
        const attempt = attemptMap(visit, state, resume, runBranch);
        resume = undefined;
        return attempt;
      });
    }
  }
}

/** Attempts, retries and, when retries are used up, catches. */
async function persist(
  visit: Visit,
  state: TaskState | ParallelState | MapState,
  attempt: () => Promise<Left>,
): Promise<Departure> {
  const { lifetime, engine } = visit.frame;
  const { clock } = engine.world;
  const retries = new Retries(state.Retry);
  for (;;) {
    try {
      return { left: await attempt(), next: state.Next };
    } catch (error) {
      if (!(error instanceof StateFailure)) throw error;
      lifetime.check();
      const delayMs = retries.delayMs(error.error, engine.random);
      if (delayMs !== undefined) {
        visit.retryCount += 1;
        visit.children = undefined;
        await lifetime.sleepUntil(clock, clock.nowMs() + delayMs);
        if (mustStandStill(engine)) await standStill(engine, lifetime);
        continue;
      }
      const caught = catcherOf(state.Catch, error.error);
      if (caught === undefined) throw error;
      return { left: await visit.leave(undefined, caught.catcher, errorOutput(error)), next: caught.catcher.Next };
    }
  }
}

async function failureOf(visit: Visit, state: FailState): Promise<StateFailure> {
  const text = async (field: 'Error' | 'Cause'): Promise<string | undefined> => {
    const fixed = state[field];
    const path = state[`${field}Path`];
    let value: unknown = fixed;
    if (visit.language === 'JSONata' && fixed !== undefined) value = await visit.jsonata(fixed, field);
    else if (path !== undefined)
      value = path.startsWith('States.')
        ? Object.values(visit.template({ 'value.$': path }, visit.effectiveInput()) as object)[0]
        : mustFind(path, visit.paths(visit.effectiveInput()), 'States.Runtime');
    if (value === undefined || typeof value === 'string') return value;
    throw visit.unacceptable(
      `The ${field} of the state '${visit.name}' must be a string, but was ${JSON.stringify(value)}.`,
      field,
    );
  };
  return new StateFailure((await text('Error')) ?? '', await text('Cause'));
}

async function waitUntilMs(visit: Visit, state: WaitState): Promise<number> {
  const seconds = await visit.number('Seconds', { least: 0, most: 99_999_999 });
  if (seconds !== undefined) return visit.frame.engine.world.clock.nowMs() + seconds * 1_000;
  let timestamp: unknown = state.Timestamp;
  if (visit.language === 'JSONata' && state.Timestamp !== undefined)
    timestamp = await visit.jsonata(state.Timestamp, 'Timestamp');
  else if (state.TimestampPath !== undefined)
    timestamp = mustFind(state.TimestampPath, visit.paths(visit.effectiveInput()), 'States.Runtime');
  const untilMs = typeof timestamp === 'string' ? timestampMs(timestamp) : undefined;
  if (untilMs !== undefined) return untilMs;
  throw visit.unacceptable(
    `The Timestamp of the state '${visit.name}' must be as in RFC 3339, but was ${JSON.stringify(timestamp)}.`,
    'Timestamp',
  );
}
