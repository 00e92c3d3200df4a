import type { Region } from '../model/region.ts';
import type { Finding } from './finding.ts';
import { type Field, onto, ownSight, type Sight, thatSee } from './sight.ts';
import { all, findingOf, observersOf } from './tell.ts';

/** There is nobody to compare it with. */
const NOBODY_ELSE = 0.5;

export interface Suspects {
  readonly findings: readonly Finding[];
  /** Whose word does not count, and why. */
  readonly discounted: Readonly<Record<Region, string>>;
  /** The field without it. */
  readonly field: Field;
}

/** What becomes of the word of an observer that sees nothing. */
interface Opinion {
  readonly counts: 'all' | 'of itself' | 'nothing';
  readonly because: string;
  readonly finding?: Finding;
}

const seenBy = ({ sights, names }: Field, observer: Region): readonly Sight[] =>
  [...sights, ...names].filter((sight) => sight.observer === observer);

const seesNothing = (seen: readonly Sight[]): boolean =>
  seen.some(({ target }) => target !== 'name') && seen.every(({ sees }) => sees === 'sick');

/** Being answered is hard to imagine, so at a tie whoever was answered is believed. */
const isSeenWell = (sights: readonly Sight[]): boolean => {
  const well = thatSee('well', sights).length;
  return well > 0 && well >= thatSee('sick', sights).length;
};

/** What others see of its replica. Of a client, which has none: what they see of the replicas that it cannot reach. */
const seenOfIt = (field: Field, observer: Region): readonly Sight[] =>
  field.targets.includes(observer)
    ? onto(field, observer)
    : field.sights.filter(
        (sight) => sight.observer !== observer && field.peers.get(observer)?.includes(sight.target) === true,
      );

/** Whether what others see shows that it is the observer. A client with one such replica only has a link, not a blindness. */
function isContradicted({ targets }: Field, observer: Region, seen: readonly Sight[]): boolean {
  if (targets.includes(observer)) return isSeenWell(seen);
  return targets.filter((target) => isSeenWell(seen.filter((sight) => sight.target === target))).length > 1;
}

function opinionOf(field: Field, sighted: Field, observer: Region): Opinion {
  const cause = `observer/${observer}` as const;
  const sick = seenBy(field, observer);
  if (seenOfIt(field, observer).length === 0) {
    // In a fleet of one there is nobody who could ever say otherwise: its word is all there is.
    if (field.peers.get(observer)?.length === 0) return { counts: 'all', because: '' };
    const because = 'it sees everything down, and nobody else says anything about it';
    const finding = findingOf(cause, `${observer} alone speaks: ${because}`, { sick, well: [] }, NOBODY_ELSE);
    return { counts: 'nothing', because, finding };
  }
  const seen = seenOfIt(sighted, observer);
  if (isContradicted(field, observer, seen)) {
    const what = ownSight(field, observer) === undefined ? 'what it cannot reach' : 'its replica';
    const because = `it sees everything down, and ${all(observersOf(thatSee('well', seen)))} can reach ${what}`;
    const finding = findingOf(cause, `${observer} cannot see: ${because}`, { sick, well: seen });
    return { counts: 'nothing', because, finding };
  }
  // Where everybody sees nothing, they agree. Where only some do, they are down, and say little about the rest.
  return field.targets.includes(observer) && sighted.sights.length > 0
    ? { counts: 'of itself', because: 'it sees everything down and is down itself: its word on others does not count' }
    : { counts: 'all', because: '' };
}

/**
 * Observers that see everything down: every replica, their own among them, and the name. One of those is more often a
 * prober that lost its way out than a world that ended, so its word is weighed against what others see.
 */
export function suspectsIn(field: Field): Suspects {
  const blind = observersOf(field.names).filter((observer) => seesNothing(seenBy(field, observer)));
  const sighted = { ...field, sights: field.sights.filter(({ observer }) => !blind.includes(observer)) };
  const opinions = new Map(blind.map((observer) => [observer, opinionOf(field, sighted, observer)]));

  const isHeard = ({ observer, target }: Sight): boolean => {
    const counts = opinions.get(observer)?.counts ?? 'all';
    return counts === 'all' || (counts === 'of itself' && target === observer);
  };
  const discounted = [...opinions].filter(([, { counts }]) => counts !== 'all');
  return {
    findings: [...opinions.values()].flatMap(({ finding }) => finding ?? []),
    discounted: Object.fromEntries(discounted.map(([observer, { because }]) => [observer, because])),
    field: { ...field, sights: field.sights.filter(isHeard), names: field.names.filter(isHeard) },
  };
}
