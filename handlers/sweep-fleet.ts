import { z } from 'zod';
import { inScope } from '../control-plane/loop/scope.ts';
import type { TargetKey } from '../control-plane/model/target.ts';
import { FleetStore } from './runtime/fleet-store.ts';
import { lookAt } from './runtime/look-at.ts';
import { task } from './runtime/task.ts';

/** A run that has not looked for this long is dead, and its targets are anybody's again. Longer than a run ever waits. */
const RUN_IS_DEAD_AFTER_MS = 6 * 60_000;
/** More drift than this is repaired as a whole: a list would pass the payload's limit before it helped. */
const MAX_TARGETS = 100;

/**
 * Looks at a whole fleet and says what has drifted: the truth behind every event that was lost.
 *
 * In    { fleet }
 * Out   { fleet, drifting: n, scope, reads }, the scope leaving out what a run is at work on already
 * Role  observer
 */
export const handler = task({
  input: z.object({ fleet: z.string() }),
  async run({ fleet }, runtime) {
    const state = await new FleetStore(runtime).load(fleet);
    const nowMs = runtime.nowMs();
    const { plan, wanted } = await lookAt(state, { scope: {}, call: runtime.call, nowMs });
    const taken = new Set<TargetKey>();
    for (const { scope, seenAtMs, isSettled } of state.runs)
      if (!isSettled && nowMs - seenAtMs < RUN_IS_DEAD_AFTER_MS)
        for (const key of inScope(wanted, scope).keys()) taken.add(key);
    const targets = plan.steps.map(({ key }) => key).filter((key) => !taken.has(key));
    return {
      fleet,
      drifting: targets.length,
      scope: targets.length > MAX_TARGETS ? {} : { targets },
      conflicts: plan.findings.filter(({ finding }) => finding === 'conflict').length,
      ...runtime.tally,
    };
  },
});
