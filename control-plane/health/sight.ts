import { PROBE_EVERY_MS } from '../model/agents.ts';
import type { Declared, Member } from '../model/fleet.ts';
import type { Region } from '../model/region.ts';
import { peersOf } from '../model/topology.ts';
import type { ProbeRow, Streak, Symptom } from './probe-row.ts';

/**
 * `unsure`: well by its state, and its newest round was bad, or it is the first that is sure of an end. It contradicts
 * nobody who says sick.
 */
export type Sees = 'sick' | 'unsure' | 'well';

/** One cell of the probe matrix: what one observer sees of one replica, or of the fleet's name. */
export interface Sight {
  readonly observer: Region;
  /** A Region, or 'name'. */
  readonly target: string;
  readonly sees: Sees;
  readonly streak: Streak;
  /** When the row was written. */
  readonly atMs: number;
}

/** The probe matrix as far as it is about the fleet: rows that count, and cells of links there are. */
export interface Field {
  /** Serving members that are judged, alphabetically. */
  readonly targets: readonly Region[];
  /** Of every judged member the judged ones it is linked with, whether or not they say anything. */
  readonly peers: ReadonlyMap<Region, readonly Region[]>;
  /** Of replicas; an observer's own replica is among them. */
  readonly sights: readonly Sight[];
  /** Of the name. */
  readonly names: readonly Sight[];
}

export const seesOf = ({ state, recent }: Streak): Sees =>
  state === 'sick' ? 'sick' : recent.endsWith('x') ? 'unsure' : 'well';

/** Sick until enough rounds were good, and the newest was: it is over, or it flaps. */
export const isMending = ({ sees, streak }: Sight): boolean => sees === 'sick' && streak.recent.endsWith('.');

/**
 * Whether a member is judged, and its word counts. One that is joining has links half made, and one that leaves has
 * them half removed: neither is trouble. Drained members are judged like all others.
 */
const isJudged = ({ phase, role, inTraffic }: Member): boolean =>
  phase === 'joined' && (role === 'client' || inTraffic);

/** It was sick within the rounds that are remembered. */
const isRecovered = ({ sees, streak }: Sight): boolean => sees === 'well' && streak.recent.includes('x');

/** When the first of its newest rounds that were good was asked. */
const answeredSinceMs = ({ atMs, streak: { recent } }: Sight): number =>
  atMs - (recent.length - 1 - recent.lastIndexOf('x') - 1) * PROBE_EVERY_MS;

/**
 * When a trouble ends, some are sure of it a beat before the others. As long as all who still say sick are mending, those
 * who have recovered are no evidence against it: otherwise every trouble would end as several small ones. Where somebody
 * does not mend, another trouble is behind that, and those who mend are taken at their newest word: they would make it
 * look wider than it is. Whoever has not asked since the last of the others was answered is not known not to mend.
 */
function atLastBeat(sight: Sight, all: readonly Sight[]): Sight {
  if (!isRecovered(sight) && !isMending(sight)) return sight;
  const onto = all.filter(({ target }) => target === sight.target);
  const sick = onto.filter(({ sees }) => sees === 'sick');
  const answeredMs = Math.max(...onto.filter((one) => isRecovered(one) || isMending(one)).map(answeredSinceMs));
  const isEnding = sick.length > 0 && sick.every((one) => isMending(one) || one.atMs < answeredMs);
  if (isRecovered(sight)) return isEnding ? { ...sight, sees: 'unsure' } : sight;
  return isEnding || !onto.some(isRecovered) ? sight : { ...sight, sees: 'well' };
}

export function fieldOf(declared: Declared, rows: readonly ProbeRow[]): Field {
  const members = declared.members.filter(isJudged);
  const judged = new Set(members.map(({ region }) => region));
  const peers = new Map(
    members.map(({ region }) => [
      region,
      peersOf(declared, region)
        .map((peer) => peer.region)
        .filter((peer) => judged.has(peer)),
    ]),
  );
  const targets = members
    .filter(({ role }) => role === 'serving')
    .map(({ region }) => region)
    .toSorted();

  const sights: Sight[] = [];
  const names: Sight[] = [];
  for (const { observer, atMs, replicas, name } of rows) {
    const linked = peers.get(observer);
    if (linked === undefined) continue;
    names.push({ observer, target: 'name', sees: seesOf(name), streak: name, atMs });
    for (const target of targets) {
      const streak = replicas[target];
      if (streak === undefined || !(target === observer || linked.includes(target))) continue;
      sights.push({ observer, target, sees: seesOf(streak), streak, atMs });
    }
  }
  return { targets, peers, sights: sights.map((sight) => atLastBeat(sight, sights)), names };
}

export const ownSight = ({ sights }: Field, region: Region): Sight | undefined =>
  sights.find(({ observer, target }) => observer === region && target === region);
/** What others see of it. */
export const onto = ({ sights }: Field, region: Region): readonly Sight[] =>
  sights.filter(({ observer, target }) => target === region && observer !== region);
/** What it sees of others. */
export const outOf = ({ sights }: Field, region: Region): readonly Sight[] =>
  sights.filter(({ observer, target }) => observer === region && target !== region);

export const thatSee = (sees: Sees, sights: readonly Sight[]): readonly Sight[] =>
  sights.filter((sight) => sight.sees === sees);

/** Whether everybody agrees on sick. Somebody must say so; who is unsure does not object. */
export const allSick = (sights: readonly Sight[]): boolean =>
  thatSee('sick', sights).length > 0 && thatSee('well', sights).length === 0;

/** As `allSick`, but one who sees it well among four or more is not believed: rather one of them errs than three links. */
export const nearlyAllSick = (sights: readonly Sight[]): boolean =>
  allSick(sights) || thatSee('sick', sights).length >= 3 * Math.max(1, thatSee('well', sights).length);

/** What most of those who see sick see it of; nothing where no symptom has more than half. */
export function majoritySymptom(sights: readonly Sight[]): Symptom | undefined {
  const sick = thatSee('sick', sights);
  const of = (symptom: Symptom): number => sick.filter(({ streak }) => streak.symptom === symptom).length;
  return sick.flatMap(({ streak }) => streak.symptom ?? []).find((symptom) => of(symptom) * 2 > sick.length);
}
