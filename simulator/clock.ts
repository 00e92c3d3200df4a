import type { Maybe } from './maybe.ts';

/** Milliseconds since 1970-01-01T00:00:00Z, in the simulated world. */
export type WorldMs = number;

export interface Timer {
  cancel(): void;
}

/**
 * The one source of time. Nothing in the simulator, and no handler that runs in it, asks the machine.
 *
 * Time does not pass while work is held: what a handler does between two awaits costs the machine time
 * and the simulated world none, so a slow laptop and a fast server tell the same story.
 */
export interface Clock {
  nowMs(): WorldMs;
  /** Calls back once, at `atMs` or as soon after as the clock gets there; timers of one instant fire in the order they were set. */
  at(atMs: WorldMs, callback: () => void): Timer;
  after(delayMs: number, callback: () => void): Timer;
  /** Resolves `delayMs` later. Inside held work it lets go of the time it holds while it sleeps. */
  sleep(delayMs: number): Promise<void>;
  /** Runs work during which time stands still. `name` is for the message about work that never ends. */
  hold<Result>(work: () => Promise<Result>, name?: string): Promise<Result>;
  /** As `hold`, for work that may be done at once: what comes of it then is there at once. */
  holdWhile<Result>(work: () => Maybe<Result>, name: string): Maybe<Result>;
}
