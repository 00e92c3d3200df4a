import type { Clock } from '../../clock.ts';
import { Interrupted, type StateFailure } from './failure.ts';

/** One for all: it tells nothing but that it was, and every task that ends has one. */
const INTERRUPTED = new Interrupted();

/**
 * How long something may run: an execution, a branch, one attempt of a task.
 *
 * Ending a lifetime ends every lifetime inside it, and whoever waits in one is thrown out at once: with the failure it
 * was ended with, or with `Interrupted` where an outer one ended.
 */
export class Lifetime {
  #endedWith: Error | undefined;
  readonly #onEnd = new Set<(reason: Error) => void>();
  #leave: (() => void) | undefined;

  get ended(): boolean {
    return this.#endedWith !== undefined;
  }

  /** A lifetime inside this one. `close` it when its work is done, or it is kept until the outer one ends. */
  inner(): Lifetime {
    const inner = new Lifetime();
    if (this.#endedWith !== undefined) inner.end();
    else inner.#leave = this.onEnd(() => inner.end());
    return inner;
  }

  end(reason: StateFailure | Interrupted = INTERRUPTED): void {
    if (this.#endedWith !== undefined) return;
    this.#endedWith = reason;
    for (const tell of this.#onEnd) tell(reason);
    this.close();
  }

  close(): void {
    this.#leave?.();
    this.#leave = undefined;
    this.#onEnd.clear();
  }

  /** Called back when this ends. Returns how to take the call-back away. */
  onEnd(callback: (reason: Error) => void): () => void {
    this.#onEnd.add(callback);
    return () => void this.#onEnd.delete(callback);
  }

  check(): void {
    if (this.#endedWith !== undefined) throw this.#endedWith;
  }

  /** The promise's answer, or the reason this ended, whichever comes first. */
  race<Result>(promise: Promise<Result>): Promise<Result> {
    if (this.#endedWith !== undefined) {
      // Whatever comes of it comes too late, and nobody waits for it.
      promise.catch(() => undefined);
      return Promise.reject(this.#endedWith);
    }
    const { promise: ending, reject } = Promise.withResolvers<never>();
    const leave = this.onEnd(reject);
    return Promise.race([promise, ending]).finally(leave);
  }

  /** Waits on the clock; a wait that is cut short leaves no timer behind. */
  sleepUntil(clock: Clock, atMs: number): Promise<void> {
    if (this.#endedWith !== undefined) return Promise.reject(this.#endedWith);
    return new Promise((resolve, reject) => {
      const leave = this.onEnd((reason) => {
        timer.cancel();
        reject(reason);
      });
      const timer = clock.at(atMs, () => {
        leave();
        resolve();
      });
    });
  }
}
