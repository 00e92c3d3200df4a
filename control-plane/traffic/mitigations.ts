import { type Cause, causeKind, causeName, type Diagnosis, regionsOf } from '../health/finding.ts';
import type { Declared } from '../model/fleet.ts';
import type { Region } from '../model/region.ts';
import { isLately } from '../model/units.ts';
import { hasSomebodyElse, isAllSick, isFoundSick, isSickFor, reachableFrom, servingInTraffic } from './in-service.ts';
import { NO_TRAFFIC_CHANGES, type Steer } from './traffic.ts';

interface Pair {
  readonly viewer: Region;
  readonly avoid: Region;
}

/**
 * Which callers should be kept off whom now, because of what is found. Those of a ramp are not among them.
 *
 * Only for links and networks. A member that is sick itself has its health bit, which takes it out of every view without
 * a call; of names, observers and a fleet that is sick as a whole no steer makes anything better.
 *
 * Reads    findings, what callers can reach, drains, steers that stand, health.coolDownSeconds
 * Returns  every steer that should stand, those that stand already as they are. One whose cause is gone stays until the
 *          cool-down is over; none leaves callers without somebody else to ask.
 *          While every serving member is sick, what stands stays, and nothing begins
 */
export function mitigations(declared: Declared, diagnosis: Diagnosis, nowMs: number): readonly Steer[] {
  const standing = (declared.traffic ?? NO_TRAFFIC_CHANGES).steers.filter(({ cause }) => cause !== 'ramp');
  if (isAllSick(declared, diagnosis)) return standing;
  const coolDownMs = declared.fleet.health.coolDownSeconds * 1_000;
  const isFresh = ({ sinceMs }: Steer): boolean => isLately(sinceMs, nowMs, coolDownMs);
  const isSick = ({ viewer, avoid }: Pair): boolean => isSickFor(diagnosis, viewer, avoid);
  // Whoever is well again and may be asked again is somebody else to ask, for those who are to be kept off another.
  const unlessOver = withoutSteers(declared, (steer) => !isSick(steer) && !isFresh(steer));
  const isNeeded = (steer: Steer): boolean => !isSick(steer) && !hasSomebodyElse(steer, unlessOver, diagnosis);
  const asSteered = withoutSteers(unlessOver, isNeeded);

  const serving = new Set(servingInTraffic(declared).map(({ region }) => region));
  const wanted = new Map<string, Steer>();
  for (const { cause, says } of diagnosis.findings)
    for (const pair of pairsOf(cause, declared)) {
      const key = nameOf(pair);
      if (!serving.has(pair.avoid) || wanted.has(key) || !hasSomebodyElse(pair, asSteered, diagnosis)) continue;
      const stands = standing.find((steer) => nameOf(steer) === key);
      wanted.set(key, stands ?? { ...pair, sinceMs: nowMs, because: says, cause });
    }
  for (const steer of standing) {
    if (wanted.has(nameOf(steer)) || !(isFresh(steer) || isMasked(steer, diagnosis))) continue;
    // One after the other: two that stay could each take the other's replica for somebody else to ask.
    const asKept = withoutSteers(declared, (one) => wanted.get(nameOf(one)) === undefined);
    if (hasSomebodyElse(steer, asKept, diagnosis)) wanted.set(nameOf(steer), steer);
  }
  return [...wanted.values()];
}

/** What is the matter with one of the two hides whether they reach each other: nothing shows that this is over. */
const isMasked = ({ viewer, avoid }: Steer, diagnosis: Diagnosis): boolean =>
  [viewer, avoid].some((region) => isFoundSick(diagnosis, region));

/** As if some steers had ended; those of a ramp end by themselves. */
function withoutSteers(declared: Declared, isOver: (steer: Steer) => boolean): Declared {
  const { drains, steers } = declared.traffic ?? NO_TRAFFIC_CHANGES;
  return { ...declared, traffic: { drains, steers: steers.filter((one) => one.cause === 'ramp' || !isOver(one)) } };
}

const nameOf = ({ viewer, avoid }: Pair): string => `${viewer}>${avoid}`;

/** Whose callers a cause keeps from whom, both ways. */
function pairsOf(cause: Cause, declared: Declared): readonly Pair[] {
  const both = (a: Region, b: Region): readonly Pair[] => [
    { viewer: a, avoid: b },
    { viewer: b, avoid: a },
  ];
  const canReach = ({ viewer, avoid }: Pair): boolean =>
    reachableFrom(declared, viewer).some(({ region }) => region === avoid);
  if (causeKind(cause) === 'link') {
    const [a = '', b = ''] = regionsOf(cause);
    return both(a, b).filter(canReach);
  }
  if (causeKind(cause) !== 'network') return [];
  const cutOff = causeName(cause);
  const others = declared.members.filter(({ region }) => region !== cutOff).toSorted((a, b) => a.sequence - b.sequence);
  return others.flatMap(({ region }) => both(region, cutOff)).filter(canReach);
}
