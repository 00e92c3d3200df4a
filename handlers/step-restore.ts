import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { regionsOf } from '../control-plane/health/finding.ts';
import { Fault } from '../control-plane/model/faults.ts';
import { rampSteps } from '../control-plane/traffic/ramp.ts';
import { drainOf, isAnothers, rampOf } from '../control-plane/traffic/traffic.ts';
import { RunState } from './run.ts';
import { sumOf } from './runtime/caller.ts';
import { FleetStore } from './runtime/fleet-store.ts';
import { HealthStore } from './runtime/health-store.ts';
import { Journal } from './runtime/journal.ts';
import { situationOf } from './runtime/situation.ts';
import { task } from './runtime/task.ts';

/** Three good checks of Route 53's, and the answer seen by name servers. */
const BIT_IS_SEEN_AFTER_SECONDS = 45;
const RECORDS_SHOW_AFTER_SECONDS = 3;

/**
 * Takes the next step of a member's way back: its bit into service first, then some more of the views each time. The
 * run looks, writes and proves between two steps.
 *
 * Out     RunState, `ramp` one further, or without it after the last
 * Faults  Rejected where the diagnosis has something against the member, or where somebody has evacuated it since the way back
 *         began: it ends here, and that drain stays; or where another way back has begun. Conflict where somebody else has
 *         moved callers or changed the fleet meanwhile: the run looks again, and then takes this step
 */
export const handler = task({
  input: RunState,
  async run(state, runtime) {
    const { fleet: name, ramp = 0, run, region = '' } = state;
    const fleet = await new FleetStore(runtime).load(name);
    const store = new HealthStore(runtime);
    const given = [new FleetStore(runtime).asItWas(fleet)];
    const nowMs = runtime.nowMs();
    const { findings } = situationOf(fleet, nowMs).diagnosis;
    const against = findings.find(({ cause }) => regionsOf(cause).includes(region));
    // Rejected and not Conflict: looking again would change nothing.
    if (against !== undefined) throw new Fault('Rejected', `${region} is not well: ${against.says}`);
    const { traffic } = fleet.health;
    const drain = drainOf(traffic, region);
    if (drain !== undefined && drain.endedBy === undefined)
      throw new Fault(
        'Rejected',
        `${region} was evacuated again after its way back had begun, by ${drain.by}: ${drain.because}`,
      );
    if (isAnothers(traffic, region, state.execution))
      throw new Fault('Rejected', `another way back of ${region} has begun since, and goes on in its place`);
    const waves = rampSteps(fleet.declared, region);
    const record = (says: string): readonly TransactWriteItem[] =>
      new Journal(runtime).items(name, [{ run, atMs: nowMs, round: state.round, what: 'restoring', says }]);
    const counted = { ...state, ...sumOf(state, runtime.tally), nameProven: false, failedProofs: 0 };
    if (ramp === 0) {
      const said = record(`${region} is in service for its own callers`);
      // Tried again after that was done, it finds nothing to end.
      if (drain !== undefined) await store.move(name, fleet.health, { undrain: region, record: said, given }, nowMs);
      return { ...counted, ramp: 1, lookAgainAfterSeconds: BIT_IS_SEEN_AFTER_SECONDS };
    }
    const isLast = ramp + 1 >= waves.length;
    // The first wave is its own callers, who came with the bit. Members come and go meanwhile, and waves are cut anew: whose
    // turn it would have been has it now, and after the last nobody is kept off.
    const viewers = new Set(waves.slice(0, ramp + 1).flat());
    const ending = rampOf(traffic, region).filter(({ viewer }) => isLast || viewers.has(viewer));
    const said = record(`callers in ${ending.map(({ viewer }) => viewer).join(', ')} may be sent to ${region} again`);
    if (ending.length > 0) await store.move(name, fleet.health, { unsteer: ending, record: said, given }, nowMs);
    const { ramp: _last, ...rest } = counted;
    return { ...(isLast ? rest : { ...counted, ramp: ramp + 1 }), lookAgainAfterSeconds: RECORDS_SHOW_AFTER_SECONDS };
  },
});
