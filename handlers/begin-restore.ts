import { Fault } from '../control-plane/model/faults.ts';
import { strict } from '../control-plane/model/fleet-schema.ts';
import type { Region } from '../control-plane/model/region.ts';
import { keyOf } from '../control-plane/model/target.ts';
import { peersOf } from '../control-plane/model/topology.ts';
import type { Steer } from '../control-plane/traffic/traffic.ts';
import { isDrained } from '../control-plane/traffic/traffic.ts';
import { RunState } from './run.ts';
import type { FleetState } from './runtime/fleet-state.ts';
import { FleetStore } from './runtime/fleet-store.ts';
import { Journal } from './runtime/journal.ts';
import { asked, permit } from './runtime/permit.ts';
import { task } from './runtime/task.ts';

/**
 * Begins a member's way back: before its bit is in service again, every view but its own is kept off it, so that it does
 * not get everybody's callers at once. Callers who are kept off it already for what was found stay so, for as long as that
 * takes. Tried again after that was done, it finds them kept off by itself.
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
    const { traffic } = state.health;
    const ramp = traffic.steers.filter(({ avoid, cause }) => avoid === region && cause === 'ramp');
    if (!isDrained(traffic, region) && ramp.length === 0)
      throw new Fault('Rejected', `region: ${region} is not evacuated; there is nothing to restore`);
    const viewers = peersOf(state.declared, region).filter(({ phase }) => phase === 'joined');
    if (!ramp.some((steer) => steer.endedBy === execution))
      await permit('restore', input, state, runtime, (atMs, now) => {
        const keptOff = keptOffForCause(now, region);
        const begin = (viewer: Region): Steer => ({
          viewer,
          avoid: region,
          sinceMs: atMs,
          because: `${region} comes back step by step`,
          cause: 'ramp',
          endedBy: execution,
        });
        const others = keptOff.length === 0 ? '' : `; callers in ${keptOff.join(', ')} stay off it, for what was found`;
        const says = `${region} comes back view by view: ${because}${others}`;
        return {
          steer: viewers.map((viewer) => viewer.region).flatMap((one) => (keptOff.includes(one) ? [] : [begin(one)])),
          record: new Journal(runtime).items(fleet, [{ run, atMs, what: 'restoring', says, by }]),
        };
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

/** Whose callers are kept off a member because of something that was found: those steers end with it, and with no ramp. */
const keptOffForCause = ({ health }: FleetState, region: Region): readonly Region[] =>
  health.traffic.steers.filter(({ avoid, cause }) => avoid === region && cause !== 'ramp').map(({ viewer }) => viewer);
