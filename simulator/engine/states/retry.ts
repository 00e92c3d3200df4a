import type { Random } from '../../random.ts';
import type { Catcher, Retrier } from './definition.ts';
import { matchesError } from './failure.ts';

/**
 * The retriers of one state entry, each with the attempts it has used.
 *
 * Source  Step Functions guide, Handling errors, "A retrier's parameters apply across all visits to the retrier in the
 *         context of a single-state execution"; JitterStrategy FULL draws from 0 to the interval
 */
export class Retries {
  readonly #retriers: readonly Retrier[];
  readonly #used: number[];
  constructor(retriers: readonly Retrier[] = []) {
    this.#retriers = retriers;
    this.#used = retriers.map(() => 0);
  }

  /** How long to wait before the next attempt; undefined where there is to be none. */
  delayMs(error: string, random: Random): number | undefined {
    const at = this.#retriers.findIndex(({ ErrorEquals }) => matchesError(ErrorEquals, error));
    const retrier = this.#retriers[at];
    const used = this.#used[at];
    if (retrier === undefined || used === undefined || used >= (retrier.MaxAttempts ?? 3)) return undefined;
    this.#used[at] = used + 1;
    const {
      IntervalSeconds = 1,
      BackoffRate = 2,
      MaxDelaySeconds = Number.POSITIVE_INFINITY,
      JitterStrategy,
    } = retrier;
    const intervalMs = Math.min(IntervalSeconds * BackoffRate ** used, MaxDelaySeconds) * 1_000;
    return Math.round(JitterStrategy === 'FULL' ? random.next() * intervalMs : intervalMs);
  }
}

/** The first catcher, in order, that names the error. */
export const catcherOf = (
  catchers: readonly Catcher[] = [],
  error: string,
): { readonly catcher: Catcher; readonly at: number } | undefined => {
  const at = catchers.findIndex(({ ErrorEquals }) => matchesError(ErrorEquals, error));
  const catcher = catchers[at];
  return catcher === undefined ? undefined : { catcher, at };
};
