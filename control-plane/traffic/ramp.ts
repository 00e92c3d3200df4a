import type { Declared } from '../model/fleet.ts';
import type { Region } from '../model/region.ts';
import { peersOf } from '../model/topology.ts';
import { reachableFrom } from './in-service.ts';
import { isDrained, isSteered, NO_TRAFFIC_CHANGES } from './traffic.ts';

/** How many of the other views a member is back in after each step. */
const SHARES = [0.25, 0.5, 1];

/**
 * The way back of a restored member, view by view: everybody's callers at once would be the next outage.
 *
 * Reads    members by sequence: who is nearest is not known here
 * Returns  which views name it again at each step: its own first, then about a quarter, a half and all of the others,
 *          each view once. A step that would add nobody is left out
 */
export function rampSteps(declared: Declared, region: Region): readonly (readonly Region[])[] {
  const others = peersOf(declared, region)
    .filter(({ phase }) => phase === 'joining' || phase === 'joined')
    .map((viewer) => viewer.region);
  const ends = SHARES.map((share) => Math.ceil(others.length * share));
  const steps = ends.map((end, step) => others.slice(ends[step - 1] ?? 0, end));
  return [[region], ...steps.filter((viewers) => viewers.length > 0)];
}

/**
 * Whom one member's callers are sent to, as things stand: what its view should answer with.
 *
 * Reads    drains and steers
 * Returns  Regions, its own first. Never empty while anybody serves: a view without records answers NXDOMAIN, so steers
 *          that would empty it do not count, and where all that is left is drained, all of it answers
 * Source   docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html (where no
 *          record is healthy, all of them are treated as healthy)
 */
export function answering(declared: Declared, viewer: Region): readonly Region[] {
  const traffic = declared.traffic ?? NO_TRAFFIC_CHANGES;
  const reachable = reachableFrom(declared, viewer).map(({ region }) => region);
  const named = orElse(
    reachable.filter((region) => !isSteered(traffic, viewer, region)),
    reachable,
  );
  return orElse(
    named.filter((region) => !isDrained(traffic, region)),
    named,
  );
}

const orElse = (some: readonly Region[], all: readonly Region[]): readonly Region[] => (some.length > 0 ? some : all);
