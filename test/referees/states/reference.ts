import type { Answers, Call, Json, Outcome, Visit } from './answers.ts';
import { crossOut } from './reference-cut.ts';
import { evaluated, Failure, wholeNumber } from './reference-query.ts';

// A second interpreter of the States Language, written from its specification and not from the simulator's engine: it
// exists to disagree with it. It recurses over states. There are no events, and time is a number that waits are added
// to; what runs side by side is run one after the other, and what came after the first failure is crossed out.

type State = Readonly<Record<string, Json>>;
interface States {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}
export interface Definition extends States {
  readonly TimeoutSeconds?: number;
}

/** What is the same all through an execution. */
interface Setting {
  readonly answers: Answers;
  readonly startMs: number;
  readonly execution: Json;
  readonly stateMachine: Json;
  /** Set once two branches did something at the very moment at which one of them failed: the order is anybody's. */
  tied: boolean;
}

/** States that follow one another: where they are, and the variables they see. */
interface Branch {
  readonly setting: Setting;
  readonly visits: Visit[];
  readonly map: Json | undefined;
  readonly states: Readonly<Record<string, State>>;
  atMs: number;
  variables: Record<string, Json>;
}
interface Ended {
  readonly visits: Visit[];
  readonly atMs: number;
  readonly output?: Json;
  readonly failure?: Failure;
}
interface Left {
  readonly output: Json;
  readonly assigned: Record<string, Json> | undefined;
  readonly next: string | undefined;
}

const LIMIT_BYTES = 262_144;
/** Source: Step Functions guide, Map state processing modes, Inline mode. */
const INLINE_AT_ONCE = 40;

export interface Start {
  readonly input: Json;
  readonly answers: Answers;
  readonly startMs: number;
  readonly execution: { readonly Id: string; readonly Name: string; readonly RoleArn: string };
  readonly stateMachine: { readonly Id: string; readonly Name: string };
}

/**
 * Runs a state machine in JSONata from its start to its end.
 *
 * Returns  the outcome and every visit of a state, and whether it hung on a tie that no specification decides
 * Bounds   JSONata, Standard, inline Maps; functions by their ARN and by lambda:invoke; retries without jitter
 * Source   states-language.net/spec.html; Step Functions guide
 */
export async function interpret(definition: Definition, start: Start): Promise<Outcome & { readonly tied: boolean }> {
  const setting: Setting = {
    answers: start.answers,
    startMs: start.startMs,
    tied: false,
    execution: { ...start.execution, Input: start.input, StartTime: iso(start.startMs), RedriveCount: 0 },
    stateMachine: start.stateMachine,
  };
  const { visits, atMs, output, failure } = await follow(definition, start.input, 0, {}, setting, undefined);
  const limitMs = (definition.TimeoutSeconds ?? Number.POSITIVE_INFINITY) * 1_000;
  if (atMs >= limitMs) {
    setting.tied ||= atMs === limitMs;
    const cut = crossOut(visits, limitMs, setting);
    return { status: 'TIMED_OUT', error: 'States.Timeout', endedAtMs: limitMs, visits: cut, tied: setting.tied };
  }
  const ended = failure === undefined ? { status: 'SUCCEEDED', output } : { status: 'FAILED', error: failure.error };
  return { ...ended, endedAtMs: atMs, visits, tied: setting.tied } as Outcome & { readonly tied: boolean };
}

const iso = (ms: number): string => new Date(ms).toISOString();

async function follow(
  { StartAt, States }: States,
  input: Json,
  atMs: number,
  outer: Readonly<Record<string, Json>>,
  setting: Setting,
  inMap: Json | undefined,
): Promise<Ended> {
  // Inner scopes see outer variables and never assign them, so a copy will do.
  const branch: Branch = { setting, visits: [], map: inMap, states: States, atMs, variables: { ...outer } };
  let name = StartAt;
  let value = input;
  try {
    for (;;) {
      const visit: Visit = { state: name, atMs: branch.atMs, input: value, calls: [], rounds: [] };
      branch.visits.push(visit);
      const { output, assigned, next } = await visited(States[name] as State, visit, branch);
      Object.assign(branch.variables, assigned);
      visit.output = output;
      visit.leftAtMs = branch.atMs;
      if (assigned !== undefined) visit.assigned = assigned;
      if (next === undefined) return { visits: branch.visits, atMs: branch.atMs, output };
      name = next;
      value = output;
    }
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    return { visits: branch.visits, atMs: branch.atMs, failure };
  }
}

/** `$states` as one field of one state sees it. */
const statesOf = (branch: Branch, visit: Visit, retryCount: number, more: object = {}): object => ({
  input: visit.input,
  context: {
    Execution: branch.setting.execution,
    StateMachine: branch.setting.stateMachine,
    State: {
      Name: visit.state,
      EnteredTime: iso(branch.setting.startMs + visit.atMs),
      RetryCount: retryCount,
    },
    ...(branch.map === undefined ? {} : { Map: branch.map }),
  },
  ...more,
});

const fits = (value: Json, what: string): Json => {
  if (Buffer.byteLength(JSON.stringify(value)) <= LIMIT_BYTES) return value;
  throw new Failure('States.DataLimitExceeded', `${what} is larger than ${LIMIT_BYTES} bytes`);
};

/**
 * Output and Assign of whatever has them: both see the variables as they were when the state was entered.
 *
 * Source  Step Functions guide, Workflow variables: what one Assign field sets is at most 256 KiB together
 */
async function leaving(
  fields: State,
  otherwise: Json,
  states: object,
  branch: Branch,
  next: string | undefined,
): Promise<Left> {
  const { Output, Assign } = fields;
  const assigned = Assign === undefined ? undefined : await evaluated(Assign, states, branch.variables);
  const output = Output === undefined ? otherwise : await evaluated(Output, states, branch.variables);
  fits(assigned ?? {}, 'What is assigned');
  return { output: fits(output, 'The output'), assigned: assigned as Record<string, Json> | undefined, next };
}

async function visited(state: State, visit: Visit, branch: Branch): Promise<Left> {
  const states = statesOf(branch, visit, 0);
  const see = (field: Json): Promise<Json> => evaluated(field, states, branch.variables);
  const next = state['Next'] as string | undefined;
  switch (state['Type']) {
    case 'Pass':
    case 'Succeed':
      return leaving(state, visit.input, states, branch, next);
    case 'Wait': {
      if (state['Seconds'] !== undefined) {
        branch.atMs += (await wholeNumber(state['Seconds'], 0, states, branch.variables)) * 1_000;
      } else {
        const until = Date.parse(timestamp(await see(state['Timestamp'] as Json))) - branch.setting.startMs;
        branch.atMs = Math.max(branch.atMs, until);
      }
      return leaving(state, visit.input, states, branch, next);
    }
    case 'Choice': {
      for (const rule of state['Choices'] as unknown as State[]) {
        const holds = await see(rule['Condition'] as Json);
        if (typeof holds !== 'boolean')
          throw new Failure('States.QueryEvaluationError', 'A condition is true or false');
        if (holds) return leaving(rule, visit.input, states, branch, rule['Next'] as string);
      }
      if (state['Default'] === undefined) throw new Failure('States.NoChoiceMatched', 'No rule held');
      return leaving(state, visit.input, states, branch, state['Default'] as string);
    }
    case 'Fail': {
      const [error, cause] = [await see(state['Error'] ?? ''), await see(state['Cause'] ?? '')];
      if (typeof error !== 'string' || typeof cause !== 'string')
        throw new Failure('States.QueryEvaluationError', 'Error and Cause are texts');
      throw new Failure(error, cause);
    }
    case 'Task':
      return withRetries(state, visit, branch, (sees) => task(state, visit, branch, sees));
    case 'Parallel':
      return withRetries(state, visit, branch, async (sees) => {
        const input =
          state['Arguments'] === undefined ? visit.input : await evaluated(state['Arguments'], sees, branch.variables);
        fits(input, 'The arguments');
        return parallel(state['Branches'] as unknown as States[], input, visit, branch);
      });
    case 'Map':
      return withRetries(state, visit, branch, (sees, retryCount) => map(state, visit, branch, sees, retryCount));
    default:
      throw new Error(`There is no type ${JSON.stringify(state['Type'])}`);
  }
}

const timestamp = (text: Json): string => {
  if (typeof text === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text)) return text;
  throw new Failure('States.QueryEvaluationError', `${JSON.stringify(text)} is not a timestamp`);
};

/** Does what may fail, again as Retry says, and otherwise goes where Catch says. */
async function withRetries(
  state: State,
  visit: Visit,
  branch: Branch,
  attempt: (states: object, retryCount: number) => Promise<Json>,
): Promise<Left> {
  const retriers = (state['Retry'] ?? []) as unknown as State[];
  const used = retriers.map(() => 0);
  for (let retryCount = 0; ; retryCount += 1) {
    try {
      const result = await attempt(statesOf(branch, visit, retryCount), retryCount);
      const states = statesOf(branch, visit, retryCount, { result });
      return await leaving(state, result, states, branch, state['Next'] as string | undefined);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      const at = retriers.findIndex((retrier) => names(retrier, failure.error));
      const retrier = retriers[at];
      const before = used[at] ?? 0;
      if (retrier !== undefined && before < Number(retrier['MaxAttempts'] ?? 3)) {
        const seconds = Number(retrier['IntervalSeconds'] ?? 1) * Number(retrier['BackoffRate'] ?? 2) ** before;
        branch.atMs += Math.min(seconds, Number(retrier['MaxDelaySeconds'] ?? Number.POSITIVE_INFINITY)) * 1_000;
        used[at] = before + 1;
        continue;
      }
      const catcher = ((state['Catch'] ?? []) as unknown as State[]).find((one) => names(one, failure.error));
      if (catcher === undefined) throw failure;
      // The Cause is a SHOULD: of a time-out there is nothing more to say than its name.
      const errorOutput: Json = {
        Error: failure.error,
        ...(failure.cause === undefined ? {} : { Cause: failure.cause }),
      };
      const states = statesOf(branch, visit, retryCount, { errorOutput });
      return await leaving(catcher, errorOutput, states, branch, catcher['Next'] as string);
    }
  }
}

/**
 * Whether a retrier or catcher means this error.
 *
 * Source  Step Functions guide, Handling errors: States.ALL does not take States.DataLimitExceeded and States.Runtime;
 *         States.TaskFailed takes everything but States.Timeout
 */
function names(handler: State, error: string): boolean {
  return (handler['ErrorEquals'] as string[]).some((name) => {
    if (name === error) return true;
    if (error === 'States.DataLimitExceeded' || error === 'States.Runtime') return false;
    return name === 'States.ALL' || (name === 'States.TaskFailed' && error !== 'States.Timeout');
  });
}

async function task(state: State, visit: Visit, branch: Branch, states: object): Promise<Json> {
  const given =
    state['Arguments'] === undefined ? visit.input : await evaluated(state['Arguments'], states, branch.variables);
  fits(given, 'The arguments');
  const timeout = state['TimeoutSeconds'] ?? 99_999_999;
  const limitMs = (await wholeNumber(timeout, 1, states, branch.variables)) * 1_000;
  const byArn = state['Resource'] !== 'arn:aws:states:::lambda:invoke';
  const { FunctionName, Payload = {} } = (
    byArn ? { FunctionName: state['Resource'], Payload: given } : given
  ) as Record<string, Json>;
  const functionName = (FunctionName as string).split(':').at(-1) as string;
  const call: Call = { atMs: branch.atMs, functionName, payload: Payload };
  visit.calls.push(call);
  const { afterMs, result = null, error } = branch.setting.answers(functionName, Payload);
  branch.atMs += Math.min(afterMs, limitMs);
  call.endedAtMs = branch.atMs;
  if (afterMs > limitMs) {
    call.error = 'States.Timeout';
    throw new Failure('States.Timeout', undefined);
  }
  if (error !== undefined) {
    call.error = error;
    throw new Failure(error, JSON.stringify({ errorType: error, errorMessage: `${error} happened`, trace: [] }));
  }
  const answer = byArn ? result : { Payload: result, StatusCode: 200, ExecutedVersion: '$LATEST' };
  if (Buffer.byteLength(JSON.stringify(answer)) > LIMIT_BYTES) call.error = 'States.DataLimitExceeded';
  fits(answer, 'What the task returned');
  call.result = result;
  return answer;
}

async function parallel(branches: States[], input: Json, visit: Visit, branch: Branch): Promise<Json> {
  const ended: Ended[] = [];
  for (const one of branches)
    ended.push(await follow(one, input, branch.atMs, branch.variables, branch.setting, branch.map));
  return together(ended, visit, branch, () => undefined);
}

async function map(state: State, visit: Visit, branch: Branch, states: object, retryCount: number): Promise<Json> {
  const { variables } = branch;
  const given = state['Items'] === undefined ? visit.input : await evaluated(state['Items'], states, variables);
  const items = itemsOf(given);
  const atOnce =
    state['MaxConcurrency'] === undefined ? 0 : await wholeNumber(state['MaxConcurrency'], 0, states, variables);
  const tolerance = await toleranceOf(state, items.length, states, variables);
  const selected: { context: Json; input: Json }[] = [];
  for (const [Index, { item: Value, more }] of items.entries()) {
    const context = { Item: { Index, ...more } };
    const seen = statesOf({ ...branch, map: context }, visit, retryCount);
    const input = state['ItemSelector'] === undefined ? Value : await evaluated(state['ItemSelector'], seen, variables);
    selected.push({ context, input: fits(input, 'The selected item') });
  }
  // As many lanes as may run at once: each item goes into the one that is free first.
  const lanes = Array.from({ length: Math.min(atOnce || INLINE_AT_ONCE, INLINE_AT_ONCE) }, () => branch.atMs);
  const ended: Ended[] = [];
  for (const { context, input } of selected) {
    const atMs = Math.min(...lanes);
    const failures = ended.filter((one) => one.failure !== undefined && one.atMs <= atMs).length;
    if (failures > 0 && tolerance(failures) !== 'tolerated') break;
    const lane = lanes.indexOf(atMs);
    const processor = state['ItemProcessor'] as unknown as States;
    const one = await follow(processor, input, atMs, variables, branch.setting, context);
    lanes[lane] = one.atMs;
    ended.push(one);
  }
  return together(ended, visit, branch, tolerance);
}

/** An array; the guide, other than the specification, also takes an object, for its members. Source: Step Functions guide, Items (Map). */
function itemsOf(given: Json): { item: Json; more: Record<string, Json> }[] {
  if (Array.isArray(given)) return given.map((Value) => ({ item: Value, more: { Value } }));
  if (typeof given === 'object' && given !== null)
    return Object.entries(given).map(([Key, Value]) => ({ item: { Key, Value }, more: { Key, Value } }));
  throw new Failure('States.QueryEvaluationError', 'Items are an array or an object');
}

/** Why the state fails once so many iterations have, besides what the iteration itself says; undefined where it says it all. */
type Tolerance = (failures: number) => 'tolerated' | Failure | undefined;

/** What is tolerated has no place in the result: the specification has a place for each item, and nothing to put there. */
async function toleranceOf(
  state: State,
  items: number,
  states: object,
  variables: Readonly<Record<string, Json>>,
): Promise<Tolerance> {
  const { ToleratedFailureCount: count, ToleratedFailurePercentage: percentage } = state;
  if (count === undefined && percentage === undefined) return () => undefined;
  const most = count === undefined ? Number.POSITIVE_INFINITY : await wholeNumber(count, 0, states, variables);
  const share = percentage === undefined ? 100 : await wholeNumber(percentage, 0, states, variables);
  return (failures) =>
    failures <= most && failures * 100 <= share * items
      ? 'tolerated'
      : new Failure('States.ExceedToleratedFailureThreshold', `${failures} of ${items} items failed`);
}

/** Puts together what ran side by side: the results, or the first failure in time, after which nothing happened. */
function together(ended: readonly Ended[], visit: Visit, branch: Branch, tolerance: Tolerance): Json {
  const startedAtMs = branch.atMs;
  const failures = ended.filter(({ failure }) => failure !== undefined).toSorted((one, other) => one.atMs - other.atMs);
  const fatal = failures.findIndex((_, before) => tolerance(before + 1) !== 'tolerated');
  const first = failures[fatal];
  if (first === undefined) {
    visit.rounds.push({ atMs: startedAtMs, branches: ended.map(({ visits }) => visits) });
    branch.atMs = Math.max(startedAtMs, ...ended.map(({ atMs }) => atMs));
    return ended.flatMap(({ failure, output }) => (failure === undefined ? [output as Json] : []));
  }
  branch.atMs = first.atMs;
  const branches = ended.map((one) => (one === first ? one.visits : crossOut(one.visits, first.atMs, branch.setting)));
  visit.rounds.push({ atMs: startedAtMs, branches: branches.filter(({ length }) => length > 0) });
  const failed = tolerance(fatal + 1);
  throw failed instanceof Failure ? failed : (first.failure as Failure);
}
