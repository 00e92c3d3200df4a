import { howMany } from '../model/how-many.ts';
import type { Region } from '../model/region.ts';
import type { Cause, Finding } from './finding.ts';
import { MOST_ROUNDS } from './probe-row.ts';
import { isMending, majoritySymptom, type Sight, thatSee } from './sight.ts';

/** Evidence of one observer only is half as sure: whoever says so may be the one that is wrong. */
const ONE_OBSERVER = 0.5;

const twoDigits = (number: number): string => String(number).padStart(2, '0');

/** '05:00:30Z' */
function timeOfDay(ms: number): string {
  const day = 86_400;
  const seconds = ((Math.floor(ms / 1_000) % day) + day) % day;
  return `${twoDigits(Math.floor(seconds / 3_600))}:${twoDigits(Math.floor(seconds / 60) % 60)}:${twoDigits(seconds % 60)}Z`;
}

/** '3 rounds', '12 rounds or more', or '6 of 12 rounds' where there were good ones between. */
function rounds(recent: string): string {
  const bad = recent.replaceAll('.', '').length;
  if (!recent.endsWith('x'.repeat(bad))) return `${bad} of ${recent.length} rounds`;
  if (bad === MOST_ROUNDS) return `${bad} rounds or more`;
  return howMany(bad, 'round');
}

/** 'us-east-1 to eu-west-1: connect, 3 rounds, since 05:00:30Z' */
function tell({ observer, target, sees, streak }: Sight): string {
  const whom = `${observer} to ${observer === target ? 'itself' : target === 'name' ? 'the name' : target}`;
  if (sees === 'well') return `${whom}: well, since ${timeOfDay(streak.sinceMs)}`;
  const what = `${whom}: ${streak.symptom ?? 'sick'}, ${rounds(streak.recent)}`;
  return sees === 'sick' ? `${what}, since ${timeOfDay(streak.sinceMs)}` : `${what}, not yet sick`;
}

/** 'a', 'a and b', 'a, b and c' */
export const all = (names: readonly Region[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
export const observersOf = (sights: readonly Sight[]): readonly Region[] =>
  [...new Set(sights.map(({ observer }) => observer))].toSorted();

/** What a cause makes everybody see, as against what they do see. */
export interface Expected {
  readonly sick: readonly Sight[];
  readonly well: readonly Sight[];
}

/** Who is unsure agrees by half, whatever was expected; so does who says sick and was answered just now. */
const agreement = (sights: readonly Sight[], sees: 'sick' | 'well'): number =>
  thatSee(sees, sights).length +
  thatSee('unsure', sights).length / 2 -
  (sees === 'sick' ? sights.filter(isMending).length / 2 : 0);

/** The share of sights that are as expected, less where all of them are one observer's, or by what makes the case weaker. */
function confidenceIn({ sick, well }: Expected, weakerBy: number): number {
  const total = sick.length + well.length;
  if (total === 0) return 0;
  const share = (agreement(sick, 'sick') + agreement(well, 'well')) / total;
  const alone = observersOf([...sick, ...well]).length < 2 ? ONE_OBSERVER : 1;
  return Math.round(share * alone * weakerBy * 100) / 100;
}

const bySight = (a: Sight, b: Sight): number =>
  a.observer === b.observer ? (a.target < b.target ? -1 : 1) : a.observer < b.observer ? -1 : 1;

/**
 * A cause with what it rests on: who sees what it explains, then who sees otherwise.
 *
 * In  says, without its full stop; what the cause makes everybody see; 0 to 1 for each thing that makes the case weaker
 */
export function findingOf(cause: Cause, says: string, expected: Expected, ...weaker: readonly number[]): Finding {
  const sick = thatSee('sick', expected.sick);
  const other = expected.sick.filter(({ sees }) => sees !== 'sick');
  const against = expected.well.filter(({ sees }) => sees !== 'well');
  const symptom = majoritySymptom(sick);
  return {
    cause,
    says: `${says}.`,
    ...(symptom !== undefined && { symptom }),
    confidence: confidenceIn(
      expected,
      weaker.reduce((product, factor) => product * factor, 1),
    ),
    sinceMs: Math.min(...sick.map(({ streak }) => streak.sinceMs)),
    seenBy: observersOf([...sick, ...thatSee('sick', against)]),
    evidence: [sick.toSorted(bySight), other.toSorted(bySight), against.toSorted(bySight)].flat().map(tell),
  };
}
