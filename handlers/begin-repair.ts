import { strict } from '../control-plane/model/fleet-schema.ts';
import { notBefore, RunRequest, RunState } from './run.ts';
import { FleetStore } from './runtime/fleet-store.ts';
import { task } from './runtime/task.ts';
import { scopeOfTending, tendFully } from './runtime/tend.ts';

const Input = strict({ ...RunRequest.shape, scope: RunState.shape.scope.default({ targets: [] }), notBefore });

/**
 * Says what is wrong, opens an incident of it, and moves callers where that is quicker than a repair. What is left to
 * look at is the run's scope; tried again after a death, it is the same.
 *
 * In      { fleet, scope?: what drifted, if that is why, signal? }
 * Out     RunState
 * Faults  Rejected: no such fleet
 */
export const handler = task({
  input: Input,
  async run(input, runtime) {
    const state = await new FleetStore(runtime).load(input.fleet);
    const { signal, run } = input;
    const tending = await tendFully(state, { signal, run, nowMs: runtime.nowMs() }, runtime);
    return RunState.parse({
      ...input,
      purpose: 'repair',
      scope: scopeOfTending(tending, input.scope),
      says: tending.says,
    });
  },
});
