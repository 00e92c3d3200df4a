import { describeVpcs } from '../../control-plane/kinds/ec2-lists.ts';
import { accountAt, within } from '../../control-plane/model/accounts.ts';
import { isFault } from '../../control-plane/model/faults.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { converse } from './caller.ts';
import type { FleetState } from './fleet-state.ts';
import { HealthStore } from './health-store.ts';
import type { Runtime } from './runtime.ts';
import { darkIn } from './situation.ts';

/** For so long AWS's own answer is worth more than what probes make of a silence: two sweeps and a bit. */
const ANSWER_HOLDS_MS = 150_000;

/**
 * Regions that nothing is asked of, and why: they answer nobody, nor did AWS there when a sweep last asked it.
 *
 * A member whose observer is broken and whose links are too looks like a dark Region. Left alone for that, it would stay so.
 */
export const unaskedIn = (state: FleetState, nowMs: number): ReadonlyMap<Region, string> =>
  new Map(
    [...darkIn(state, nowMs)].filter(
      ([region]) => Math.abs(nowMs - (state.health.answeredAtMs[region] ?? 0)) >= ANSWER_HOLDS_MS,
    ),
  );

/**
 * Asks AWS in every Region that is taken for dark whether it is there, and notes where it is.
 *
 * Bounds  one read of each, side by side, repeated with patience: some fifteen seconds where nobody answers
 */
export async function askTheDark(state: FleetState, runtime: Runtime): Promise<void> {
  const { declared } = state;
  const ask = async (region: Region): Promise<void> => {
    try {
      await converse(within(declared, accountAt(declared, region), describeVpcs(region)), runtime.call);
    } catch (error) {
      if (isFault(error)) return;
      throw error;
    }
    await new HealthStore(runtime).noteAnswer(declared.fleet.name, region, runtime.nowMs());
  };
  await Promise.all([...darkIn(state, runtime.nowMs()).keys()].map(ask));
}
