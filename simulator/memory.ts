import { isDeepStrictEqual } from 'node:util';
import type { Clock, WorldMs } from './clock.ts';
import { foreseen, hasCome } from './horizon.ts';
import { drawsSoFar } from './random.ts';

/** Counts the changes of something that others read: of one service's state, for one. */
export interface Changing {
  readonly changes: number;
}

/**
 * What is made of what is remembered. `none`: nothing is. `trusted`: it is answered. `checked`: it is worked out all the same
 * and compared, and a difference is an Error.
 */
export type Trust = 'none' | 'trusted' | 'checked';

/** What a memory needs to know of its world. */
export interface Remembering {
  readonly clock: Clock;
  readonly memory: Trust;
  readonly recalls: Recalls;
  /** Works something out without changing anything, and tells whose state it looked at. */
  quietly<Result>(work: () => Result): Result;
  /** Says that this was looked at: by whoever remembered what followed from it. */
  saw(sources: readonly Changing[]): void;
  seen<Result>(work: () => Result): { readonly result: Result; readonly sources: readonly Changing[] };
}

/** How often something was worked out, and how often remembered. */
export interface Recalls {
  worked: number;
  recalled: number;
  /** What turned out not to be so any more, in a world that checks. */
  readonly wrong: string[];
}

interface Kept<Result> {
  readonly result: Result;
  readonly sources: readonly Changing[];
  /** As many changes each source had seen. */
  readonly changes: readonly number[];
  readonly goodUntilMs: WorldMs;
}

const isAsItWas = ({ sources, changes }: Kept<unknown>): boolean => {
  for (let at = 0; at < sources.length; at += 1) if (sources[at]?.changes !== changes[at]) return false;
  return true;
};

const MOST_KEPT = 20_000;

/**
 * Answers by key, worked out once for as long as no state has changed that was looked at for them, and no instant has come at
 * which time alone changes them (`hasCome`).
 *
 * What draws chance while it is worked out is never kept, and neither is what fails.
 *
 * Faults  an Error where a world that checks its memory finds that something was changed and not counted
 */
export class Memory<Result> {
  readonly #byOwner = new WeakMap<object, Map<string | number, Kept<Result>>>();
  readonly #world: Remembering;
  readonly #also: readonly Changing[];

  /** `also`: what all answers follow from besides. */
  constructor(world: Remembering, also: readonly Changing[] = []) {
    this.#world = world;
    this.#also = also;
  }

  /** `owner`: whoever it is remembered for, and forgotten with: so that keys may be short. It never changes. */
  recall(owner: object, key: string | number, work: () => Result): Result {
    const { recalls, clock, memory } = this.#world;
    if (memory === 'none') return this.#world.quietly(work);
    let known = this.#byOwner.get(owner);
    if (known === undefined) this.#byOwner.set(owner, (known = new Map()));
    const kept = known.get(key);
    if (kept !== undefined && clock.nowMs() < kept.goodUntilMs && isAsItWas(kept)) {
      recalls.recalled += 1;
      // Whatever this is a part of holds no longer than this.
      hasCome(kept.goodUntilMs, clock.nowMs());
      this.#world.saw(kept.sources);
      if (memory === 'trusted') return kept.result;
      const result = this.#world.quietly(work);
      if (!isDeepStrictEqual(result, kept.result)) {
        // A function that somebody runs would take an Error for its own.
        recalls.wrong.push(String(key));
        throw new Error(`What is remembered is not so any more: ${key}`);
      }
      return result;
    }
    recalls.worked += 1;
    const drawnBefore = drawsSoFar();
    const {
      result: { result, sources },
      goodUntilMs,
    } = foreseen(() => this.#world.seen(work));
    if (drawsSoFar() === drawnBefore && goodUntilMs > clock.nowMs()) {
      if (known.size >= MOST_KEPT) known.clear();
      const all = [...sources, ...this.#also];
      known.set(key, { result, sources: all, changes: all.map(({ changes }) => changes), goodUntilMs });
    }
    return result;
  }
}
