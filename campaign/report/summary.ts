import { percentile } from '../../bench/report.ts';
import { BIN_MS, type CourseLine, type Ordeal } from '../course.ts';
import type { WorldAnswer } from '../jobs.ts';
import type { Played, Violation } from '../play.ts';
import { HOUR_MS, MINUTE_MS, type ScheduleOptions } from '../schedule.ts';
import { type Band, bandOf, logBins } from './shape.ts';

/** How long incidents of one kind took, in logarithmic bins by how they ended. */
export interface Repairs {
  /** 'link'; 'all' of all of them */
  readonly kind: string;
  readonly incidents: number;
  /** Of those that a repair put right; NaN where there is none. */
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly mostMs: number;
  readonly bins: Readonly<Record<Ordeal['ended'], readonly number[]>>;
}

/** One stretch of `BIN_MS` of all worlds' time. */
export interface Stretch {
  /** Its beginning, after each world's. */
  readonly fromMs: number;
  /** A minute, over worlds. */
  readonly reads: Band;
  readonly writes: Band;
  /** Of requests that somebody could have answered, the share that was, over worlds; the mean is of all requests. Left out: nobody asked. */
  readonly availability: Band | undefined;
}

/** Of one world, what lists of them need. */
export interface WorldLine {
  readonly seed: string;
  readonly members: number;
  readonly cpuSeconds: number;
  readonly acts: number;
  readonly reads: number;
  readonly writes: number;
  readonly digest: string;
}

/** How a whole campaign went. */
export interface Summary {
  readonly options: ScheduleOptions;
  readonly worlds: number;
  readonly simulatedHours: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly reads: number;
  readonly writes: number;
  /** How many worlds had so many members. */
  readonly byMembers: Readonly<Record<number, number>>;
  readonly done: Readonly<Record<string, number>>;
  readonly missed: Readonly<Record<string, number>>;
  /** What happened, by where runs were; and how often runs were there. */
  readonly meetings: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly visits: Readonly<Record<string, number>>;
  readonly violations: readonly (Violation & { readonly seed: string })[];
  /** Worlds that came to no end, and why. */
  readonly failed: readonly { readonly seed: string; readonly failed: string }[];
  /** From the end of the weather until everything was as declared, over all worlds that got there. */
  readonly settledAfterMs: { readonly p50: number; readonly p99: number; readonly most: number };
  /** Each of them, in minutes and ascending; and how many never got there. */
  readonly settledMinutes: readonly number[];
  readonly neverSettled: number;
  /** Kinds with most incidents first. */
  readonly repairs: readonly Repairs[];
  /** The same of all kinds together. */
  readonly allRepairs: Repairs;
  /** Only those in which most worlds still went on. */
  readonly stretches: readonly Stretch[];
  /** The earliest end of the weather, after a world's beginning. */
  readonly clearedAfterMs: number;
  /** What callers sent, and what became of it. */
  readonly asked: { readonly answered: number; readonly needless: number; readonly helpless: number };
  /** Every world that came to an end, in the order of seeds. */
  readonly played: readonly WorldLine[];
}

const LOW_AND_HIGH: readonly [number, number] = [0.1, 0.9];
/** Most worlds lose nothing at all in a stretch: only the least lucky ones show. */
const UNLUCKIEST: readonly [number, number] = [0.05, 1];

const sumOf = (counts: Iterable<number>): number => {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
};

function added(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const one of counts) for (const [what, count] of Object.entries(one)) sum[what] = (sum[what] ?? 0) + count;
  return sum;
}

/** Of requests that somebody could have answered, the share that was. NaN where there was none. */
export const availabilityOf = ({ answered, needless }: Pick<Summary['asked'], 'answered' | 'needless'>): number =>
  answered / (answered + needless);

function repairsOfKind(kind: string, of: readonly Ordeal[]): Repairs {
  const timesOf = (ended: Ordeal['ended']): readonly number[] =>
    of.filter((one) => one.ended === ended).map(({ lastedMs }) => lastedMs);
  const repaired = timesOf('repaired');
  return {
    kind,
    incidents: of.length,
    p50Ms: percentile(repaired, 0.5),
    p90Ms: percentile(repaired, 0.9),
    mostMs: repaired.length === 0 ? Number.NaN : Math.max(...repaired),
    bins: { repaired: logBins(repaired), passed: logBins(timesOf('passed')), never: logBins(timesOf('never')) },
  };
}

function repairsOf(ordeals: readonly Ordeal[]): readonly Repairs[] {
  return [...Map.groupBy(ordeals, ({ kind }) => kind)]
    .map(([kind, of]) => repairsOfKind(kind, of))
    .toSorted((a, b) => b.incidents - a.incidents);
}

function stretchesOf(played: readonly Played[]): readonly Stretch[] {
  // The last bin of a world is not a whole one.
  const whole = played.map(({ course, simulatedMs }) => ({ course, bins: Math.floor(simulatedMs / BIN_MS) }));
  const longest = Math.max(0, ...whole.map(({ bins }) => bins));
  const stretches: Stretch[] = [];
  for (let at = 0; at < longest; at += 1) {
    const there = whole.filter(({ bins }) => bins > at);
    if (there.length * 2 < played.length) break;
    const countsOf = (line: CourseLine): readonly number[] => there.map(({ course }) => course[line][at] ?? 0);
    const aMinute = (line: CourseLine): Band | undefined =>
      bandOf(
        countsOf(line).map((count) => (count * MINUTE_MS) / BIN_MS),
        LOW_AND_HIGH,
      );
    const [answered, needless] = [countsOf('answered'), countsOf('needless')];
    const shares = answered
      .map((count, world) => availabilityOf({ answered: count, needless: needless[world] ?? 0 }))
      .filter((share) => !Number.isNaN(share));
    const band = bandOf(shares, UNLUCKIEST);
    const [reads, writes] = [aMinute('reads'), aMinute('writes')];
    if (reads === undefined || writes === undefined) break;
    const mean = availabilityOf({ answered: sumOf(answered), needless: sumOf(needless) });
    stretches.push({ fromMs: at * BIN_MS, reads, writes, availability: band && { ...band, mean } });
  }
  return stretches;
}

const lineOf = ({ seed, members, cpuMs, done, reads, writes, digest }: Played): WorldLine => ({
  seed,
  members,
  cpuSeconds: cpuMs / 1_000,
  acts: sumOf(Object.values(done)),
  reads,
  writes,
  digest,
});

export function summaryOf(
  answers: readonly WorldAnswer[],
  wallSeconds: number,
  options: ScheduleOptions = {},
): Summary {
  const played = answers.flatMap((answer) => ('played' in answer ? [answer.played] : []));
  const sum = (of: (one: Played) => number): number => sumOf(played.map(of));
  const settled = played
    .flatMap(({ settledAfterMs }) => (settledAfterMs === undefined ? [] : [settledAfterMs]))
    .toSorted((a, b) => a - b);
  const ordeals = played.flatMap((one) => one.ordeals);
  const whats = [...new Set(played.flatMap(({ meetings }) => Object.keys(meetings)))];
  return {
    options,
    worlds: answers.length,
    simulatedHours: sum(({ simulatedMs }) => simulatedMs) / HOUR_MS,
    cpuSeconds: sum(({ cpuMs }) => cpuMs) / 1_000,
    wallSeconds,
    reads: sum(({ reads }) => reads),
    writes: sum(({ writes }) => writes),
    byMembers: added(played.map(({ members }) => ({ [members]: 1 }))),
    done: added(played.map(({ done }) => done)),
    missed: added(played.map(({ missed }) => missed)),
    meetings: Object.fromEntries(
      whats.map((what) => [what, added(played.map(({ meetings }) => meetings[what] ?? {}))]),
    ),
    visits: added(played.map(({ visits }) => visits)),
    violations: played.flatMap(({ seed, violations }) => violations.map((violation) => ({ ...violation, seed }))),
    failed: answers.flatMap((answer) => ('failed' in answer ? [answer] : [])),
    settledAfterMs: {
      p50: percentile(settled, 0.5),
      p99: percentile(settled, 0.99),
      most: settled.at(-1) ?? Number.NaN,
    },
    settledMinutes: settled.map((ms) => ms / MINUTE_MS),
    neverSettled: played.length - settled.length,
    repairs: repairsOf(ordeals),
    allRepairs: repairsOfKind('all', ordeals),
    stretches: stretchesOf(played),
    clearedAfterMs: Math.min(...played.map(({ clearedAfterMs }) => clearedAfterMs)),
    asked: {
      answered: sum(({ course }) => sumOf(course.answered)),
      needless: sum(({ course }) => sumOf(course.needless)),
      helpless: sum(({ course }) => sumOf(course.helpless)),
    },
    played: played.map(lineOf),
  };
}

/** 'npm run simulate -- --replay 17', with whatever else made that world. */
export function replayOf(seed: string, { members, hours, anHour, only }: ScheduleOptions): string {
  const words = [`--replay ${seed}`];
  if (members !== undefined && members.join('..') !== '3..10') words.push(`--members ${members.join('..')}`);
  if (hours !== undefined && hours !== 6) words.push(`--hours ${hours}`);
  if (anHour !== undefined && anHour !== 6) words.push(`--an-hour ${anHour}`);
  if (only?.length === 0) words.push('--weather clear');
  else if (only !== undefined) words.push(`--weather "${only.join(',')}"`);
  return `npm run simulate -- ${words.join(' ')}`;
}
