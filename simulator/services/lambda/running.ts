import { sharesHolds } from '../../clocks/holds.ts';
import type { Request, World } from '../../world.ts';
import type { Invocation } from './invocation.ts';

/** A function's code that runs now, and how to end it as if its process was killed. */
export interface Running {
  readonly invocation: Invocation;
  crash(): void;
}

/** Code that runs, by the hold it runs in: what it calls can be told from what others call, over the wire as well. */
class RunningCode {
  readonly byHold = new Map<string, Running>();
  /** Code that still runs, though its invocation is over. */
  ghosts = 0;
}

const everywhere = new WeakMap<World, RunningCode>();

function codeIn(world: World): RunningCode {
  let found = everywhere.get(world);
  if (found === undefined) everywhere.set(world, (found = new RunningCode()));
  return found;
}

/** What becomes of code that runs. Either may come first, and each counts once. */
export interface Course {
  /** The invocation is over. */
  over(): void;
  /** The code itself has ended. */
  ended(): void;
}

/** Called from within the hold that the code runs in. */
export function beginRunning(world: World, running: Running): Course {
  const hold = sharesHolds(world.clock) ? world.clock.currentHold() : undefined;
  const code = codeIn(world);
  if (hold !== undefined) code.byHold.set(hold, running);
  let state: 'runs' | 'ghost' | 'ended' = 'runs';
  return {
    over() {
      if (state !== 'runs') return;
      state = 'ghost';
      code.ghosts += 1;
    },
    ended() {
      if (hold !== undefined) code.byHold.delete(hold);
      if (state === 'ghost') code.ghosts -= 1;
      state = 'ended';
    },
  };
}

export const ghostsIn = (world: World): number => everywhere.get(world)?.ghosts ?? 0;

/** The code that makes a call; undefined: it is none of a function's, or of one that asked for something which then called in a name of its own. */
export function runningBehind(world: World, { principal }: Pick<Request, 'principal'>): Running | undefined {
  if (principal.kind !== 'AssumedRole' || !sharesHolds(world.clock)) return undefined;
  const hold = world.clock.currentHold();
  const running = hold === undefined ? undefined : everywhere.get(world)?.byHold.get(hold);
  return running?.invocation.principal.arn === principal.arn ? running : undefined;
}
