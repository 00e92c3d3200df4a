import { PROBE_EVERY_MS } from '../model/agents.ts';
import type { HealthSettings } from '../model/fleet.ts';
import type { Region } from '../model/region.ts';
import { MOST_ROUNDS, type Probe, type ProbeRow, type Streak, type Symptom } from './probe-row.ts';

/** One round of one observer's requests. */
export interface Round {
  readonly observer: Region;
  readonly atMs: number;
  readonly replicas: Readonly<Record<Region, Probe>>;
  readonly name: Probe;
  /** A client has none. */
  readonly bit?: Probe | undefined;
}

/** One thing that an observer thinks otherwise of than before. */
export interface Change {
  readonly about: `replica/${Region}` | 'name' | 'bit';
  readonly state: Streak['state'];
  readonly symptom: Symptom | null;
  /** 'eu-west-1 sees replica/us-east-1 sick (connect): no connection within 2000 ms' */
  readonly says: string;
}

/** A good answer that came too late for whoever asked is not a good one. */
export const judged = (probe: Probe, { slowMs }: HealthSettings): Probe =>
  probe.symptom === undefined && probe.latencyMs > slowMs ? { ...probe, symptom: 'slow' } : probe;

const isBad = (round: string | undefined): boolean => round === 'x';
const newest = (streak: Streak | null | undefined): string | undefined => streak?.recent.at(-1);

/**
 * What a streak's state becomes with its newest round.
 *
 * Sick after `failAfterRounds` bad rounds among twice as many. Not in a row only: a link that is up for 20 s and down for
 * 20 s never fails three times in a row, and loses half of what is sent through it. Only a bad round makes sick, so what has just
 * recovered does not relapse for rounds that were counted already.
 */
function stateAfter(recent: string, before: Streak['state'], settings: HealthSettings): Streak['state'] {
  const { failAfterRounds, recoverAfterRounds } = settings;
  if (before === 'sick') return recent.endsWith('.'.repeat(recoverAfterRounds)) ? 'well' : 'sick';
  if (!isBad(recent.at(-1))) return 'well';
  const bad = recent.slice(-2 * failAfterRounds).replaceAll('.', '').length;
  return bad >= failAfterRounds ? 'sick' : 'well';
}

const ALL_WELL = '.'.repeat(MOST_ROUNDS);

/** Well for as long as is remembered, and once more, in the same words: nothing about it changes. */
const isAsEver = (before: Streak, { symptom, latencyMs, says }: Probe): boolean =>
  symptom === undefined &&
  before.state === 'well' &&
  before.symptom === null &&
  before.recent === ALL_WELL &&
  before.latencyMs === latencyMs &&
  before.says === says;

function nextStreak(before: Streak | undefined, asked: Probe, atMs: number, settings: HealthSettings): Streak {
  const probe = judged(asked, settings);
  if (before !== undefined && isAsEver(before, probe)) return before;
  const recent = `${before?.recent ?? ''}${probe.symptom === undefined ? '.' : 'x'}`.slice(-MOST_ROUNDS);
  const state = stateAfter(recent, before?.state ?? 'well', settings);
  const remembers = state === 'sick' || recent.includes('x');
  return {
    state,
    sinceMs: before?.state === state ? before.sinceMs : atMs,
    recent,
    symptom: probe.symptom ?? (remembers ? (before?.symptom ?? null) : null),
    latencyMs: probe.latencyMs,
    says: probe.says,
  };
}

/** A longer pause is no lateness. */
const LONGEST_PAUSE_MS = 90_000;

/** After that it is another life: its member may have left in the meantime, and come back. */
const FORGOTTEN_AFTER_MS = 10 * 60_000;

/**
 * Rounds before a long pause are not 'in a row' with those after it. What was thought of the target stays, unless that was
 * too long ago to go by.
 */
function continued(streak: Streak | null | undefined, pausedMs: number): Streak | undefined {
  if (streak === null || streak === undefined || Math.abs(pausedMs) > FORGOTTEN_AFTER_MS) return undefined;
  return Math.abs(pausedMs) > LONGEST_PAUSE_MS ? { ...streak, recent: '' } : streak;
}

/**
 * An observer's row after one more round. A target that was not asked this time drops out.
 *
 * In      the row before, if there is one; the round, in any order
 * Bounds  `MOST_ROUNDS` rounds are remembered of each target
 */
export function nextRow(previous: ProbeRow | undefined, round: Round, settings: HealthSettings): ProbeRow {
  const { observer, atMs } = round;
  const pausedMs = previous === undefined ? PROBE_EVERY_MS : atMs - previous.atMs;
  const after = (before: Streak | null | undefined, probe: Probe): Streak =>
    nextStreak(continued(before, pausedMs), probe, atMs, settings);
  return {
    observer,
    atMs,
    replicas: Object.fromEntries(
      Object.entries(round.replicas).map(([region, probe]) => [region, after(previous?.replicas[region], probe)]),
    ),
    name: after(previous?.name, round.name),
    bit: round.bit === undefined ? null : after(previous?.bit, round.bit),
  };
}

type About = Change['about'];

/** What a row tells of, replicas alphabetically first. */
function streaksOf(row: ProbeRow): readonly (readonly [About, Streak])[] {
  const replicas = Object.keys(row.replicas).toSorted();
  return [
    ...replicas.flatMap((region) => {
      const streak = row.replicas[region];
      return streak === undefined ? [] : [[`replica/${region}`, streak] as const];
    }),
    ['name', row.name] as const,
    ...(row.bit === null ? [] : [['bit', row.bit] as const]),
  ];
}

/** Whether nothing became of anything: most rounds of most members are so. */
function isTheSame(previous: ProbeRow, next: ProbeRow): boolean {
  if (next.name !== previous.name || (next.bit !== null && next.bit !== previous.bit)) return false;
  for (const region in next.replicas) if (next.replicas[region] !== previous.replicas[region]) return false;
  return true;
}

/** What is thought otherwise of than before. What is new begins well, and what dropped out is no change. */
export function changesOf(previous: ProbeRow | undefined, next: ProbeRow): readonly Change[] {
  if (previous !== undefined && isTheSame(previous, next)) return [];
  const before = new Map(previous === undefined ? [] : streaksOf(previous));
  return streaksOf(next)
    .filter(([about, { state }]) => state !== (before.get(about)?.state ?? 'well'))
    .map(([about, { state, symptom, says }]) => ({
      about,
      state,
      symptom,
      says: `${next.observer} sees ${about} ${state}${state === 'sick' && symptom !== null ? ` (${symptom})` : ''}: ${says}`,
    }));
}

const isQuiet = ({ replicas, name, bit }: ProbeRow): boolean => {
  for (const region in replicas) if (isBad(newest(replicas[region]))) return false;
  return !isBad(newest(name)) && !isBad(newest(bit));
};

/**
 * Whether a row must be written now, and not at the next full minute as a sign of life.
 *
 * Every bad round is, and the first good one after it: whoever reads the table sees trouble begin and end within one
 * beat, and a fleet that is well writes once a minute.
 */
export function isNews(previous: ProbeRow | undefined, next: ProbeRow): boolean {
  if (previous === undefined || changesOf(previous, next).length > 0) return true;
  if (isTheSame(previous, next) && isQuiet(next)) return false;
  const before = new Map(streaksOf(previous));
  return streaksOf(next).some(([about, streak]) => isBad(newest(streak)) || isBad(newest(before.get(about))));
}
