import type { Caller, Journey } from '../simulator/data-plane/journey.ts';
import { ask } from '../simulator/data-plane/request.ts';
import { whenThere } from '../simulator/maybe.ts';
import type { World } from '../simulator/world.ts';

export interface CallerSpec {
  readonly region: string;
  readonly vpcId: string;
  /** Left out: the control plane's. */
  readonly account?: string;
}

/** What callers met since they were last asked. */
export interface Tolls {
  readonly sent: number;
  readonly lost: number;
  /** Lost requests by the caller's Region, and there by the hop at which they ended. */
  readonly lostBy: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** One request of a caller's, as it ended. */
export interface Told {
  /** The caller's. */
  readonly region: string;
  readonly sentAtMs: number;
  readonly latencyMs: number;
  /** The Region of whoever answered it well; left out: nobody did. */
  readonly answeredBy?: string;
  /** Where it ended, if it was lost. */
  readonly lostAt?: string;
}

export interface CallersOptions {
  readonly everyMs?: number;
  /** An answer that takes longer comes too late for whoever asked. Left out: callers wait for as long as it takes. */
  readonly patienceMs?: number;
  /** Is told of each request when it has ended. */
  readonly told?: (request: Told) => void;
}

export interface Callers {
  /** Counts since the last call of `tolls`. */
  tolls(): Tolls;
  stop(): void;
}

const known = new WeakMap<CallerSpec, Caller>();

/** The same caller each time: what became of its requests is remembered for it. */
function callerOf(spec: CallerSpec, world: World): Caller {
  const { account = world.account, region, vpcId } = spec;
  let caller = known.get(spec);
  if (caller?.account !== account) known.set(spec, (caller = { account, region, vpcId }));
  return caller;
}

/** One request of one caller, and how it ended. */
export function sendOne(
  world: World,
  spec: CallerSpec,
  { url, patienceMs = Number.POSITIVE_INFINITY }: { readonly url: string; readonly patienceMs?: number },
  told: (request: Told) => void,
): void {
  const { region } = spec;
  const sentAtMs = world.clock.nowMs();
  const ended = ({ latencyMs, outcome, status = 500, answeredBy, failedAt = 'function' }: Journey): void => {
    const isAnswered = outcome === 'answered' && status < 400;
    if (isAnswered && latencyMs <= patienceMs)
      told({ region, sentAtMs, latencyMs, ...(answeredBy && { answeredBy: answeredBy.region }) });
    else told({ region, sentAtMs, latencyMs, lostAt: isAnswered ? 'late' : failedAt });
  };
  // A rejection here is a fault of the simulator and ends the process, as it should.
  void whenThere(ask(world, { from: callerOf(spec, world), url }), ended);
}

/** One caller in each of these VPCs, each sending a request a second by the fleet's own name, until stopped. */
export function callersIn(
  world: World,
  specs: readonly CallerSpec[],
  url: string,
  { everyMs = 1_000, patienceMs = Number.POSITIVE_INFINITY, told }: CallersOptions = {},
): Callers {
  let sent = 0;
  let lost = 0;
  let lostBy: Record<string, Record<string, number>> = {};
  let isStopped = false;
  const heard = (request: Told): void => {
    sent += 1;
    const { region, lostAt } = request;
    if (lostAt !== undefined) {
      lost += 1;
      const mine = (lostBy[region] ??= {});
      mine[lostAt] = (mine[lostAt] ?? 0) + 1;
    }
    told?.(request);
  };
  const tickers = specs.map((spec) => {
    const tick = (): void => {
      if (isStopped) return;
      sendOne(world, spec, { url, patienceMs }, heard);
      world.clock.after(everyMs, tick);
    };
    return world.clock.after(everyMs, tick);
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
      for (const ticker of tickers) ticker.cancel();
    },
  };
}
