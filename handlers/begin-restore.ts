import { Fault } from '../control-plane/model/faults.ts';
import { strict } from '../control-plane/model/fleet-schema.ts';
import type { Region } from '../control-plane/model/region.ts';
import { keyOf } from '../control-plane/model/target.ts';
import { peersOf } from '../control-plane/model/topology.ts';
import { hasSomebodyElse } from '../control-plane/traffic/in-service.ts';
import { drainOf, isDrained, rampOf, type Steer, wayBackOf } from '../control-plane/traffic/traffic.ts';
import { RunState } from './run.ts';
import type { FleetState } from './runtime/fleet-state.ts';
import { FleetStore } from './runtime/fleet-store.ts';
import { Journal } from './runtime/journal.ts';
import { asked, permit } from './runtime/permit.ts';
import { situationOf } from './runtime/situation.ts';
import { task } from './runtime/task.ts';

/**
 * Begins a member's way back: before its bit is in service again, every view but its own is kept off it, so that it does
 * not get everybody's callers at once. Callers who are kept off it already for what was found stay so, for as long as that
 * takes; and who has nobody else who is well to ask is not kept off at all. Tried again after that was done, it finds its own
 * name on it.
 *
 * In      { fleet, region, by?, because?, approve?, override? }
 * Out     RunState, the scope being those views
 * Faults  Rejected, before anything is changed: not drained, or a policy refuses
 */
export const handler = task({
  input: strict(asked),
  async run(input, runtime) {
    const { fleet, region, by, because, run, execution, startedAtMs } = input;
    const state = await new FleetStore(runtime).load(fleet);
    refuseUnlessEvacuated(state, region);
    const viewers = peersOf(state.declared, region).filter(({ phase }) => phase === 'joined');
    await permit('restore', input, state, runtime, {
      isDone: ({ health }) => wayBackOf(health.traffic, region) === execution,
      move: (atMs, now) => {
        // It may have come all the way back meanwhile, with whoever was begun for the same wish.
        refuseUnlessEvacuated(now, region);
        const drain = drainOf(now.health.traffic, region);
        const keptOff = keptOffForCause(now, region);
        const alone = leftAlone(now, region, atMs).filter((viewer) => !keptOff.includes(viewer));
        const begin = (viewer: Region): Steer => ({
          viewer,
          avoid: region,
          sinceMs: atMs,
          because: `${region} comes back step by step`,
          cause: 'ramp',
          endedBy: execution,
        });
        const says = [
          `${region} comes back view by view: ${because}`,
          ...(keptOff.length > 0 ? [`callers in ${keptOff.join(', ')} stay off it, for what was found`] : []),
          ...(alone.length > 0
            ? [`callers in ${alone.join(', ')} have it at once, for nobody else who is well can be asked there`]
            : []),
        ].join('; ');
        const steer = viewers
          .map((viewer) => viewer.region)
          .filter((viewer) => !keptOff.includes(viewer) && !alone.includes(viewer))
          .map(begin);
        return {
          marked: drain && { ...drain, endedBy: execution },
          steer,
          // Of a way back that was begun before: what goes on is this one alone.
          unsteer: rampOf(now.health.traffic, region).filter(
            ({ viewer }) => !steer.some((one) => one.viewer === viewer),
          ),
          record: new Journal(runtime).items(fleet, [{ run, atMs, what: 'restoring', says, by }]),
        };
      },
    });
    return RunState.parse({
      fleet,
      region,
      run,
      execution,
      startedAtMs,
      by,
      purpose: 'restore',
      scope: { targets: viewers.map((viewer) => keyOf('records', viewer.region)) },
      ramp: 0,
    });
  },
});

function refuseUnlessEvacuated({ health: { traffic } }: FleetState, region: Region): void {
  if (!isDrained(traffic, region) && rampOf(traffic, region).length === 0)
    throw new Fault('Rejected', `region: ${region} is not evacuated; there is nothing to restore`);
}

/** Whose callers are kept off a member because of something that was found: those steers end with it, and with no ramp. */
const keptOffForCause = ({ health }: FleetState, region: Region): readonly Region[] =>
  health.traffic.steers.filter(({ avoid, cause }) => avoid === region && cause !== 'ramp').map(({ viewer }) => viewer);

/** Whose callers would be kept off the only member that is to answer them well. */
function leftAlone(now: FleetState, region: Region, atMs: number): readonly Region[] {
  const { diagnosis } = situationOf(now, atMs);
  const isAlone = (viewer: Region): boolean => !hasSomebodyElse({ viewer, avoid: region }, now.declared, diagnosis);
  return peersOf(now.declared, region)
    .map((viewer) => viewer.region)
    .filter(isAlone);
}
