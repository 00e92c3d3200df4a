import { Fault } from '../control-plane/model/faults.ts';
import { strict } from '../control-plane/model/fleet-schema.ts';
import { keyOf } from '../control-plane/model/target.ts';
import { peersOf } from '../control-plane/model/topology.ts';
import { isDrained } from '../control-plane/traffic/traffic.ts';
import { RunState } from './run.ts';
import { FleetStore } from './runtime/fleet-store.ts';
import { Journal } from './runtime/journal.ts';
import { asked, permit } from './runtime/permit.ts';
import { task } from './runtime/task.ts';

/**
 * Begins a member's way back: before its bit is in service again, every view but its own is kept off it, so that it does
 * not get everybody's callers at once. Tried again after that was done, it finds them kept off by itself.
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
    const says = `${region} comes back view by view: ${because}`;
    if (!ramp.some((steer) => steer.endedBy === execution))
      await permit('restore', input, state, runtime, (atMs) => ({
        steer: viewers.map((viewer) => ({
          viewer: viewer.region,
          avoid: region,
          sinceMs: atMs,
          because: `${region} comes back step by step`,
          cause: 'ramp',
          endedBy: execution,
        })),
        record: new Journal(runtime).items(fleet, [{ run, atMs, what: 'restoring', says, by }]),
      }));
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
