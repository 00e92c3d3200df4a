import { strict } from '../control-plane/model/fleet-schema.ts';
import { drainOf } from '../control-plane/traffic/traffic.ts';
import { RunState } from './run.ts';
import { FleetStore } from './runtime/fleet-store.ts';
import { Journal } from './runtime/journal.ts';
import { asked, permit } from './runtime/permit.ts';
import { task } from './runtime/task.ts';

/** Three failed checks of Route 53's, ten seconds apart, and what a health bit remembers. */
const BIT_IS_SEEN_AFTER_SECONDS = 35;

/**
 * Takes a member's health bit out of service: one row, which its bit reads in its own Region's replica of the table. Tried
 * again after it was done, it finds its own row, and that is that.
 *
 * In      { fleet, region, by?, because?, approve?, override? }
 * Out     RunState
 * Faults  Rejected, before anything is changed: not a serving member, or a policy refuses
 */
export const handler = task({
  input: strict(asked),
  async run(input, runtime) {
    const { fleet, region, by, because, run, execution, startedAtMs } = input;
    const state = await new FleetStore(runtime).load(fleet);
    const says = `${region} is taken out of every view by its health bit: ${because}`;
    await permit('evacuate', input, state, runtime, {
      isDone: ({ health }) => drainOf(health.traffic, region)?.run === run,
      move: (atMs) => ({
        drain: { region, sinceMs: atMs, by, because, run },
        record: new Journal(runtime).items(fleet, [{ run, atMs, what: 'drained', says, by }]),
      }),
    });
    return RunState.parse({
      fleet,
      region,
      run,
      execution,
      startedAtMs,
      by,
      purpose: 'evacuate',
      scope: { regions: [region] },
      lookAgainAfterSeconds: BIT_IS_SEEN_AFTER_SECONDS,
    });
  },
});
