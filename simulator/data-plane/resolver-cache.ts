import type { WorldMs } from '../clock.ts';
import type { World } from '../world.ts';
import type { Resolved } from './resolved.ts';

interface Entry {
  readonly answer: Resolved;
  readonly untilMs: WorldMs;
}

/**
 * What the callers of each VPC remember of names they asked for, until the TTL is over.
 *
 * It is why a record that changed goes on being followed for up to a minute. Only answers are kept: that a name does not
 * exist comes from the VPC's own resolver each time, which is kinder than clients that remember it for the zone's SOA.
 */
export class ResolverCache {
  readonly #byVpc = new Map<string, Map<string, Entry>>();

  find(vpcId: string, name: string, nowMs: WorldMs): Entry | undefined {
    const entry = this.#byVpc.get(vpcId)?.get(name);
    return entry === undefined || entry.untilMs <= nowMs ? undefined : entry;
  }

  keep(vpcId: string, name: string, answer: Resolved, nowMs: WorldMs): void {
    let names = this.#byVpc.get(vpcId);
    if (names === undefined) {
      names = new Map();
      this.#byVpc.set(vpcId, names);
    }
    names.set(name, { answer, untilMs: nowMs + answer.ttlSeconds * 1000 });
  }

  /** As if every caller had restarted. */
  clear(): void {
    this.#byVpc.clear();
  }
}

const caches = new WeakMap<World, ResolverCache>();

/** The one cache of a world. */
export function resolverCacheOf(world: World): ResolverCache {
  let cache = caches.get(world);
  if (cache === undefined) {
    cache = new ResolverCache();
    caches.set(world, cache);
  }
  return cache;
}
