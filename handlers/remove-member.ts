import { RunState } from './run.ts';
import { FleetStore } from './runtime/fleet-store.ts';
import { task } from './runtime/task.ts';

/**
 * Callers have moved: from now on the member's targets are to be gone.
 *
 * In, out  RunState, to start looking anew
 */
export const handler = task({
  input: RunState,
  async run(state, runtime) {
    await new FleetStore(runtime).changeMembers(state.fleet, async ({ members }) => {
      const member = members.find(({ region }) => region === state.region);
      return { ...(member !== undefined && { put: { ...member, phase: 'leaving' as const } }), decision: undefined };
    });
    return { ...state, phase: 'leaving' as const, round: 0, settledAtMs: undefined };
  },
});
