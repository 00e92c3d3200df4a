import type { WorldMs } from '../../clock.ts';
import { sharesHolds } from '../../clocks/holds.ts';
import type { Request, World } from '../../world.ts';
import type { Invocation } from './invocation.ts';

/** A function's code that runs now, and how to end it as if its process was killed. */
export interface Running {
  readonly invocation: Invocation;
  crash(): void;
}

/** Code that goes on, though its invocation is over. */
interface Ghost {
  readonly hold: string;
  /** Known once the code has answered: what it did not wait for may still go on. */
  forgottenAtMs?: WorldMs;
}

/** Longer than any call is under way, and a new one of theirs ends at once. */
const GHOSTS_GO_ON_FOR_MS = 15 * 60_000;

/** Code that runs, by the hold it runs in: what it calls can be told from what others call, over the wire as well. */
class RunningCode {
  readonly byHold = new Map<string, Running>();
  readonly #ghosts = new Set<Ghost>();

  haunt(ghost: Ghost): void {
    this.#ghosts.add(ghost);
  }

  /** How many there are, those that must have fallen silent by now forgotten. */
  ghosts(nowMs: WorldMs): number {
    for (const ghost of this.#ghosts) {
      if (nowMs < (ghost.forgottenAtMs ?? Infinity)) continue;
      this.#ghosts.delete(ghost);
      this.byHold.delete(ghost.hold);
    }
    return this.#ghosts.size;
  }
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
  /** The code has answered, or failed. */
  ended(): void;
}

/** Called from within the hold that the code runs in. */
export function beginRunning(world: World, running: Running): Course {
  const hold = sharesHolds(world.clock) ? world.clock.currentHold() : undefined;
  if (hold === undefined) return { over() {}, ended() {} };
  const code = codeIn(world);
  code.byHold.set(hold, running);
  let ghost: Ghost | undefined;
  let hasEnded = false;
  return {
    over() {
      if (hasEnded || ghost !== undefined) return;
      ghost = { hold };
      code.haunt(ghost);
    },
    ended() {
      hasEnded = true;
      if (ghost === undefined) code.byHold.delete(hold);
      else ghost.forgottenAtMs ??= world.clock.nowMs() + GHOSTS_GO_ON_FOR_MS;
    },
  };
}

export const ghostsIn = (world: World): number => everywhere.get(world)?.ghosts(world.clock.nowMs()) ?? 0;

/** The code that makes a call; undefined: it is none of a function's, or of one that asked for something which then called in a name of its own. */
export function runningBehind(world: World, { principal }: Pick<Request, 'principal'>): Running | undefined {
  if (principal.kind !== 'AssumedRole' || !sharesHolds(world.clock)) return undefined;
  const hold = world.clock.currentHold();
  const running = hold === undefined ? undefined : everywhere.get(world)?.byHold.get(hold);
  return running?.invocation.principal.arn === principal.arn ? running : undefined;
}
