import { sfnHome } from '../../simulator/services/sfn/state.ts';
import type { Invariant } from './invariant.ts';

/** Whatever was begun before this is over by the end: the world has been quiet for longer. */
const OVER_WITHIN_MS = 15 * 60_000;

/** No execution runs into its machine's own limit, and once all is quiet none is under way. None of ours waits for people. */
export const everyExecutionEnds: Invariant = {
  name: 'every execution ends',
  says: 'No execution times out, and none is under way long after everything was as declared',
  watch: ({ bed: { world, landbridge, clock } }, tell) => ({
    ended({ settledAtMs }) {
      const { executions } = world.state(sfnHome, { account: world.account, region: landbridge.home });
      for (const { machine, name, status, startMs, stopMs = clock.nowMs() } of executions.values()) {
        const minutes = Math.round((stopMs - startMs) / 60_000);
        if (status === 'TIMED_OUT') tell(`${name} of ${machine.name} ran into its limit after ${minutes} minutes`);
        const limitMs = (machine.definition.TimeoutSeconds ?? Number.POSITIVE_INFINITY) * 1_000;
        if (stopMs - startMs > limitMs)
          tell(`${name} of ${machine.name} took ${minutes} minutes, longer than its limit`);
        if (status === 'RUNNING' && settledAtMs !== undefined && clock.nowMs() - startMs > OVER_WITHIN_MS)
          tell(`${name} of ${machine.name} is still under way after ${minutes} minutes`);
      }
    },
  }),
};
