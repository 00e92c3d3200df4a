import type { AwsCall, Dialogue, ServiceName } from '../../control-plane/model/aws-call.ts';
import { isFault } from '../../control-plane/model/faults.ts';
import { isLater, type Maybe } from './maybe.ts';

/** Makes one AWS call, and answers at once or later. Throws or rejects with a `Fault`, already classified. */
export type Caller = (call: AwsCall) => Maybe<unknown>;

/** Runs a dialogue to its end: makes each yielded call, then resumes with the answer or throws in the fault. */
export async function converse<Call extends AwsCall, Result>(
  dialogue: Dialogue<Call, Result>,
  call: Caller,
): Promise<Result> {
  let step = dialogue.next();
  while (!step.done) {
    let answer: unknown;
    try {
      answer = call(step.value);
      if (isLater(answer)) answer = await answer;
    } catch (fault) {
      step = dialogue.throw(fault);
      continue;
    }
    step = dialogue.next(answer);
  }
  return step.value;
}

/**
 * Makes identical reads once: several kinds read the same pages during one observation.
 * Lives as long as that observation and no longer, or the loop would decide on what it remembers.
 */
export function memoised(caller: Caller): Caller {
  const answers = new Map<string, { readonly answer: unknown } | { readonly fault: unknown }>();
  return (call) => {
    if (call.access === 'write') return caller(call);
    const where = call.account === undefined ? call.region : `${call.region} of ${call.account.id}`;
    const key = `${where} ${call.service} ${call.method} ${JSON.stringify(call.input)}`;
    let known = answers.get(key);
    if (known === undefined) {
      try {
        known = { answer: caller(call) };
      } catch (fault) {
        known = { fault };
      }
      answers.set(key, known);
    }
    if ('fault' in known) throw known.fault;
    return known.answer;
  };
}

/** Calls made: to the resources, and to the state store, which is counted apart. */
export interface Tally {
  reads: number;
  writes: number;
  stateCalls: number;
}

export const emptyTally = (): Tally => ({ reads: 0, writes: 0, stateCalls: 0 });
export const sumOf = (a: Readonly<Tally>, b: Readonly<Tally>): Tally => ({
  reads: a.reads + b.reads,
  writes: a.writes + b.writes,
  stateCalls: a.stateCalls + b.stateCalls,
});

const STATE_STORE: ServiceName = 'dynamodb';

/** Counts what is made, refused calls and repeated ones too: they cost the same. */
export function counted(caller: Caller, tally: Tally): Caller {
  return (call) => {
    if (call.service === STATE_STORE) tally.stateCalls += 1;
    else if (call.access === 'read') tally.reads += 1;
    else tally.writes += 1;
    return caller(call);
  };
}

const READ_ATTEMPTS = 4;
const FIRST_PAUSE_MS = 200;

interface Patience {
  sleep(ms: number): Promise<void>;
  /** 0 <= x < 1 */
  chance(): number;
}

/** Repeats a read that was throttled or not answered, with full jitter. Writes are never repeated here: the loop looks first. */
export function patient(caller: Caller, { sleep, chance }: Patience): Caller {
  const isWorthIt = (error: unknown, { access }: AwsCall): boolean =>
    (isFault(error, 'Throttled') || isFault(error, 'Unavailable')) && access !== 'write';
  const again = async (error: unknown, call: AwsCall): Promise<unknown> => {
    if (!isWorthIt(error, call)) throw error;
    for (let attempt = 2; ; attempt += 1) {
      await sleep(chance() * FIRST_PAUSE_MS * 2 ** (attempt - 1));
      try {
        return await caller(call);
      } catch (another) {
        if (!isWorthIt(another, call) || attempt === READ_ATTEMPTS) throw another;
      }
    }
  };
  return (call) => {
    try {
      const answer = caller(call);
      return isLater(answer) ? answer.catch((error: unknown) => again(error, call)) : answer;
    } catch (error) {
      return again(error, call);
    }
  };
}
