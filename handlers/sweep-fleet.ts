import { z } from 'zod';
import { judged } from '../control-plane/loop/judged.ts';
import { inScope } from '../control-plane/loop/scope.ts';
import type { TargetKey } from '../control-plane/model/target.ts';
import { abandoned } from './runtime/abandoned.ts';
import { askTheDark, unaskedIn } from './runtime/answers.ts';
import { memoised } from './runtime/caller.ts';
import { hasEnded } from './runtime/executions.ts';
import { fleetPk } from './runtime/fleet-rows.ts';
import { isDead } from './runtime/fleet-state.ts';
import { FleetStore } from './runtime/fleet-store.ts';
import { refuseUnlessStillHome } from './runtime/home-mark.ts';
import { lookAt } from './runtime/look-at.ts';
import { noteInterrupted } from './runtime/note-interrupted.ts';
import { situationOf } from './runtime/situation.ts';
import { task } from './runtime/task.ts';
import { scopeOfTending, tendFully } from './runtime/tend.ts';
import { endWaysBackHalfDone } from './runtime/way-back.ts';

/** More drift than this is repaired as a whole: a list would pass the payload's limit before it helped. */
const MAX_TARGETS = 100;

/**
 * Looks at a whole fleet and says what has drifted or is sick: the truth behind every event that was lost.
 *
 * In    { fleet }
 * Out   { fleet, drifting: n, workflow?: 'repair' | 'reconcile', scope, unfinished?: a member's way in or out to be gone on
 *       with, reads }, the scope leaving out what a run is at work on already
 * Role  landbridge-sweep-fleet: reads in every Region, in other accounts as landbridge-observer; writes to the state table only
 */
export const handler = task({
  input: z.object({ fleet: z.string() }),
  async run({ fleet }, runtime) {
    const store = new FleetStore(runtime);
    const found = await store.load(fleet);
    await refuseUnlessStillHome(found.declared.fleet, fleetPk(fleet), runtime);
    const loaded = (await endWaysBackHalfDone(found, runtime)) ? await store.load(fleet) : found;
    // A run that is on the list may be the one that brings a member in: its execution is asked about once.
    const asking = { ...runtime, call: memoised(runtime.call) };
    const nowMs = runtime.nowMs();
    const isOver = await Promise.all(
      loaded.runs.map(async (run) => isDead(run, nowMs) || (await hasEnded(run, asking))),
    );
    for (const [index, { run }] of loaded.runs.entries()) if (isOver[index] === true) await store.endRun(fleet, run);
    const runs = loaded.runs.filter((_, index) => isOver[index] !== true);
    const state = { ...loaded, runs };
    const dark = unaskedIn(state, nowMs);
    const [sight, unfinished] = await Promise.all([
      lookAt(state, { scope: {}, call: runtime.call, nowMs, dark, believesProbes: true }),
      abandoned(state, asking),
      askTheDark(state, runtime),
    ]);
    const { wanted } = sight;
    await noteInterrupted(runtime, state, sight);
    const situation = situationOf(state, nowMs, sight.plan.steps);
    const plan = judged(sight.plan, 'reconcile', situation, state.health.overrides);
    const taken = new Set<TargetKey>();
    for (const run of runs) if (!run.isSettled) for (const key of inScope(wanted, run.scope).keys()) taken.add(key);
    const targets = plan.steps.map(({ key }) => key).filter((key) => !taken.has(key));
    // Last of all: what it puts on record as begun is nobody's to begin, should this fail after it.
    const tending = await tendFully(
      state,
      { signal: 'schedule', nowMs, look: { scope: {}, plan: sight.plan } },
      runtime,
    );
    const isForRepair = tending.repair.length + tending.steer.length + tending.unsteer.length > 0;
    const drifted = targets.length > MAX_TARGETS ? {} : { targets };
    return {
      fleet,
      drifting: targets.length,
      ...(unfinished !== undefined && { unfinished }),
      ...(isForRepair
        ? { workflow: 'repair', scope: targets.length > MAX_TARGETS ? {} : scopeOfTending(tending, drifted) }
        : targets.length > 0 && { workflow: 'reconcile', scope: drifted }),
      conflicts: plan.findings.filter(({ finding }) => finding === 'conflict').length,
      ...runtime.tally,
    };
  },
});
