import type { Diagnosis } from '../health/finding.ts';
import { kindNamed } from '../kinds/index.ts';
import type { Declared, Fleet, Member } from '../model/fleet.ts';
import type { Region } from '../model/region.ts';
import { kindOf } from '../model/target.ts';
import { peersOf } from '../model/topology.ts';
import { isSickFor } from '../traffic/in-service.ts';
import { isSteered, NO_TRAFFIC_CHANGES } from '../traffic/traffic.ts';
import type { Step } from './plan.ts';
import type { Scope } from './scope.ts';
import type { Wanted } from './wanted.ts';

/**
 * One request that must be answered before a change counts.
 *
 * `path`: straight to the replica's endpoint, before any view names it. `name`: by the fleet's own name, as callers do.
 */
export interface Proof {
  readonly from: Region;
  readonly to: Region;
  readonly by: 'path' | 'name';
}

const isIn = (member: Member): boolean => member.phase === 'joining' || member.phase === 'joined';

/** Whom a member's callers can ask: serving members it is linked with, and itself. */
const reachableFrom = (declared: Declared, from: Member): readonly Member[] =>
  [from, ...peersOf(declared, from.region)].filter((to) => to.role === 'serving' && isIn(to));

/** Before a member is named in any view: one request to its replica from every member that will call it. */
export function proofsOfPath(declared: Declared, joining: Region): readonly Proof[] {
  return declared.members
    .filter((from) => isIn(from) && (from.region === joining || from.phase === 'joined'))
    .filter((from) => reachableFrom(declared, from).some(({ region }) => region === joining))
    .map((from) => ({ from: from.region, to: joining, by: 'path' }));
}

/** After a change: one request by the fleet's name over every way it may have touched. */
export function proofsOfName(declared: Declared, scope: Scope, chosen: Iterable<Wanted>): readonly Proof[] {
  const touched = new Set<Region>(scope.regions);
  if (scope.targets !== undefined) for (const { owners } of chosen) for (const region of owners) touched.add(region);
  const everything = scope.regions === undefined && scope.targets === undefined;
  const proofs: Proof[] = [];
  // Members whose own join is still under way prove themselves, and nobody else waits for them.
  const counts = ({ phase, region }: Member): boolean => phase === 'joined' || scope.regions?.includes(region) === true;
  for (const from of declared.members.filter((member) => isIn(member) && counts(member)))
    for (const to of reachableFrom(declared, from))
      if (
        to.inTraffic &&
        counts(to) &&
        !isSteered(declared.traffic ?? NO_TRAFFIC_CHANGES, from.region, to.region) &&
        (everything || touched.has(from.region) || touched.has(to.region))
      )
        proofs.push({ from: from.region, to: to.region, by: 'name' });
  return proofs;
}

/**
 * Of those, what a member's way back is proven by: the ways to it, and from it to whoever is well for its callers. What is sick
 * between others is theirs to mend, and no step of the way back waits for it.
 */
export const proofsOfWayBack = (proofs: readonly Proof[], region: Region, diagnosis: Diagnosis): readonly Proof[] =>
  proofs.filter(({ from, to }) => to === region || (from === region && !isSickFor(diagnosis, from, to)));

/** Until when, once these steps are carried out, a request may still be answered from before them. */
export function staleUntil(steps: readonly Step[], nowMs: number): number | undefined {
  const seconds = Math.max(0, ...steps.map(({ key }) => kindNamed(kindOf(key)).staleForSeconds ?? 0));
  return seconds === 0 ? undefined : nowMs + seconds * 1_000;
}

/** A GET without parameters, '/health' where there is one. */
export function provingPath({ api }: Fleet): string {
  const paths = Object.entries((api.openapi.paths ?? {}) as Record<string, Record<string, unknown>>)
    .filter(([path, operations]) => 'get' in operations && !path.includes('{'))
    .map(([path]) => path);
  return paths.find((path) => path === '/health') ?? paths[0] ?? '/';
}
