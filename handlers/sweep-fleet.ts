import { z } from 'zod';
import { inScope } from '../control-plane/loop/scope.ts';
import type { TargetKey } from '../control-plane/model/target.ts';
import { FleetStore, isDead } from './runtime/fleet-store.ts';
import { lookAt } from './runtime/look-at.ts';
import { noteInterrupted } from './runtime/note-interrupted.ts';
import { task } from './runtime/task.ts';

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
    const store = new FleetStore(runtime);
    const state = await store.load(fleet);
    const nowMs = runtime.nowMs();
    for (const run of state.runs) if (isDead(run, nowMs)) await store.endRun(fleet, run.run);
    const sight = await lookAt(state, { scope: {}, call: runtime.call, nowMs });
    const { plan, wanted } = sight;
    await noteInterrupted(runtime, state, sight);
    const taken = new Set<TargetKey>();
    for (const run of state.runs)
      if (!run.isSettled && !isDead(run, nowMs)) for (const key of inScope(wanted, run.scope).keys()) taken.add(key);
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
