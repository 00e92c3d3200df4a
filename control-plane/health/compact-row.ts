import type { Region } from '../model/region.ts';
import { MOST_ROUNDS, type ProbeRow, type Streak } from './probe-row.ts';

/**
 * A probe row as it is kept: of what is well, and was in every round, no more than how long it took. A row of 34 members
 * is less than a kilobyte so, which is what DynamoDB bills, once for every Region that has a replica.
 */
export interface CompactRow {
  readonly observer: Region;
  readonly atMs: number;
  /** How many rounds its observer remembers of what is well; left out: as many as it ever does. A few: it is back from silence. */
  readonly rounds?: number;
  /** Milliseconds. */
  readonly well: Readonly<Record<Region, number>>;
  readonly other: Readonly<Record<Region, Streak>>;
  readonly name: number | Streak;
  readonly bit: number | Streak | null;
}

const isQuiet = ({ state, recent }: Streak): boolean => state === 'well' && !recent.includes('x');
const compact = (streak: Streak): number | Streak => (isQuiet(streak) ? Math.round(streak.latencyMs) : streak);

export function compactRow({ observer, atMs, replicas, name, bit }: ProbeRow): CompactRow {
  const all = Object.entries(replicas);
  const quiet = [...Object.values(replicas), name].filter(isQuiet);
  const rounds = Math.min(MOST_ROUNDS, ...quiet.map(({ recent }) => recent.length));
  return {
    observer,
    atMs,
    ...(rounds < MOST_ROUNDS && { rounds }),
    well: Object.fromEntries(
      all.filter(([, streak]) => isQuiet(streak)).map(([region, { latencyMs }]) => [region, Math.round(latencyMs)]),
    ),
    other: Object.fromEntries(all.filter(([, streak]) => !isQuiet(streak))),
    name: compact(name),
    bit: bit === null ? null : compact(bit),
  };
}

const known = new WeakMap<CompactRow, ProbeRow>();

/** The row again. Since when something is well is not kept: nothing goes by it. */
export function fullRow(compacted: CompactRow): ProbeRow {
  let row = known.get(compacted);
  if (row === undefined) known.set(compacted, (row = unfolded(compacted)));
  return row;
}

function unfolded({ observer, atMs, rounds = MOST_ROUNDS, well, other, name, bit }: CompactRow): ProbeRow {
  const full = (kept: number | Streak): Streak =>
    typeof kept !== 'number'
      ? kept
      : {
          state: 'well',
          sinceMs: atMs,
          recent: '.'.repeat(rounds),
          symptom: null,
          latencyMs: kept,
          says: `well, after ${kept} ms`,
        };
  return {
    observer,
    atMs,
    replicas: {
      ...Object.fromEntries(Object.entries(well).map(([region, latencyMs]) => [region, full(latencyMs)])),
      ...other,
    },
    name: full(name),
    bit: bit === null ? null : full(bit),
  };
}
