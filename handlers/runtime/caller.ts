import type { AwsCall, Dialogue, ServiceName } from '../../control-plane/model/aws-call.ts';
import { isFault } from '../../control-plane/model/faults.ts';

/** Makes one AWS call. Rejects with a `Fault`, already classified. */
export type Caller = (call: AwsCall) => Promise<unknown>;

/** Runs a dialogue to its end: makes each yielded call, then resumes with the answer or throws in the fault. */
export async function converse<Call extends AwsCall, Result>(
  dialogue: Dialogue<Call, Result>,
  call: Caller,
): Promise<Result> {
  let step = dialogue.next();
  while (!step.done) {
    const resume = await call(step.value).then(
      (answer) => () => dialogue.next(answer),
      (fault: unknown) => () => dialogue.throw(fault),
    );
    step = resume();
  }
  return step.value;
}

/**
 * Makes identical reads once: several kinds read the same pages during one observation.
 * Lives as long as that observation and no longer, or the loop would decide on what it remembers.
 */
export function memoised(caller: Caller): Caller {
  const answers = new Map<string, Promise<unknown>>();
  return (call) => {
    if (call.access === 'write') return caller(call);
    const where = call.account === undefined ? call.region : `${call.region} of ${call.account.id}`;
    const key = `${where} ${call.service} ${call.method} ${JSON.stringify(call.input)}`;
    let answer = answers.get(key);
    if (answer === undefined) {
      answer = caller(call);
      answers.set(key, answer);
    }
    return answer;
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
  return async (call) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await caller(call);
      } catch (error) {
        const mayPass = isFault(error, 'Throttled') || isFault(error, 'Unavailable');
        if (!mayPass || call.access === 'write' || attempt === READ_ATTEMPTS) throw error;
        await sleep(chance() * FIRST_PAUSE_MS * 2 ** attempt);
      }
    }
  };
}
