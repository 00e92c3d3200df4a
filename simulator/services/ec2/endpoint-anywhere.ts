import type { WorldMs } from '../../clock.ts';
import type { Place } from '../../service.ts';
import type { World } from '../../world.ts';
import { stateOfEndpoint } from './endpoint-state.ts';
import { type Endpoint, ec2Home } from './state.ts';

/** An endpoint of a Region by its id, whosoever it is: ids and names are public. Looks in the given account first. */
export function endpointAnywhere(world: World, own: Place, endpointId: string, nowMs: WorldMs): Endpoint | undefined {
  const inPlace = (place: Place): Endpoint | undefined => {
    const endpoint = world.state(ec2Home, place).endpoints.get(endpointId);
    return endpoint !== undefined && stateOfEndpoint(endpoint, nowMs) !== 'gone' ? endpoint : undefined;
  };
  const found = inPlace(own);
  if (found !== undefined) return found;
  for (const place of world.placesOf(ec2Home)) {
    if (place.region !== own.region || place.account === own.account) continue;
    const foreign = inPlace(place);
    if (foreign !== undefined) return foreign;
  }
  return undefined;
}
