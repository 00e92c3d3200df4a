import type { World } from '../../world.ts';
import { type FunctionVersion, type HostCode, lambdaHome } from './state.ts';

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

/** Lets the function's own code run again. */
export function detachHostCode(world: World, functionArn: string): void {
  const [, , , region = '', account = '', , name = ''] = functionArn.split(':');
  const found = world.state(lambdaHome, { account, region }).functions.get(name);
  if (found !== undefined) found.hostCode = undefined;
}

interface Registered {
  /** Makes the host code for a handler name. */
  make(handler: string): HostCode;
  readonly made: Map<string, HostCode>;
}

/** By the base64 SHA-256 of a zip. */
const registries = new WeakMap<World, Map<string, Registered>>();

/**
 * Lets code of this process answer for every function whose code is one zip: in any Region, whoever made it and
 * whenever, under the handler it is configured with. A function that gets other code runs that from then on.
 *
 * In     the SHA-256 as Lambda reports it, in base64; `make` is asked once for each handler name
 */
export function registerHostCode(world: World, codeSha256Base64: string, make: (handler: string) => HostCode): void {
  let registry = registries.get(world);
  if (registry === undefined) {
    registry = new Map();
    registries.set(world, registry);
  }
  registry.set(codeSha256Base64, { make, made: new Map() });
}

/** What was registered for the code that a version has; undefined: its zip runs. */
export function hostCodeFor(world: World, { code, settings }: FunctionVersion): HostCode | undefined {
  const registered = registries.get(world)?.get(code.sha256);
  if (registered === undefined) return undefined;
  let run = registered.made.get(settings.handler);
  if (run === undefined) {
    run = registered.make(settings.handler);
    registered.made.set(settings.handler, run);
  }
  return run;
}
