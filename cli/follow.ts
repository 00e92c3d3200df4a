import { randomUUID } from 'node:crypto';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { read, write } from '../control-plane/model/aws-call.ts';
import { Fault, isFault } from '../control-plane/model/faults.ts';
import { canonicalJson } from '../control-plane/model/fingerprint.ts';
import { howMany } from '../control-plane/model/how-many.ts';
import { plain } from '../control-plane/model/plain-text.ts';
import { problem } from '../control-plane/model/problem.ts';
import { converse } from '../handlers/runtime/caller.ts';
import { executionArnOf, machineArn } from '../handlers/runtime/executions.ts';
import type { Runtime } from '../handlers/runtime/runtime.ts';
import type { Context } from './context.ts';
import { BadInput } from './exit.ts';
import { duration } from './print.ts';
import { Progress } from './progress.ts';

export interface Ended {
  readonly executionArn: string;
  readonly status: string;
  readonly output?: Readonly<Record<string, unknown>>;
  readonly error?: string;
  readonly cause?: string;
  /** It ended where nothing had been changed: by the workflow's own word, which is the state it ended in. */
  readonly refused?: true;
}

/** A share of the time that it was followed so far, between these: runs of half an hour do not change by the second. */
const LOOK_AGAIN_AFTER_MS = { least: 500, most: 5_000 };
const A_TWENTIETH = 0.05;
/** Runs take half an hour and more: an AWS that is busy, or a network that is away, for less than this is waited for. */
const PATIENCE_MS = 5 * 60_000;
/** What was started just now may not be shown yet. */
const SHOWN_WITHIN_MS = 60_000;

/** Narrower than Step Functions' own rule: these show everywhere, in logs, consoles and ARNs, as they are. */
const NAME = /^[A-Za-z0-9._-]{1,80}$/;

/** A start that AWS was too busy for, or did not answer, is asked for this often. */
const START_ATTEMPTS = 4;
const START_AGAIN_AFTER_MS = 1_000;

/**
 * Starts a workflow; the same name and input again is the same execution, whether it is at work yet or has ended. So it is asked
 * for under a name also where nobody gave one: a start that was not answered may have taken place, and is asked for again.
 *
 * Faults  BadInput where the name cannot be one, or is that of an execution with other input; of an AWS that goes on not
 *         answering, with where to look for what may have begun
 * Source  docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html (name; ExecutionAlreadyExists of one that has
 *         ended, on the same input too)
 */
export async function startWorkflow(
  workflow: string,
  input: object,
  name: string | undefined,
  { runtime, print }: Context,
): Promise<string> {
  if (name !== undefined && !NAME.test(name))
    throw new BadInput([
      problem('--name', `"${name}" cannot name an execution`, 'use letters, digits and . _ -, 80 at most'),
    ]);
  const called = name ?? randomUUID();
  try {
    return await startedAs(called, workflow, input, runtime);
  } catch (error) {
    if (isPassing(error)) throw perhapsStarted(`${workflow}/${called}`, error);
    if (!isFault(error, 'Conflict')) throw error;
    const before = executionArnOf(runtime.settings, workflow, called);
    if (!(await wasAskedFor(before, input, runtime)))
      throw new BadInput([
        problem(
          '--name',
          `${called} is the name of an execution that was asked for something else`,
          `choose another; landbridge explain ${workflow}/${called} tells what that one did`,
        ),
      ]);
    if (name !== undefined) print.progress('  asked for before under this name, and ended: nothing was started');
    return before;
  }
}

async function startedAs(name: string, workflow: string, input: object, runtime: Runtime): Promise<string> {
  const { settings, call, sleep, chance } = runtime;
  for (let attempt = 1; ; attempt += 1)
    try {
      const { executionArn = '' } = await converse(
        write(settings.home, 'sfn', 'startExecution', {
          stateMachineArn: machineArn(settings, workflow),
          input: JSON.stringify(input),
          name,
        }),
        call,
      );
      return executionArn;
    } catch (error) {
      if (!isPassing(error) || attempt === START_ATTEMPTS) throw error;
      await sleep((0.5 + chance()) * START_AGAIN_AFTER_MS * 2 ** (attempt - 1));
    }
}

/** Nobody said that it was not begun. */
function perhapsStarted(named: string, error: unknown): unknown {
  if (!isFault(error)) return error;
  const says = `${error.message}\n      it may have begun all the same: landbridge explain ${named} tells`;
  return new Fault(error.fault, says, { cause: error });
}

async function wasAskedFor(executionArn: string, input: object, { settings, call }: Runtime): Promise<boolean> {
  const found = await converse(read(settings.home, 'sfn', 'describeExecution', { executionArn }), call);
  return canonicalJson(JSON.parse(found.input ?? 'null')) === canonicalJson(input);
}

/** What is seen of an execution at one moment. */
interface Seen {
  readonly ended: Ended | undefined;
  /** What is new to say of it. */
  readonly line: string | undefined;
}

/**
 * Waits for an execution to end, and says on the way what it is doing.
 *
 * Bounds  two reads for each look; of half an hour some 450 looks
 * Faults  of AWS's that does not answer for longer than anybody waits; they say that the execution goes on all the same
 * Source  docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html: eventually consistent
 */
export async function follow(executionArn: string, { runtime, print }: Context): Promise<Ended> {
  const progress = new Progress();
  const beganMs = runtime.nowMs();
  let answeredAtMs = beganMs;
  for (;;) {
    const seen = await lookAt(executionArn, progress, runtime).catch((error: unknown): undefined => {
      const isNotShownYet = isFault(error, 'Absent') && runtime.nowMs() - beganMs < SHOWN_WITHIN_MS;
      if (isNotShownYet || (isPassing(error) && runtime.nowMs() - answeredAtMs < PATIENCE_MS)) return undefined;
      throw outOfSight(executionArn, error);
    });
    if (seen !== undefined) answeredAtMs = runtime.nowMs();
    if (seen?.line !== undefined) print.progress(`  ${seen.line}`);
    if (seen?.ended !== undefined) return seen.ended;
    const { least, most } = LOOK_AGAIN_AFTER_MS;
    const pauseMs = Math.min(most, Math.max(least, (runtime.nowMs() - beganMs) * A_TWENTIETH));
    await runtime.sleep(seen === undefined ? most : pauseMs);
  }
}

async function lookAt(executionArn: string, progress: Progress, { settings, call }: Runtime): Promise<Seen> {
  const { home } = settings;
  const found = await converse(read(home, 'sfn', 'describeExecution', { executionArn }), call);
  const { events = [] } = await converse(
    read(home, 'sfn', 'getExecutionHistory', { executionArn, reverseOrder: true, maxResults: 20 }),
    call,
  );
  const { status = '', output, error, cause } = found;
  const ended = {
    executionArn,
    status,
    ...(output !== undefined && { output: JSON.parse(output) as Record<string, unknown> }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    ...(status === 'FAILED' && endedIn(events) === 'Refused' && { refused: true as const }),
  };
  const line = progress.lineOf(events, found.startDate?.getTime() ?? 0);
  return { ended: status === 'RUNNING' ? undefined : ended, line };
}

/** The state that an execution failed in. In: its history, newest first. */
const endedIn = (newestFirst: readonly HistoryEvent[]): string | undefined =>
  newestFirst.find(({ type }) => type === 'FailStateEntered')?.stateEnteredEventDetails?.name;

const isPassing = (error: unknown): boolean => isFault(error, 'Throttled') || isFault(error, 'Unavailable');

/** Nobody who only looked has stopped anything by looking away. */
function outOfSight(executionArn: string, error: unknown): unknown {
  if (!isFault(error)) return error;
  const says = `${executionArn} goes on, and is out of sight: ${error.message}`;
  return new Fault(error.fault, `${says}\n      landbridge explain ${executionArn} tells what comes of it`, {
    cause: error,
  });
}

/** 'joined: as declared (32 m 24 s, 27 rounds, 865 reads, 51 writes)'; what works without rounds counts none. */
function outcomeOf({ outcome, says, seconds, rounds, reads, writes }: Readonly<Record<string, unknown>>): string {
  const counts =
    rounds === 0
      ? []
      : [howMany(Number(rounds), 'round'), howMany(Number(reads), 'read'), howMany(Number(writes), 'write')];
  const isSaidTwice = String(says) === String(outcome).replaceAll('-', ' ');
  const took = [duration(Number(seconds) * 1_000), ...counts].join(', ');
  return `${String(outcome)}${isSaidTwice ? '' : `: ${String(says)}`} (${took})`;
}

/** A workflow asks for fields of its input; whoever types a command has options for them. */
const inOptions = (cause: string): string =>
  cause.replace(/\{"override":\{"policy":"([a-z-]+)"[^}]*\}\}/, '--override $1 --why "..."');

/**
 * Prints how it ended. Rejects where it failed: with its own words, and as bad input where it refused before anything was changed.
 * What is refused in the middle of a run has changed something, and failed.
 */
export function conclude(ended: Ended, { print }: Context): void {
  if (ended.status === 'SUCCEEDED') {
    print.line(outcomeOf(ended.output ?? {}));
    print.line(`  landbridge explain ${ended.executionArn} tells how`);
    print.json(ended);
    return;
  }
  print.json(ended);
  const fault = ended.refused === true && ended.error === 'Fault.Rejected' ? 'Rejected' : 'Conflict';
  throw new Fault(
    fault,
    `${plain(inOptions(ended.cause ?? ended.status))}\n      landbridge explain ${ended.executionArn} tells how it came to this`,
  );
}
