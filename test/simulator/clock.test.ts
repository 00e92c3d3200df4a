import { describe, expect, test } from 'vitest';
import type { Clock, Timer } from '../../simulator/clock.ts';
import type { SharesHolds } from '../../simulator/clocks/holds.ts';
import { type MachineTime, ScaledClock } from '../../simulator/clocks/scaled-clock.ts';
import { VirtualClock } from '../../simulator/clocks/virtual-clock.ts';

const START_MS = Date.UTC(2026, 0, 1);

/** A machine whose time passes when told to, so that a scaled clock can be watched without waiting for it. */
class ToyMachine implements MachineTime {
  #nowMs = 5_000;
  readonly #timers = new Set<{ atMs: number; callback: () => void }>();

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): Timer {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return { cancel: () => this.#timers.delete(timer) };
  }

  async pass(durationMs: number): Promise<void> {
    const untilMs = this.#nowMs + durationMs;
    for (;;) {
      await turn();
      const [next] = [...this.#timers].toSorted((one, other) => one.atMs - other.atMs);
      if (next === undefined || next.atMs > untilMs) break;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      this.#timers.delete(next);
      next.callback();
    }
    this.#nowMs = untilMs;
  }

  /** Busy with something else: time passes and nothing fires. */
  freeze(durationMs: number): void {
    this.#nowMs += durationMs;
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Subject {
  readonly clock: Clock & SharesHolds;
  pass(simulatedMs: number): Promise<void>;
}

const subjects: { name: string; make: () => Subject }[] = [
  {
    name: 'virtual',
    make: () => {
      const clock = new VirtualClock();
      return { clock, pass: (ms) => clock.runFor(ms) };
    },
  },
  ...[1, 100].map((scale) => ({
    name: `scaled, ${scale} times`,
    make: (): Subject => {
      const machine = new ToyMachine();
      return { clock: new ScaledClock({ scale, machine }), pass: (ms) => machine.pass(ms / scale) };
    },
  })),
];

describe.for(subjects)('a clock ($name)', ({ make }) => {
  test('starts at its epoch and passes only as far as it is let', async () => {
    const { clock, pass } = make();
    expect(clock.nowMs()).toBe(START_MS);
    await pass(90_000);
    expect(clock.nowMs()).toBe(START_MS + 90_000);
  });

  test('fires timers in the order of their instants, then in the order they were set', async () => {
    const { clock, pass } = make();
    const seen: string[] = [];
    clock.after(2_000, () => seen.push('b at 2'));
    clock.after(1_000, () => seen.push('a at 1'));
    clock.at(START_MS + 2_000, () => seen.push('c at 2'));
    clock.at(START_MS - 1, () => seen.push('the past is now'));
    clock.after(2_000, () => seen.push('dropped')).cancel();
    clock.after(9_000, () => seen.push('too late'));
    await pass(5_000);
    expect(seen).toEqual(['the past is now', 'a at 1', 'b at 2', 'c at 2']);
  });

  test('lets what a timer started run before the next timer fires', async () => {
    const { clock, pass } = make();
    const seen: string[] = [];
    clock.after(1_000, () => {
      void (async () => {
        for (let hop = 0; hop < 20; hop += 1) await Promise.resolve();
        await new Promise<void>((resolve) => process.nextTick(resolve));
        seen.push('first, to its end');
      })();
    });
    clock.after(1_000, () => seen.push('second'));
    await pass(1_000);
    expect(seen).toEqual(['first, to its end', 'second']);
  });

  test('a timer set by a timer fires in the same run', async () => {
    const { clock, pass } = make();
    const atMs: number[] = [];
    const tick = (): void => {
      atMs.push(clock.nowMs() - START_MS);
      clock.after(1_000, tick);
    };
    clock.after(1_000, tick);
    await pass(3_500);
    expect(atMs).toEqual([1_000, 2_000, 3_000]);
  });

  test('stands still while work is held, also where holds overlap', async () => {
    const { clock, pass } = make();
    const fired: string[] = [];
    const [first, second] = [gate(), gate()];
    clock.after(1_000, () => {
      void clock.hold(() => first.passed);
      void clock.hold(() => second.passed);
    });
    clock.after(1_000, () => fired.push('after the hold'));
    const passing = pass(2_000);
    await turns(5);
    first.open();
    await turns(5);
    expect([fired, clock.nowMs() - START_MS]).toEqual([[], 1_000]);
    second.open();
    await passing;
    await pass(2_000); // a scaled clock lost what it stood still
    expect(fired).toEqual(['after the hold']);
  });

  test('a sleeper lets go of the time it holds, and takes hold again when it wakes', async () => {
    const { clock, pass } = make();
    const seen: string[] = [];
    const rest = gate();
    void clock.hold(async () => {
      await clock.sleep(1_000);
      seen.push(`awake at ${clock.nowMs() - START_MS}`);
      await rest.passed;
      seen.push(`done at ${clock.nowMs() - START_MS}`);
    });
    clock.after(1_000, () => seen.push('set later for the same instant'));
    const passing = pass(3_000);
    await turns(8);
    expect(seen).toEqual(['awake at 1000']);
    rest.open();
    await passing;
    await pass(2_000);
    expect(seen).toEqual(['awake at 1000', 'done at 1000', 'set later for the same instant']);
  });

  test('a sleeper lets go for the work around it, and for no other', async () => {
    const { clock, pass } = make();
    const other = gate();
    let awake = false;
    void clock.hold(() => clock.hold(() => clock.sleep(1_000).then(() => (awake = true))));
    void clock.hold(() => other.passed);
    const passing = pass(2_000);
    await turns(5);
    expect(awake, 'other work is still held').toBe(false);
    other.open();
    await passing;
    await pass(2_000);
    expect(awake).toBe(true);
  });

  test('work in another async context sleeps on behalf of a hold, once it is told which', async () => {
    const { clock, pass } = make();
    const asked = Promise.withResolvers<string | undefined>();
    const answered = gate();
    void asked.promise.then((hold) => clock.withinHold(hold ?? '', () => clock.sleep(1_000)).then(answered.open));
    const handler = clock.hold(async () => {
      asked.resolve(clock.currentHold());
      await answered.passed;
      return clock.nowMs() - START_MS;
    });
    await pass(2_000);
    expect(await handler).toBe(1_000);
    expect(clock.currentHold()).toBeUndefined();
  });

  test('held work that fails lets go', async () => {
    const { clock, pass } = make();
    await expect(clock.hold(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await expect(
      clock.hold(() => {
        throw new Error('broken at once');
      }),
    ).rejects.toThrow('broken at once');
    await pass(1_000);
    expect(clock.nowMs()).toBe(START_MS + 1_000);
  });

  test('what a timer starts belongs to no held work, whoever set the timer', async () => {
    const { clock, pass } = make();
    const handler = gate();
    let ranMs = 0;
    await clock.hold(async () => {
      clock.after(1_000, () => {
        void clock.hold(() => handler.passed);
        // Were this sleep the setter's, it would release nothing and still run; were it the new hold's, it would release that.
        void clock.sleep(1_000).then(() => (ranMs = clock.nowMs() - START_MS));
      });
    });
    const passing = pass(3_000);
    await turns(8);
    expect(ranMs).toBe(0);
    handler.open();
    await passing;
    await pass(3_000);
    expect(ranMs).toBe(2_000);
  });

  test('keeps thousands of timers in order, many of them cancelled', async () => {
    const { clock, pass } = make();
    const fired: number[] = [];
    for (let index = 0; index < 3_000; index += 1) {
      const delayMs = (index * 7_919) % 3_000;
      const timer = clock.after(delayMs, () => fired.push(delayMs));
      if (index % 3 !== 0) timer.cancel();
      if (index % 6 !== 0) timer.cancel(); // twice is as good as once
    }
    await pass(3_000);
    expect(fired).toEqual(fired.toSorted((one, other) => one - other));
    expect(fired).toHaveLength(500);
  });

  test('refuses a timer that is set for no instant', () => {
    const { clock } = make();
    expect(() => clock.after(Number.NaN, () => {})).toThrow('NaN');
  });
});

describe('a virtual clock', () => {
  test('runs until a promise settles, and settles like it', async () => {
    const clock = new VirtualClock();
    clock.after(10_000, () => expect.unreachable('settled long before'));
    expect(await clock.runUntil(clock.sleep(2_000).then(() => 'woke'))).toBe('woke');
    expect(clock.nowMs()).toBe(START_MS + 2_000);
    await expect(clock.runUntil(Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  test('says so where nothing is left that could settle the promise', async () => {
    const clock = new VirtualClock();
    const never = clock.hold(() => clock.sleep(1_000)).then(() => new Promise(() => {}));
    await expect(clock.runUntil(never)).rejects.toThrow(/Deadlock at 2026-01-01T00:00:01.000Z.*no timer is set/);
  });

  test('names the held work that waits for time without sleeping', async () => {
    const clock = new VirtualClock({ patienceMs: 20 });
    const stuck = clock.hold(function handlerWithTimeout() {
      return new Promise<void>((resolve) => void clock.after(1_000, resolve));
    });
    await expect(clock.runUntil(stuck)).rejects.toThrow(/time is held by handlerWithTimeout.*clock\.sleep/);
  });

  test('waits for held work that waits for the machine', async () => {
    const clock = new VirtualClock();
    const reading = clock.hold(() => import('node:zlib'));
    clock.after(1, () => {});
    expect(await clock.runUntil(reading)).toHaveProperty('gzipSync');
    expect(clock.nowMs()).toBe(START_MS);
  });

  test('passes on what a timer throws, and can be run again', async () => {
    const clock = new VirtualClock();
    clock.after(1_000, () => {
      throw new Error('broken timer');
    });
    await expect(clock.runFor(2_000)).rejects.toThrow('broken timer');
    const running = clock.runFor(1_000);
    await expect(clock.runFor(1_000)).rejects.toThrow('one run at a time');
    await running;
    expect(clock.nowMs()).toBe(START_MS + 2_000);
  });
});

describe('a scaled clock', () => {
  test('waits for a machine that cannot keep up, and says how much time that cost', async () => {
    const machine = new ToyMachine();
    const lost: number[] = [];
    const clock = new ScaledClock({ scale: 100, machine, maxLatenessMs: 500, onLag: (ms) => lost.push(ms) });
    let firedAtMs = 0;
    clock.after(1_000, () => (firedAtMs = clock.nowMs() - START_MS));
    machine.freeze(60); // 6 s of simulated time
    expect(clock.nowMs() - START_MS).toBe(1_500);
    await machine.pass(0);
    expect(firedAtMs).toBe(1_500);
    expect([clock.lag(), lost]).toEqual([4_500, [4_500]]);
    await machine.pass(10);
    expect(clock.nowMs() - START_MS).toBe(2_500);
  });

  test('fires nothing more once it is stopped', async () => {
    const machine = new ToyMachine();
    const clock = new ScaledClock({ scale: 100, machine });
    clock.after(1_000, () => expect.unreachable('stopped'));
    clock.stop();
    await machine.pass(100);
  });

  test('keeps the real time of the machine', async () => {
    const clock = new ScaledClock({ scale: 1_000 });
    await clock.sleep(5_000);
    expect(clock.nowMs() - START_MS).toBeGreaterThanOrEqual(5_000);
  });
});

function gate(): { passed: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { passed: promise, open: resolve };
}

async function turns(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await turn();
}
