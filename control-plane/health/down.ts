import { PROBE_EVERY_MS } from '../model/agents.ts';
import type { Region } from '../model/region.ts';
import type { Finding } from './finding.ts';
import { MOST_ROUNDS, type Symptom } from './probe-row.ts';
import { allSick, type Field, isMending, nearlyAllSick, onto, outOf, ownSight, type Sight, thatSee } from './sight.ts';
import { all, findingOf, observersOf } from './tell.ts';

/** Two beats: one that sees trouble writes at every beat, and two observers' beats are never at one moment. */
const SILENT_AFTER_MS = 2 * PROBE_EVERY_MS;
/** Its last word is from before the trouble. It may still come: an observer that is well writes once a minute. */
const NOT_SILENT_FOR_LONG = 0.75;
/** Those who say so may have lost each other for reasons of their own. */
const MAY_BE_THEIRS = 0.75;

/** A request that ends so was answered by nobody. */
const isNoAnswer = (symptom: Symptom | null): boolean => symptom === 'name' || symptom === 'connect';

const mostlyUnanswered = (sights: readonly Sight[]): boolean => {
  const sick = thatSee('sick', sights);
  return sick.filter(({ streak }) => isNoAnswer(streak.symptom)).length * 2 > sick.length;
};

/**
 * Members whose last word is from before others lost them. Their probers ask as often as the others': had they lived to
 * see the trouble, they would have written again. At least two others must lose them, one of them for sure, since one
 * can err; and those who are silent themselves by this rule have no say.
 */
export function silentIn(field: Field): ReadonlySet<Region> {
  const isLost = (region: Region): boolean => {
    const sick = thatSee('sick', onto(field, region));
    const own = ownSight(field, region);
    if (own === undefined || own.sees === 'sick' || sick.length === 0) return false;
    const newestMs = Math.max(...sick.map(({ atMs }) => atMs));
    return newestMs - own.atMs > SILENT_AFTER_MS && sick.every(({ streak }) => streak.sinceMs > own.atMs);
  };
  const lost = new Set(field.targets.filter(isLost));
  const isSilent = (region: Region): boolean => {
    const others = onto(field, region).filter(({ observer }) => !lost.has(observer));
    return others.length > 1 && nearlyAllSick(others);
  };
  return new Set([...lost].filter(isSilent));
}

/** One that sees none of at least two others: it is as likely the one that is cut off. */
const isCutOff = (field: Field, observer: Region): boolean => {
  const seen = outOf(field, observer);
  return seen.length > 1 && allSick(seen);
};

/** Its observer remembers fewer rounds than there were since others lost it: it was silent in between. */
const wasSilent = ({ streak, atMs }: Sight, { streak: { sinceMs } }: Sight): boolean =>
  streak.recent.length < MOST_ROUNDS && atMs - streak.recent.length * PROBE_EVERY_MS > sinceMs;

/**
 * Whether a member that was dark is there again: it sees all others well and never saw them otherwise, and those who lost
 * it are answered, only not for long enough yet; or have not asked since. One trouble keeps one name until it is over.
 */
function isBack(field: Field, own: Sight): boolean {
  const others = onto(field, own.target);
  const sick = thatSee('sick', others);
  const out = outOf(field, own.target);
  return (
    others.length > 1 &&
    sick.every((sight) => isMending(sight) || (sight.atMs < own.atMs && wasSilent(own, sight))) &&
    mostlyUnanswered(sick) &&
    out.length > 0 &&
    out.every(({ sees, streak }) => sees === 'well' && !streak.recent.includes('x'))
  );
}

/**
 * Whether a member itself is down, and how.
 *
 * It sees itself sick, and others do not outvote it: `replica`. It says nothing, and everybody else gets no answer:
 * `region`; or gets one that is not good: `replica` again, since somebody answers in its name. It sees itself well:
 * then it is not down, whoever cannot reach it.
 */
function downness(field: Field, region: Region, wasHeard: boolean): Finding | undefined {
  const others = onto(field, region);
  const own = ownSight(field, region);
  const sick = thatSee('sick', others);
  const well = thatSee('well', others);
  const them = all(observersOf(sick));
  const replica = (says: string, seen: readonly Sight[]): Finding =>
    findingOf(`replica/${region}`, says, { sick: seen, well: [] });

  if (own !== undefined && own.sees === 'sick') {
    const isOutvoted = others.length < 2 * well.length;
    if (isOutvoted) return undefined;
    const who =
      sick.length === 0
        ? 'it says so itself'
        : `it says so itself, and so ${sick.length === 1 ? 'does' : 'do'} ${them}`;
    return replica(`The replica in ${region} is sick: ${who}`, [own, ...others]);
  }
  if (sick.length === 0 || !nearlyAllSick(others)) return undefined;
  if (own?.sees === 'unsure')
    return replica(`The replica in ${region} is sick for ${them}, and about to be for itself`, [own, ...others]);
  if (own !== undefined) {
    if (!isBack(field, own)) return undefined;
    const says = `${region} is back, and ${them} have not been answered for long enough yet`;
    return findingOf(`region/${region}`, says, { sick: others, well: [own] }, NOT_SILENT_FOR_LONG);
  }
  if (!mostlyUnanswered(others))
    return replica(`The replica in ${region} answers ${them}, and not well; it says nothing itself`, others);

  const cutOff = observersOf(sick).filter((observer) => isCutOff(field, observer));
  if (cutOff.length === 1 && others.length === 1) return undefined;
  const says = wasHeard
    ? `${region} answers none of ${them}, and what it said last is from before`
    : `${region} answers nobody and says nothing: ${them} ${sick.length === 1 ? 'gets' : 'get'} no answer`;
  const theirs = sick.length > 1 && cutOff.length === sick.length;
  const why = `. ${all(cutOff)} do not reach each other either; but their networks failing would leave its silence unexplained, so it is the likeliest`;
  return findingOf(
    `region/${region}`,
    theirs ? says + why : says,
    { sick: others, well: [] },
    wasHeard ? NOT_SILENT_FOR_LONG : 1,
    theirs ? MAY_BE_THEIRS : 1,
  );
}

/** Members that are down themselves: their replica, or all of their Region. `silent` are those that spoke until now. */
export const downIn = (field: Field, silent: ReadonlySet<Region>): readonly Finding[] =>
  field.targets.flatMap((region) => downness(field, region, silent.has(region)) ?? []);
