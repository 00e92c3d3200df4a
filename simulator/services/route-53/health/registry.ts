import type { World } from '../../../world.ts';
import type { HealthWatch } from './health-watch.ts';

/** Every health check of a world that is being judged, whosesoever it is. */
interface WatchedHealth {
  /** By the check's id. */
  readonly watches: Map<string, HealthWatch>;
  /** Grows whenever name servers come to see a check in another way: for whoever remembers what followed from it. */
  changes: number;
}

const ofWorld = new WeakMap<World, WatchedHealth>();

export function watchedHealth(world: World): WatchedHealth {
  let health = ofWorld.get(world);
  if (health === undefined) {
    health = { watches: new Map(), changes: 0 };
    ofWorld.set(world, health);
  }
  return health;
}

/** Whether name servers take a check to be healthy now. One that is not there is: Route 53 then leaves the record in. */
export const seenHealthy = (world: World, healthCheckId: string): boolean =>
  watchedHealth(world).watches.get(healthCheckId)?.seenHealthy ?? true;
