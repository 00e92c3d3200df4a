import { causeKind, causeName, type Diagnosis, regionsOf } from '../health/finding.ts';
import type { Declared, Member } from '../model/fleet.ts';
import type { Region } from '../model/region.ts';
import { peersOf } from '../model/topology.ts';
import { isDrained, isSteered, NO_TRAFFIC_CHANGES, type Steer } from './traffic.ts';

/** Whether views name it at all, as long as nothing is the matter. */
const isNamed = ({ role, phase, inTraffic }: Member): boolean =>
  role === 'serving' && inTraffic && (phase === 'joining' || phase === 'joined');

/** Every member that callers are sent to as declared, by sequence. */
export const servingInTraffic = ({ members }: Declared): readonly Member[] =>
  members.filter(isNamed).toSorted((a, b) => a.sequence - b.sequence);

/** Whom a member's callers can be sent to as declared: itself first where it serves, then its peers by sequence. */
export function reachableFrom(declared: Declared, viewer: Region): readonly Member[] {
  const self = declared.members.find(({ region }) => region === viewer);
  return self === undefined ? [] : [self, ...peersOf(declared, viewer)].filter(isNamed);
}

/** The diagnosis has something against the member itself, for callers from elsewhere at least. */
export const isFoundSick = ({ findings }: Diagnosis, region: Region): boolean =>
  findings.some(({ cause }) => {
    const kind = causeKind(cause);
    if (kind === 'fleet') return true;
    return (kind === 'replica' || kind === 'region' || kind === 'network') && causeName(cause) === region;
  });

/** The diagnosis has something against one member's callers being sent to another. */
export function isSickFor({ findings }: Diagnosis, viewer: Region, region: Region): boolean {
  return findings.some(({ cause }) => {
    const regions = regionsOf(cause);
    switch (causeKind(cause)) {
      case 'fleet':
        return true;
      case 'replica':
      case 'region':
        return regions.includes(region);
      // Within its own network nothing of this is felt: a member always reaches itself.
      case 'network':
        return viewer !== region && (regions.includes(viewer) || regions.includes(region));
      case 'link':
        return viewer !== region && regions.includes(viewer) && regions.includes(region);
      // Names, and whoever tells of them, say nothing of a replica.
      case 'view':
      case 'observer':
        return false;
    }
  });
}

/** Whom one member's callers could be sent to and be answered well: neither drained, nor kept off, nor sick for them. */
export function wellFor(declared: Declared, diagnosis: Diagnosis, viewer: Region): readonly Member[] {
  const traffic = declared.traffic ?? NO_TRAFFIC_CHANGES;
  return reachableFrom(declared, viewer).filter(
    ({ region }) =>
      !isDrained(traffic, region) && !isSteered(traffic, viewer, region) && !isSickFor(diagnosis, viewer, region),
  );
}

/** The members that carry the fleet's load at present: neither drained nor found sick. */
export const inService = (declared: Declared, diagnosis: Diagnosis): readonly Member[] =>
  servingInTraffic(declared).filter(
    ({ region }) => !isDrained(declared.traffic ?? NO_TRAFFIC_CHANGES, region) && !isFoundSick(diagnosis, region),
  );

/** Where everybody left is as sick, or sicker, a steer would only change which error callers get. */
export const hasSomebodyElse = (
  { viewer, avoid }: Pick<Steer, 'viewer' | 'avoid'>,
  declared: Declared,
  diagnosis: Diagnosis,
): boolean => wellFor(declared, diagnosis, viewer).some(({ region }) => region !== avoid);

/** Callers with nobody well to ask but the one that they are kept off. */
export const isLeftAlone = (
  { viewer, avoid }: Pick<Steer, 'viewer' | 'avoid'>,
  declared: Declared,
  diagnosis: Diagnosis,
): boolean =>
  !isDrained(declared.traffic ?? NO_TRAFFIC_CHANGES, avoid) &&
  !isSickFor(diagnosis, viewer, avoid) &&
  wellFor(declared, diagnosis, viewer).length === 0;

/** Every serving member is sick at once: there is nowhere to send anybody. */
export function isAllSick(declared: Declared, diagnosis: Diagnosis): boolean {
  const serving = servingInTraffic(declared);
  return serving.length > 0 && serving.every(({ region }) => isFoundSick(diagnosis, region));
}
