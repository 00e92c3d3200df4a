import { z } from 'zod';
import { strict } from '../control-plane/model/fleet-schema.ts';
import { howMany } from '../control-plane/model/how-many.ts';
import { RunState } from './run.ts';
import { FleetStore } from './runtime/fleet-store.ts';
import { Journal } from './runtime/journal.ts';
import { asked, permit } from './runtime/permit.ts';
import { task } from './runtime/task.ts';

export const LONGEST_DRILL_MINUTES = 120;

/**
 * Checks that the loss of a member may be rehearsed now.
 *
 * In      { fleet, region, by?, approve?, override?, minutes?: how long it stays out }
 * Out     RunState, `minutes`, and the `override`: the evacuation is judged by itself
 * Faults  Rejected, before anything is changed: not a serving member, or a policy refuses
 */
export const handler = task({
  input: strict({ ...asked, minutes: z.int().min(1).max(LONGEST_DRILL_MINUTES).default(5) }),
  async run({ minutes, ...input }, runtime) {
    const { fleet, region, by, override, run, execution, startedAtMs } = input;
    await permit('drill', input, await new FleetStore(runtime).load(fleet), runtime);
    const says = `the loss of ${region} is rehearsed for ${howMany(minutes, 'minute')}`;
    await new Journal(runtime).append(fleet, [{ run, atMs: runtime.nowMs(), what: 'drill', says, by }]);
    return {
      ...RunState.parse({
        fleet,
        region,
        run,
        execution,
        startedAtMs,
        by,
        says,
        purpose: 'drill',
        decision: 'settled',
        scope: { regions: [region] },
      }),
      minutes,
      ...(override !== undefined && { override }),
    };
  },
});
