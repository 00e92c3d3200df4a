import { AwsError } from '../aws-error.ts';
import type { Random } from '../random.ts';
import type { MadeCall, Request, World } from '../world.ts';
import type { Chancy, Choosy, Condition, Sources } from './condition.ts';
import { failedError, throttledError } from './service-errors.ts';

type Options = Chancy & Choosy;

const strikes = ({ share, only }: Options, random: Random, request: Request): boolean =>
  (only === undefined || only(request)) && random.next() < share;

/** Calls are refused for being too many, though they are not: somebody else in the account used the bucket up. */
export const throttled = ({ random, tally }: Sources, options: Options): Condition => ({
  before(request) {
    if (!strikes(options, random, request)) return;
    tally.count('throttled', request.service, request.operation);
    throw throttledError(request.service, request.operation, random.next());
  },
});

/** Calls fail with 5xx, and nothing was done. */
export const failed = ({ random, tally }: Sources, options: Options): Condition => ({
  before(request) {
    if (!strikes(options, random, request)) return;
    tally.count('failed', request.service, request.operation);
    throw failedError(request.service, random.next());
  },
});

export interface LostOptions extends Options {
  /** How long callers wait before they give up. Left out: as for a Region that does not answer. */
  readonly waitMs?: number | undefined;
}

async function gaveUp(world: World, { service, operation }: Request | MadeCall, waitMs: number): Promise<never> {
  await world.clock.sleep(waitMs);
  throw new AwsError('TimeoutError', `${service} ${operation}: no answer within ${waitMs / 1_000} s`, { status: 503 });
}

/** The request gets lost: nothing was done, and the caller hears nothing until it gives up. */
export const requestLost = ({ world, random, tally }: Sources, options: LostOptions): Condition => ({
  arrive(request) {
    if (!strikes(options, random, request)) return;
    tally.count('request lost', request.service, request.operation);
    return gaveUp(world, request, options.waitMs ?? world.timings.unreachableMs);
  },
});

/** The answer gets lost: what was asked for was done, and the caller hears nothing until it gives up. */
export const answerLost = ({ world, random, tally }: Sources, options: LostOptions): Condition => ({
  after(made) {
    if (!strikes(options, random, made)) return;
    tally.count('answer lost', made.service, made.operation);
    return gaveUp(world, made, options.waitMs ?? world.timings.unreachableMs);
  },
});

export interface SlowOptions extends Options {
  /** Longer by so many milliseconds: from, to. */
  readonly byMs: readonly [number, number];
}

/** Calls take longer: half of the delay before what is asked for is done, half after. */
export const slow = ({ world, random, tally }: Sources, options: SlowOptions): Condition => {
  const delays = (request: Request): number =>
    strikes(options, random, request) ? random.between(options.byMs[0], options.byMs[1] + 1) / 2 : 0;
  return {
    before(request) {
      const delayMs = delays(request);
      if (delayMs === 0) return;
      tally.count('slow', request.service, request.operation);
      return world.clock.sleep(delayMs);
    },
    after(made) {
      const delayMs = delays(made);
      if (delayMs === 0) return;
      tally.count('slow', made.service, made.operation);
      return world.clock.sleep(delayMs);
    },
  };
};
