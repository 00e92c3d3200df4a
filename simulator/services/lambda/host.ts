import type { World } from '../../world.ts';
import { type HostCode, lambdaHome } from './state.ts';

export type { HostCode, HostContext } from './state.ts';

/**
 * Lets code of this process answer for a function that was created in the world, in the place of its zip.
 *
 * Everything else about the function stays Lambda's: role, environment, time-out, concurrency, retries. It holds
 * for every version of the function, across updates of its code, until the function is deleted.
 */
export function attachHostCode(world: World, functionArn: string, run: HostCode): void {
  const [, , , region = '', account = '', , name = ''] = functionArn.split(':');
  const found = world.state(lambdaHome, { account, region }).functions.get(name);
  if (found === undefined)
    throw new Error(`${functionArn} does not exist: create the function before attaching code to it`);
  found.hostCode = run;
}
