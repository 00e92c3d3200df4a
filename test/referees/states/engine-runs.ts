import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { ACCOUNT, ROLE, toyWorld } from '../../simulator/engine/toy-world.ts';
import { type Answers, type Call, causeOf, type Json, type Outcome, type Visit } from './answers.ts';
import type { Start } from './reference.ts';

export const functionArn = (name: string): string => `arn:aws:lambda:us-east-1:${ACCOUNT}:function:${name}`;

/** A world whose functions answer from a table. One is enough for many machines, one after the other. */
export function engineWorld(functionNames: readonly string[]) {
  let answers: Answers = () => ({ afterMs: 0 });
  const functions = Object.fromEntries(
    functionNames.map((name) => [
      name,
      async (payload: never) => {
        const { afterMs, result = null, error } = answers(name, payload);
        await new Promise<void>((answer) => {
          if (Number.isFinite(afterMs)) toy.clock.at(toy.clock.nowMs() + afterMs, answer);
        });
        if (error !== undefined)
          throw Object.assign(new Error(JSON.parse(causeOf(error)).errorMessage), { name: error });
        return result;
      },
    ]),
  );
  const toy = toyWorld(functions);
  let runs = 0;

  /**
   * Creates the machine, runs it to its end, and reads its history; also with what the reference is to start. At
   * `stoppedAtMs` it is stopped, and redriven from there.
   */
  return async (
    definition: object,
    input: Json,
    canned: () => Answers,
    stoppedAtMs?: number,
  ): Promise<{ outcome: Outcome; start: Start }> => {
    runs += 1;
    const [name, run] = [`machine-${runs}`, `run-${runs}`];
    answers = canned();
    const stateMachineArn = await toy.create(definition, 'STANDARD', name);
    const startMs = toy.clock.nowMs();
    const executionArn = await toy.start(stateMachineArn, input, run);
    const told = (): Promise<{ status: string; output?: string; error?: string; stopDate?: Date }> =>
      toy.call('sfn', 'DescribeExecution', { executionArn });
    if (stoppedAtMs !== undefined) {
      await toy.clock.runFor(stoppedAtMs);
      await toy.call('sfn', 'StopExecution', { executionArn });
      await toy.clock.runFor(1_000);
      await toy.call('sfn', 'RedriveExecution', { executionArn });
    }
    let now = await told();
    for (let stepMs = 60_000; now.status === 'RUNNING'; stepMs *= 4) {
      if (stepMs > 1e12) throw new Error(`${run} does not end`);
      await toy.clock.runFor(stepMs);
      now = await told();
    }
    const start: Start = {
      input,
      startMs,
      answers: canned(),
      execution: { Id: executionArn, Name: run, RoleArn: ROLE },
      stateMachine: { Id: stateMachineArn, Name: name },
    };
    const outcome: Outcome = {
      status: now.status,
      ...(now.output === undefined ? {} : { output: JSON.parse(now.output) as Json }),
      ...(now.error === undefined ? {} : { error: now.error }),
      endedAtMs: (now.stopDate?.getTime() ?? Number.NaN) - startMs,
      visits: visitsOf(await wholeHistory(toy, executionArn), startMs),
    };
    return { outcome, start };
  };
}

async function wholeHistory(toy: ReturnType<typeof toyWorld>, executionArn: string): Promise<HistoryEvent[]> {
  const all: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page: { events: HistoryEvent[]; nextToken?: string } = await toy.call('sfn', 'GetExecutionHistory', {
      executionArn,
      maxResults: 1_000,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    all.push(...page.events);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return all;
}

/** Where an event belongs: a visit, in the list of its branch, under the visit of the Parallel or Map it is part of. */
interface Where {
  readonly list: Visit[];
  readonly visit: Visit | undefined;
  readonly type: string;
  readonly above: Where | undefined;
}

/** The visits a history tells of, by following each event to the one before it. */
function visitsOf(history: readonly HistoryEvent[], startMs: number): Visit[] {
  const root: Visit[] = [];
  const places = new Map<number, Where>();
  for (const event of history) {
    const type = event.type as string;
    const atMs = (event.timestamp?.getTime() ?? Number.NaN) - startMs;
    const before = places.get(event.previousEventId ?? 0) ?? {
      list: root,
      visit: undefined,
      type: '',
      above: undefined,
    };
    places.set(event.id as number, placed(event, type, atMs, before));
  }
  return root;
}

function placed(event: HistoryEvent, type: string, atMs: number, before: Where): Where {
  if (type.endsWith('StateEntered')) {
    const { name = '', input = 'null' } = event.stateEnteredEventDetails ?? {};
    const visit: Visit = { state: name, atMs, input: JSON.parse(input) as Json, calls: [], rounds: [] };
    // The first state of a branch follows an event of the Parallel; that of an iteration follows MapIterationStarted.
    const list = before.type === 'ParallelStateStarted' ? newBranch(before.visit as Visit) : before.list;
    list.push(visit);
    const above = before.type === 'ParallelStateStarted' ? before : before.above;
    return { list, visit, type, above };
  }
  const here = owner(event, type, before);
  const visit = here.visit as Visit;
  if (type.endsWith('StateExited')) {
    const { output = 'null', assignedVariables } = event.stateExitedEventDetails ?? {};
    visit.output = JSON.parse(output) as Json;
    visit.leftAtMs = atMs;
    if (assignedVariables !== undefined)
      visit.assigned = Object.fromEntries(
        Object.entries(assignedVariables).map(([name, text]) => [name, JSON.parse(text) as Json]),
      );
  } else if (type === 'ParallelStateStarted' || type === 'MapStateStarted') visit.rounds.push({ atMs, branches: [] });
  else if (type === 'MapIterationStarted') return { list: newBranch(visit), visit: undefined, type, above: here };
  else if (type === 'TaskScheduled' || type === 'LambdaFunctionScheduled') visit.calls.push(scheduled(event, atMs));
  else if (/^(Task|LambdaFunction)(Succeeded|Failed|TimedOut)$/.test(type)) ended(visit.calls.at(-1), event, atMs);
  // An expression that fails says nothing of branches: what counts is the event before.
  return { ...here, type: type === 'EvaluationFailed' ? before.type : type };
}

const newBranch = (visit: Visit): Visit[] => {
  const list: Visit[] = [];
  visit.rounds.at(-1)?.branches.push(list);
  return list;
};

/** The event's visit is that of the event before it, or one above: the one it names, or the one whose branches ended. */
function owner(event: HistoryEvent, type: string, before: Where): Where {
  const named =
    event.stateExitedEventDetails?.name ??
    event.mapIterationStartedEventDetails?.name ??
    event.mapIterationSucceededEventDetails?.name ??
    event.mapIterationFailedEventDetails?.name ??
    event.mapIterationAbortedEventDetails?.name;
  let here = before;
  if (named !== undefined) while (here.visit?.state !== named && here.above !== undefined) here = here.above;
  else if (/^(Parallel|Map)State(Succeeded|Failed|Aborted)$/.test(type) && !ownsEnd.test(before.type))
    here = before.above ?? before;
  return here;
}

/** After these a Parallel or Map ends itself; after any other event it is one of its branches that has ended. */
const ownsEnd = /^((Parallel|Map)State(Started|Succeeded)|MapIteration(Succeeded|Failed|Aborted))$/;

function scheduled(event: HistoryEvent, atMs: number): Call {
  const { resource, input } = event.lambdaFunctionScheduledEventDetails ?? {};
  if (resource !== undefined)
    return { atMs, functionName: resource.split(':').at(-1) ?? '', payload: JSON.parse(input ?? 'null') as Json };
  const { FunctionName, Payload } = JSON.parse(event.taskScheduledEventDetails?.parameters ?? '{}');
  return { atMs, functionName: String(FunctionName).split(':').at(-1) ?? '', payload: Payload };
}

function ended(call: Call | undefined, event: HistoryEvent, atMs: number): void {
  if (call === undefined) return;
  call.endedAtMs = atMs;
  const failed =
    event.taskFailedEventDetails ??
    event.taskTimedOutEventDetails ??
    event.lambdaFunctionFailedEventDetails ??
    event.lambdaFunctionTimedOutEventDetails;
  if (failed !== undefined) call.error = failed.error ?? '';
  const answer = event.lambdaFunctionSucceededEventDetails?.output ?? event.taskSucceededEventDetails?.output;
  if (answer === undefined) return;
  const value = JSON.parse(answer);
  call.result = event.taskSucceededEventDetails === undefined ? value : value.Payload;
}
