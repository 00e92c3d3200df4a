import { Fault } from '../control-plane/model/faults.ts';
import { RunState } from './run.ts';
import { FleetStore } from './runtime/fleet-store.ts';
import { task } from './runtime/task.ts';

/**
 * Callers have moved: from now on the member's targets are to be gone.
 *
 * In, out  RunState, to start looking anew
 * Faults   Rejected where somebody else is at work on the member by now
 */
export const handler = task({
  input: RunState,
  async run(state, runtime) {
    const store = new FleetStore(runtime);
    const isOwn = await store.changeOwn(state.fleet, state, (member) => ({ ...member, phase: 'leaving' }));
    if (!isOwn) throw new Fault('Rejected', `${state.region} is no longer this run's to take out`);
    return { ...state, phase: 'leaving' as const, round: 0, settledAtMs: undefined };
  },
});
