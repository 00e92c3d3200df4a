import { AwsError } from '../aws-error.ts';
import type { ServiceName } from '../service.ts';
import type { World } from '../world.ts';
import type { Condition } from './condition.ts';
import { cutOffCallers } from './cut-off-callers.ts';
import { Held } from './held.ts';
import type { Tally } from './struck.ts';

/** Regions that are dark or isolated and clocks that are wrong, of one world; several conditions may want the same. */
export class OutagesOfRegions {
  readonly #world: World;
  readonly #held = new Held();

  constructor(world: World) {
    this.#world = world;
  }

  /** Nothing there answers or runs; functions that run there end in the middle of what they do. */
  dark(region: string): Condition {
    const { outages } = this.#world;
    return {
      over: this.#held.hold(
        `dark ${region}`,
        () => outages.darken(region),
        () => outages.lighten(region),
      ),
    };
  }

  /** What is in it goes on; nothing gets in or out. Calls of functions are known by where the function runs. */
  isolated(region: string, tally: Tally): Condition {
    const { outages } = this.#world;
    return {
      over: this.#held.hold(
        `isolated ${region}`,
        () => outages.isolate(region),
        () => outages.reconnect(region),
      ),
      ...cutOffCallers(this.#world, tally),
    };
  }

  /** Machine clocks there are ahead by so much; those of several conditions add up. */
  skewed(region: string, byMs: number): Condition {
    const { outages } = this.#world;
    outages.setSkew(region, outages.skewMs(region) + byMs);
    return { over: () => outages.setSkew(region, outages.skewMs(region) - byMs) };
  }
}

export interface ControlPlaneOptions {
  /** Left out: of every service. */
  readonly services?: readonly ServiceName[] | undefined;
  /** Left out: everywhere. Global services are in us-east-1. */
  readonly regions?: readonly string[] | undefined;
}

/** Calls that are no data events fail, while names are answered, functions invoked and items read. */
export function controlPlaneDown(
  { world, tally }: { readonly world: World; readonly tally: Tally },
  { services, regions }: ControlPlaneOptions,
): Condition {
  return {
    arrive({ service, operation }, { region }) {
      if (services !== undefined && !services.includes(service)) return;
      if (regions !== undefined && !regions.includes(region)) return;
      if (world.services.get(service)?.dataEvents?.has(operation) === true) return;
      tally.count('control plane down', service, operation);
      throw new AwsError('ServiceUnavailable', `The control plane of ${service} is down: try again later.`, {
        status: 503,
      });
    },
  };
}
