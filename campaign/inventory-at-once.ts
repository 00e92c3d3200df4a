import { type Ask, inventoryBy, type Resource } from '../local/inventory.ts';
import { rootOf } from '../simulator/principal.ts';
import type { Call, ServiceName } from '../simulator/service.ts';
import type { World } from '../simulator/world.ts';

type Answer = (input: object, call: Call<unknown>) => object | Promise<object>;

/**
 * Everything in a world as AWS would describe it at this moment. Asked past all weather: nobody is counted, throttled or told
 * something stale, and the world goes on as if nobody had asked.
 */
export function inventoryAtOnce(world: World, regions?: ReadonlySet<string>): Promise<readonly Resource[]> {
  const { account } = world;
  const ask: Ask = async (name, region, operation, input = {}) => {
    const service = world.services.get(name);
    const answer = (service?.operations as Readonly<Record<string, Answer>> | undefined)?.[operation];
    if (service === undefined || answer === undefined) throw new Error(`${name} ${operation} is not simulated`);
    const place = { account, region: service.scope === 'global' ? 'us-east-1' : region };
    const state = world.state(service, place);
    const nowMs = world.clock.nowMs();
    return answer(input, { place, state, world, principal: rootOf(account), requestId: 'nobody', nowMs });
  };
  const regionsOf = (name: ServiceName): readonly string[] =>
    world
      .placesOf({ name })
      .filter((place) => place.account === account && (regions === undefined || regions.has(place.region)))
      .map(({ region }) => region)
      .toSorted();
  return inventoryBy(ask, regionsOf);
}
