import type { Timer, WorldMs } from '../clock.ts';
import { HoldingClock } from './holding-clock.ts';
import { TimerHeap } from './timer-heap.ts';

export interface VirtualClockOptions {
  readonly startMs?: WorldMs;
  /** How long, in the machine's time, held work may show no progress before a run gives up on it. Changes no simulated time. */
  readonly patienceMs?: number;
}

/** So often sockets, signals and messages of this process get their turn, which costs a call of the system. */
const TURNS_WITHOUT_THE_MACHINE = 256;

/** Node drains all promises before it goes on to the ticks that were asked for meanwhile. */
const afterPromises = (next: () => void): void => queueMicrotask(() => process.nextTick(next));
/** And what those lead to. Longer chains of ticks are streams and files: whoever waits for them holds time. */
const afterTicks = (next: () => void): void => afterPromises(() => afterPromises(next));

/**
 * A clock that passes only while it is run, as fast as the machine can, the same way every time.
 *
 * Between two events everything that can happen without time passing does happen: promises and ticks are drained. While work
 * is held no event fires at all.
 *
 * Bounds  about a million events a second and core. One run at a time.
 */
export class VirtualClock extends HoldingClock {
  readonly #timers = new TimerHeap();
  readonly #patienceMs: number;
  #nowMs: WorldMs;
  #running = false;
  #resume: () => void = () => {};

  constructor({ startMs = Date.UTC(2026, 0, 1), patienceMs = 10_000 }: VirtualClockOptions = {}) {
    super();
    this.#nowMs = startMs;
    this.#patienceMs = patienceMs;
  }

  nowMs(): WorldMs {
    return this.#nowMs;
  }

  at(atMs: WorldMs, callback: () => void): Timer {
    return this.#timers.add(Math.max(atMs, this.#nowMs), callback);
  }

  /** Fires everything that falls due up to and including `untilMs`, and leaves the clock there. */
  async run({ untilMs }: { untilMs: WorldMs }): Promise<void> {
    await this.#drive(
      () => false,
      (nextAtMs) => nextAtMs === undefined || nextAtMs > untilMs,
    );
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  runFor(durationMs: number): Promise<void> {
    return this.run({ untilMs: this.#nowMs + durationMs });
  }

  /**
   * Passes time until `promise` settles, and settles like it.
   *
   * Faults  an Error where no timer is left that could settle it, or where held work makes no progress
   */
  async runUntil<Result>(awaited: PromiseLike<Result> | Result): Promise<Result> {
    const promise = Promise.resolve(awaited);
    let settled = false;
    const settle = (): void => {
      settled = true;
      this.#resume();
    };
    promise.then(settle, settle);
    await this.#drive(
      () => settled,
      (nextAtMs) => {
        if (nextAtMs === undefined)
          throw new Error(
            `Deadlock at ${new Date(this.#nowMs).toISOString()}: what is waited for has not settled, and no timer is set that could bring it about`,
          );
        return false;
      },
    );
    return await promise;
  }

  protected override onHoldsChanged(): void {
    this.#resume();
  }

  /** One turn of the event loop per event, until `done`, or until `exhausted` says so of the next timer. */
  #drive(done: () => boolean, exhausted: (nextAtMs: WorldMs | undefined) => boolean): Promise<void> {
    if (this.#running) return Promise.reject(new Error('This clock is being run already: one run at a time'));
    this.#running = true;
    return new Promise<void>((resolve, reject) => {
      let watchdog: NodeJS.Timeout | undefined;
      let turns = 0;
      const end = (settle: () => void): void => {
        this.#running = false;
        this.#resume = () => {};
        clearTimeout(watchdog);
        settle();
      };
      const turn = (): void => {
        try {
          if (done()) return end(resolve);
          if (this.holds.any) return park();
          const nextAtMs = this.#timers.nextAtMs();
          if (exhausted(nextAtMs)) return end(resolve);
          if (nextAtMs !== undefined) this.#nowMs = nextAtMs;
          this.#timers.take()();
          turns += 1;
          if (turns % TURNS_WITHOUT_THE_MACHINE === 0) setImmediate(turn);
          else afterTicks(turn);
        } catch (error) {
          end(() => reject(error));
        }
      };
      // Held work that still runs after a whole turn waits for the machine: a socket, a file, an import.
      const park = (): void => {
        watchdog = setTimeout(() => end(() => reject(this.#stuck())), this.#patienceMs);
        this.#resume = () => {
          if (this.holds.any && !done()) return;
          this.#resume = () => {};
          clearTimeout(watchdog);
          setImmediate(turn);
        };
      };
      // Outside of any hold: what a timer starts belongs to nobody's held work, not even to that of whoever runs the clock.
      this.holds.outside(() => setImmediate(turn));
    });
  }

  #stuck(): Error {
    return new Error(
      `Deadlock at ${new Date(this.#nowMs).toISOString()}: time is held by ${this.holds.names.join(', ')}, which made no progress ` +
        `for ${this.#patienceMs} ms of the machine's time. Held work that waits for time to pass must wait with clock.sleep()`,
    );
  }
}
