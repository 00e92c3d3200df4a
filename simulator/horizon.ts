import type { WorldMs } from './clock.ts';

/** What was worked out, and until when it holds if nobody changes anything: time alone changes it then. */
export interface Foreseen<Result> {
  readonly result: Result;
  readonly goodUntilMs: WorldMs;
}

let horizonMs: WorldMs = Number.POSITIVE_INFINITY;

/**
 * Whether an instant has come. Whatever of the state changes by time alone is read through this, so that whoever
 * remembers what followed from it learns when it will be over.
 */
export function hasCome(atMs: WorldMs, nowMs: WorldMs): boolean {
  if (nowMs >= atMs) return true;
  if (atMs < horizonMs) horizonMs = atMs;
  return false;
}

/** Says that what is being worked out is so this once, and is not to be remembered. */
export function onlyNow(): void {
  horizonMs = Number.NEGATIVE_INFINITY;
}

/** Works something out, all at once and without waiting, and tells the first instant that it saw still to come. */
export function foreseen<Result>(work: () => Result): Foreseen<Result> {
  const outerMs = horizonMs;
  horizonMs = Number.POSITIVE_INFINITY;
  try {
    const result = work();
    return { result, goodUntilMs: horizonMs };
  } finally {
    // What holds no longer for this holds no longer for whatever it is a part of.
    horizonMs = Math.min(outerMs, horizonMs);
  }
}
