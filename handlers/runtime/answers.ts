import { describeVpcs } from '../../control-plane/kinds/ec2-lists.ts';
import { accountAt, within as inAccountThere } from '../../control-plane/model/accounts.ts';
import { isFault } from '../../control-plane/model/faults.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { converse } from './caller.ts';
import type { FleetState } from './fleet-state.ts';
import { HealthStore } from './health-store.ts';
import type { Runtime } from './runtime.ts';
import { darkIn } from './situation.ts';
import { within } from './within.ts';

/** For so long AWS's own answer is worth more than what probes make of a silence: two sweeps and a bit. */
const ANSWER_HOLDS_MS = 150_000;
/** A Region that is there answers at once. */
const ANSWERS_WITHIN_MS = 4_000;

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
 * Faults  none: that it answers is a hint
 * Bounds  one read of each, side by side; nobody waits for longer than `ANSWERS_WITHIN_MS`
 */
export async function askTheDark(state: FleetState, runtime: Runtime): Promise<void> {
  const { declared } = state;
  const ask = async (region: Region): Promise<void> => {
    try {
      await converse(inAccountThere(declared, accountAt(declared, region), describeVpcs(region)), runtime.call);
      await new HealthStore(runtime).noteAnswer(declared.fleet.name, region, runtime.nowMs());
    } catch (error) {
      // Not heard, or not noted: it is asked again in a minute.
      if (!isFault(error)) throw error;
    }
  };
  const asking = Promise.all([...darkIn(state, runtime.nowMs()).keys()].map(ask));
  await within(runtime, ANSWERS_WITHIN_MS, asking);
}
