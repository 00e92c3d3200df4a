import type { Timer, WorldMs } from '../clock.ts';
import { HoldingClock } from './holding-clock.ts';
import { TimerHeap } from './timer-heap.ts';

/** The machine's own time, as far as a clock needs it. */
export interface MachineTime {
  /** Never goes back. */
  nowMs(): number;
  /** Calls back once, `delayMs` later; with 0, as soon as what is queued already has run. */
  after(delayMs: number, callback: () => void): Timer;
}

/** The only place of the simulator that asks the machine what time it is. */
const machineTime: MachineTime = {
  nowMs: () => performance.now(),
  after: (delayMs, callback) => {
    if (delayMs <= 0) {
      const immediate = setImmediate(callback);
      return { cancel: () => clearImmediate(immediate) };
    }
    const timeout = setTimeout(callback, Math.min(delayMs, LONGEST_TIMEOUT_MS));
    return { cancel: () => clearTimeout(timeout) };
  },
};

/** setTimeout takes a signed 32-bit number, and fires at once where it is given more. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

export interface ScaledClockOptions {
  /** Simulated milliseconds per millisecond of the machine; 1 is real time. */
  readonly scale?: number;
  readonly startMs?: WorldMs;
  /** The most that simulated time may run ahead of a timer that is due, in simulated milliseconds. */
  readonly maxLatenessMs?: number;
  /** Told each time the clock had to wait for the machine, with the simulated time lost. */
  readonly onLag?: (lostMs: number) => void;
  readonly machine?: MachineTime;
}

/**
 * A clock that passes at `scale` times the speed of the machine's, except while work is held.
 *
 * Where the machine cannot keep up, time waits for it: the clock stops `maxLatenessMs` past the first timer that is
 * due and goes on once that has fired. So nothing ever happens later than that, the simulation just runs
 * slower than asked for, and `lag()` says by how much.
 */
export class ScaledClock extends HoldingClock {
  readonly scale: number;
  readonly #timers = new TimerHeap();
  readonly #machine: MachineTime;
  readonly #maxLatenessMs: number;
  readonly #onLag: (lostMs: number) => void;
  /** Simulated time was `#anchorMs` when the machine's was `#anchorMachineMs`. */
  #anchorMs: WorldMs;
  #anchorMachineMs: number;
  #held = false;
  #lostMs = 0;
  #alarm: Timer | undefined;
  #alarmAtMs = Number.POSITIVE_INFINITY;
  #stopped = false;

  constructor({
    scale = 120,
    startMs = Date.UTC(2026, 0, 1),
    maxLatenessMs = 1_000,
    onLag = () => {},
    machine = machineTime,
  }: ScaledClockOptions = {}) {
    super();
    if (!(scale > 0)) throw new Error(`The scale of a clock is a number above 0, not ${scale}`);
    this.scale = scale;
    this.#machine = machine;
    this.#maxLatenessMs = maxLatenessMs;
    this.#onLag = onLag;
    this.#anchorMs = startMs;
    this.#anchorMachineMs = machine.nowMs();
  }

  nowMs(): WorldMs {
    return Math.floor(this.#exactNowMs());
  }

  at(atMs: WorldMs, callback: () => void): Timer {
    // Never before now: the clock stops at the first timer that is due, and would go back to this one.
    const dueMs = Math.max(atMs, this.nowMs());
    const timer = this.#timers.add(dueMs, callback);
    if (dueMs < this.#alarmAtMs) this.#arm();
    return timer;
  }

  /** Simulated milliseconds lost so far because the machine could not keep up. Time that was held does not count. */
  lag(): number {
    return this.#lostMs;
  }

  /** Fires nothing more, and lets the process end. */
  stop(): void {
    this.#stopped = true;
    this.#disarm();
  }

  #exactNowMs(): number {
    if (this.#held) return this.#anchorMs;
    const machineMs = this.#machine.nowMs();
    const freeMs = this.#anchorMs + (machineMs - this.#anchorMachineMs) * this.scale;
    const dueMs = this.#timers.nextAtMs();
    const ceilingMs = dueMs === undefined ? freeMs : dueMs + this.#maxLatenessMs;
    if (freeMs <= ceilingMs) return freeMs;
    this.#anchorMs = ceilingMs;
    this.#anchorMachineMs = machineMs;
    this.#lostMs += freeMs - ceilingMs;
    this.#onLag(freeMs - ceilingMs);
    return ceilingMs;
  }

  protected override onHoldsChanged(): void {
    if (this.holds.any) {
      this.#anchorMs = this.#exactNowMs();
      this.#held = true;
      this.#disarm();
    } else {
      this.#held = false;
      this.#anchorMachineMs = this.#machine.nowMs();
      this.#arm();
    }
  }

  #arm(): void {
    this.#disarm();
    const dueMs = this.#timers.nextAtMs();
    if (this.#held || this.#stopped || dueMs === undefined) return;
    this.#alarmAtMs = dueMs;
    const delayMs = Math.ceil(Math.max(0, dueMs - this.#exactNowMs()) / this.scale);
    this.#alarm = this.holds.outside(() => this.#machine.after(delayMs, () => this.#fire()));
  }

  #disarm(): void {
    this.#alarm?.cancel();
    this.#alarm = undefined;
    this.#alarmAtMs = Number.POSITIVE_INFINITY;
  }

  /** Fires one timer, if it is due, and arms the next: what it started runs before the next one fires, as in virtual time. */
  #fire(): void {
    this.#disarm();
    const dueMs = this.#timers.nextAtMs();
    try {
      if (dueMs !== undefined && dueMs <= this.#exactNowMs()) this.#timers.take()();
    } finally {
      this.#arm();
    }
  }
}
