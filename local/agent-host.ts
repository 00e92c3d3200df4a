import { agentNames } from '../control-plane/model/agents.ts';
import { epochMs } from '../control-plane/model/units.ts';
import { agentHandlers } from '../handlers/agents/index.ts';
import type { Caller } from '../handlers/runtime/caller.ts';
import { type Runtime, type Settings, settingsFrom } from '../handlers/runtime/runtime.ts';
import type { Random } from '../simulator/random.ts';
import { type HostContext, registerHostCode } from '../simulator/services/lambda/host.ts';
import type { World } from '../simulator/world.ts';
import { agentPackage } from './agent-package.ts';
import { publicRequesterFrom, requesterWithin } from './data-plane-requester.ts';

interface Surroundings {
  readonly chance: Random;
  callerFor(context: HostContext): Caller;
}

/** Lets the world's time pass, and no more of it than this: what the work waits for on the clock, and nothing else, makes it late. */
export const withinOf =
  ({ clock }: World): NonNullable<Runtime['within']> =>
  async (ms, work) => {
    const late = Promise.withResolvers<undefined>();
    const timer = clock.after(ms, () => late.resolve(undefined));
    try {
      return await Promise.race([work, late.promise]);
    } finally {
      timer.cancel();
    }
  };

/**
 * Runs the agents of every member in this process: wherever in the world a function has the agents' package as its code,
 * with the machine clock of its Region, from where in the network it stands, and with the log it writes to.
 */
export function hostAgents(world: World, { callerFor, chance }: Surroundings): void {
  const within = withinOf(world);
  /** By the function: one container each, that lives for as long as the world does. */
  const containers = new Map<string, object>();
  const containerOf = (arn: string): object => {
    let container = containers.get(arn);
    if (container === undefined) containers.set(arn, (container = {}));
    return container;
  };
  const sleep = (ms: number): Promise<void> => world.clock.sleep(ms);
  const next = (): number => chance.next();
  const settingsOf = new WeakMap<HostContext['environment'], Settings>();
  const settingsIn = ({ environment }: HostContext): Settings => {
    let settings = settingsOf.get(environment);
    if (settings === undefined) settingsOf.set(environment, (settings = settingsFrom(environment)));
    return settings;
  };
  const callers = new WeakMap<HostContext['credentials'], Caller>();
  const callerIn = (context: HostContext): Caller => {
    let caller = callers.get(context.credentials);
    if (caller === undefined) callers.set(context.credentials, (caller = callerFor(context)));
    return caller;
  };
  const runtimeIn = (context: HostContext): Runtime => ({
    call: callerIn(context),
    nowMs: () => epochMs(world.clock.nowMs() + context.clockSkewMs),
    sleep,
    chance: next,
    requester: requesterWithin(world, context, within),
    publicRequester: publicRequesterFrom(world, context.region),
    within,
    container: containerOf(context.functionArn),
    print: context.print,
    settings: settingsIn(context),
  });
  registerHostCode(world, agentPackage.codeSha256, (handlerName) => {
    const agent = agentNames.find((name) => handlerName === `index.${name}`);
    if (agent === undefined) return () => Promise.reject(new Error(`${handlerName} is undefined or not exported`));
    return (event, context) => agentHandlers[agent].begin(runtimeIn(context), event);
  });
}
