import type { AwsCall } from '../../control-plane/model/aws-call.ts';
import type { Caller } from '../../handlers/runtime/caller.ts';
import type { Runtime } from '../../handlers/runtime/runtime.ts';
import { type TestBed, testBed } from '../support/landbridge.ts';

export const FLEET = 'payments';
export const US = 'us-east-1';
export const EU = 'eu-west-1';
export const MINUTE_MS = 60_000;

/** Members that serve and are seen well, and nobody who looks after them but the test. */
export async function settledBed(...regions: readonly string[]): Promise<TestBed> {
  const bed = await testBed({ timings: { domainNameMs: 0, accessAssociationMs: 0 } });
  await bed.join(...regions);
  await bed.clock.runFor(3 * MINUTE_MS);
  return bed;
}

export const isAbout =
  (...rows: readonly string[]) =>
  (call: AwsCall): boolean =>
    call.access === 'write' && rows.some((row) => JSON.stringify(call.input).includes(`"${row}`));

/** One in which a handler dies after the first call of a kind. */
export function dying({ landbridge: { operator } }: TestBed, after: (call: AwsCall) => boolean): Runtime {
  const call: Caller = async (made) => {
    const answer = await operator.call(made);
    if (after(made)) throw new Error('killed');
    return answer;
  };
  return { ...operator, call };
}

/** A runtime in which something else happens right before the first call of a kind. */
export function interrupted(
  { landbridge: { operator } }: TestBed,
  at: (call: AwsCall) => boolean,
  by: () => Promise<unknown>,
) {
  let isOver = false;
  const call: Caller = async (made) => {
    if (!isOver && at(made)) {
      isOver = true;
      await by();
    }
    return operator.call(made);
  };
  return { ...operator, call } satisfies Runtime;
}

export const asked = ({ clock }: TestBed, region: string, run = `evacuate-${region}`) => ({
  fleet: FLEET,
  region,
  run,
  execution: `arn:${run}`,
  startedAtMs: clock.nowMs(),
});

/** What became of it, in words. */
export const settled = async (bed: TestBed, promise: Promise<unknown>): Promise<string> => {
  const done = promise.then(
    () => 'done',
    (error: unknown) => (error as Error).message,
  );
  return bed.clock.runUntil(done);
};

export const drainedIn = async (bed: TestBed) => (await bed.state()).health.traffic.drains.map(({ region }) => region);
export const saysOf = async (bed: TestBed, what: string) =>
  (await bed.journal()).filter((entry) => entry.what === what).map(({ says }) => says);
