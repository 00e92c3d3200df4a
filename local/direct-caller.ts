import type { Caller } from '../handlers/runtime/caller.ts';
import { faultOf } from '../handlers/runtime/fault-table.ts';
import { AwsError } from '../simulator/aws-error.ts';
import type { Principal } from '../simulator/principal.ts';
import type { World } from '../simulator/world.ts';

/**
 * Calls straight into the simulated world: no sockets, no serialisation, and the errors of the wire all the same.
 *
 * In  `from`: the Region the caller stands in, where that is one of AWS's: from a dark one nobody is reached
 */
export function directCaller(world: World, account: string, principal: Principal, from?: string): Caller {
  return async ({ service, region, method, input }) => {
    try {
      return await world.invoke({
        service,
        operation: `${method[0]?.toUpperCase()}${method.slice(1)}`,
        input: input as object,
        place: { account, region },
        principal,
        ...(from !== undefined && { from }),
      });
    } catch (error) {
      // Anything else is a fault of the simulator, or a test's way to end a handler: nobody may take it for AWS's answer.
      if (!(error instanceof AwsError)) throw error;
      throw faultOf(error, `${service} ${method} in ${region}`);
    }
  };
}
