import type { Changing } from '../memory.ts';
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
  /** It answers the same for as long as it is set: what follows from it may be remembered. */
  readonly steady?: true;
}

/** What name servers take a health check for: what Route 53's checkers make of it, unless somebody else speaks for them. */
type HealthCheckVerdict = (healthCheckId: string) => boolean;

/** The conditions of one world's data plane. Held beside the world, so that a world without weather costs nothing. */
class Conditions implements Changing {
  /** What `simulator/weather/` adds: each of these counts, beside the one that is set. */
  readonly further = new Set<DataPlaneWeather>();
  isHealthy: HealthCheckVerdict;
  /** Chance in the data plane: which address of several, which record by weight. */
  readonly random: Random;
  #weather: DataPlaneWeather = {};
  #changes = 0;

  constructor(world: World) {
    this.isHealthy = (healthCheckId) => seenHealthy(world, healthCheckId);
    this.random = world.random.fork('data-plane');
  }

  /** How often other weather was set. */
  get changes(): number {
    return this.#changes;
  }

  get weather(): DataPlaneWeather {
    return this.#weather;
  }

  set weather(weather: DataPlaneWeather) {
    this.#weather = weather;
    this.#changes += 1;
  }
}

const conditions = new WeakMap<World, Conditions>();

/** The conditions of this world, to be read and set: `conditionsOf(world).weather = { eats: ({ toRegion }) => toRegion === 'eu-west-1' }`. */
export function conditionsOf(world: World): Conditions {
  let found = conditions.get(world);
  if (found === undefined) {
    found = new Conditions(world);
    conditions.set(world, found);
  }
  return found;
}

/** Whether what befalls packets follows from the state of the world and from the weather that is set, and from nothing else. */
export function isSteady(world: World): boolean {
  const { weather, further } = conditionsOf(world);
  const befallsNobody = weather.eats === undefined && weather.extraLatencyMs === undefined;
  return further.size === 0 && (befallsNobody || weather.steady === true);
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
