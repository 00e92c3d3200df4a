import { CallerGone } from '../caller-gone.ts';
import { type Running, runningBehind } from '../services/lambda/running.ts';
import type { MadeCall, Request } from '../world.ts';
import type { Choosy, Condition, Sources } from './condition.ts';

export interface CrashOptions extends Choosy {
  /** The chance that a function dies at one of its calls. `at` is asked where it is left out. */
  readonly share?: number | undefined;
  /** Whether it dies at just this call, and when: for a test that wants every one in turn. */
  readonly at?: ((request: Request) => 'before' | 'after' | undefined) | undefined;
}

/**
 * Functions die between two of their calls, whatever else they are doing ends with them, and Lambda reports
 * Runtime.ExitError: whoever invoked them for an answer hears that, and an asynchronous invocation is tried again.
 */
export function crashingFunctions({ world, random, tally }: Sources, { share = 0, at, only }: CrashOptions): Condition {
  /** Whoever dies after a call, by that call's input: the one thing that a call and its record share. */
  const doomed = new WeakMap<object, Running>();
  const fateOf = (request: Request): 'before' | 'after' | undefined => {
    if (only !== undefined && !only(request)) return undefined;
    if (at !== undefined) return at(request);
    if (random.next() >= share) return undefined;
    return random.next() < 0.5 ? 'before' : 'after';
  };
  const die = (kind: 'crashed before' | 'crashed after', running: Running, request: Request): never => {
    tally.count(kind, request.service, request.operation);
    running.crash();
    throw new CallerGone(request);
  };
  return {
    arrive(request) {
      const running = runningBehind(world, request);
      if (running === undefined || running.invocation.isOver) return;
      const fate = fateOf(request);
      if (fate === 'before') die('crashed before', running, request);
      if (fate === 'after') doomed.set(request.input, running);
    },
    after(made: MadeCall) {
      const running = doomed.get(made.input);
      if (running === undefined || runningBehind(world, made) !== running) return;
      doomed.delete(made.input);
      if (!running.invocation.isOver) die('crashed after', running, made);
    },
  };
}
