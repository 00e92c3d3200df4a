import type { Random } from '../random.ts';
import { seenHealthy } from '../services/route-53/health/registry.ts';
import type { World } from '../world.ts';

/** One direction of a peering. */
export interface Crossing {
  readonly peeringId: string;
  readonly fromRegion: string;
  readonly toRegion: string;
}

/** What may befall packets while every status still says `active`, asked once per journey and direction. Dark Regions are `world.outages`. */
export interface DataPlaneWeather {
  /** The peering swallows packets in this direction. */
  eats?(crossing: Crossing): boolean;
  /** Added to the measured round trip. */
  extraLatencyMs?(fromRegion: string, toRegion: string): number;
}

/** What name servers take a health check for: what Route 53's checkers make of it, unless somebody else speaks for them. */
type HealthCheckVerdict = (healthCheckId: string) => boolean;

/** The conditions of one world's data plane. Held beside the world, so that a world without weather costs nothing. */
interface Conditions {
  weather: DataPlaneWeather;
  /** What `simulator/weather/` adds: each of these counts, beside the one above. */
  readonly further: Set<DataPlaneWeather>;
  isHealthy: HealthCheckVerdict;
  /** Chance in the data plane: which address of several, which record by weight. */
  readonly random: Random;
}

const conditions = new WeakMap<World, Conditions>();

const fair = (world: World): Conditions => ({
  weather: {},
  further: new Set(),
  isHealthy: (healthCheckId) => seenHealthy(world, healthCheckId),
  random: world.random.fork('data-plane'),
});

/** The conditions of this world, to be read and set: `conditionsOf(world).weather = { eats: ({ toRegion }) => toRegion === 'eu-west-1' }`. */
export function conditionsOf(world: World): Conditions {
  let found = conditions.get(world);
  if (found === undefined) {
    found = fair(world);
    conditions.set(world, found);
  }
  return found;
}

/** Whether nothing may befall packets but what the state of the world says. */
export function isFair(world: World): boolean {
  const { weather, further } = conditionsOf(world);
  return weather.eats === undefined && weather.extraLatencyMs === undefined && further.size === 0;
}

/** Whether packets that cross a peering in this direction are lost. */
export function isEaten(world: World, crossing: Crossing): boolean {
  if (world.outages.isCutOff(crossing.fromRegion, crossing.toRegion)) return true;
  const { weather, further } = conditionsOf(world);
  if (weather.eats?.(crossing) === true) return true;
  for (const { eats } of further) if (eats?.(crossing) === true) return true;
  return false;
}

/** What weather adds to the round trip between two Regions. */
export function extraTripMs(world: World, fromRegion: string, toRegion: string): number {
  const { weather, further } = conditionsOf(world);
  let sumMs = weather.extraLatencyMs?.(fromRegion, toRegion) ?? 0;
  for (const { extraLatencyMs } of further) sumMs += extraLatencyMs?.(fromRegion, toRegion) ?? 0;
  return sumMs;
}
