import { AwsError } from '../aws-error.ts';
import { runningBehind } from '../services/lambda/running.ts';
import type { World } from '../world.ts';
import type { Condition } from './condition.ts';
import type { Tally } from './struck.ts';

/** Calls of functions that do not say where they stand, as those over the wire do not, are cut off by where they run. */
export const cutOffCallers = (world: World, tally: Tally): Pick<Condition, 'arrive'> => ({
  async arrive(request, { region }) {
    if (request.from !== undefined) return;
    const from = runningBehind(world, request)?.invocation.region;
    if (from === undefined || !world.outages.isCutOff(from, region)) return;
    const { service, operation } = request;
    tally.count('cut off', service, operation);
    const { unreachableMs } = world.timings;
    await world.clock.sleep(unreachableMs);
    throw new AwsError('TimeoutError', `${service} ${operation}: ${region} did not answer from ${from}`, {
      status: 503,
    });
  },
});
