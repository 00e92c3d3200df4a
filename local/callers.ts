import { request } from '../simulator/data-plane/request.ts';
import type { World } from '../simulator/world.ts';

export interface CallerSpec {
  readonly region: string;
  readonly vpcId: string;
}

/** What callers met since they were last asked. */
export interface Tolls {
  readonly sent: number;
  readonly lost: number;
  /** Lost requests by the caller's Region, and there by the hop at which they ended. */
  readonly lostBy: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface Callers {
  /** Counts since the last call of `tolls`. */
  tolls(): Tolls;
  stop(): void;
}

const EVERY_MS = 1_000;

/** One caller in each of these VPCs, each sending one request a second by the fleet's own name, until stopped. */
export function callersIn(world: World, specs: readonly CallerSpec[], url: string): Callers {
  let sent = 0;
  let lost = 0;
  let lostBy: Record<string, Record<string, number>> = {};
  let isStopped = false;
  const send = async ({ region, vpcId }: CallerSpec): Promise<void> => {
    const journey = await request(world, { from: { account: world.account, region, vpcId }, url });
    sent += 1;
    if (journey.outcome === 'answered' && (journey.status ?? 500) < 400) return;
    lost += 1;
    const hop = journey.failedAt ?? 'function';
    const mine = (lostBy[region] ??= {});
    mine[hop] = (mine[hop] ?? 0) + 1;
  };
  const timers = specs.map((spec) => {
    const tick = (): void => {
      if (isStopped) return;
      // A rejection here is a fault of the simulator and ends the process, as it should.
      void send(spec);
      world.clock.after(EVERY_MS, tick);
    };
    return world.clock.after(EVERY_MS, tick);
  });
  return {
    tolls() {
      const tolls = { sent, lost, lostBy };
      sent = 0;
      lost = 0;
      lostBy = {};
      return tolls;
    },
    stop() {
      isStopped = true;
      for (const timer of timers) timer.cancel();
    },
  };
}
