import { Fault } from '../control-plane/model/faults.ts';
import { strict } from '../control-plane/model/fleet-schema.ts';
import { notBefore, RunRequest, RunState } from './run.ts';
import { FleetStore } from './runtime/fleet-store.ts';
import { task } from './runtime/task.ts';

const Input = strict({ ...RunRequest.shape, scope: RunState.shape.scope.default({}), notBefore });

/**
 * Checks what a reconcile was asked to look at.
 *
 * Out    RunState
 * Faults Rejected: no such fleet, or a Region in the scope that is no member
 */
export const handler = task({
  input: Input,
  async run(input, runtime) {
    const { members } = await new FleetStore(runtime).load(input.fleet);
    for (const region of input.scope.regions ?? [])
      if (!members.some((member) => member.region === region))
        throw new Fault(
          'Rejected',
          `scope.regions: ${region} is not a member of ${input.fleet}; leave it out, or join it first`,
        );
    return RunState.parse({ ...input, purpose: 'reconcile' });
  },
});
