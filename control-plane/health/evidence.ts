import type { Region } from '../model/region.ts';
import type { ProbeRow } from './probe-row.ts';

/** From so many observers on, rows cost more than probes: each is paid for once in every member's Region. */
const MANY_OBSERVERS = 20;
/** What may come between the moment a row is due and the moment it is read. */
const LATE_MS = 30_000;

/** How often an observer writes a row that says nothing new: where there are many, each one's silence matters less. */
export const quietRowsEveryMs = (observers: number): number => (observers > MANY_OBSERVERS ? 120_000 : 60_000);

/** One older than this is of an observer that stopped, or whose clock is off. */
export const freshForMs = (observers: number): number => quietRowsEveryMs(observers) + LATE_MS;
/** So far may an observer's clock be ahead of ours. */
export const AHEAD_MS = 10_000;

/** Whether what was written then says something about now. */
export const isFresh = ({ atMs }: { readonly atMs: number }, observers: number, nowMs: number): boolean =>
  nowMs - atMs <= freshForMs(observers) && atMs - nowMs <= AHEAD_MS;

export interface Evidence {
  /** One row per observer, the newest that counts, alphabetically. */
  readonly usable: readonly ProbeRow[];
  /** Observers with rows, none of which counts, and why. */
  readonly discounted: Readonly<Record<Region, string>>;
}

const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;

/** Rows in an order of their own, so that the order they come in decides nothing, not even between two of one moment. */
const newestFirst = (a: ProbeRow, b: ProbeRow): number => {
  if (a.atMs !== b.atMs) return b.atMs - a.atMs;
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
};

/**
 * The rows that say something about now.
 *
 * A row from long ago is what a dead prober thought last; one from the future is of a clock that is off, and nobody
 * knows by how much its 'since' are. Neither is evidence, for or against anybody.
 */
export function freshRows(rows: readonly ProbeRow[], nowMs: number): Evidence {
  const usable: ProbeRow[] = [];
  const discounted: Record<Region, string> = {};
  const observers = new Set(rows.map((row) => row.observer));
  for (const observer of [...observers].toSorted()) {
    const own = rows.filter((row) => row.observer === observer).toSorted(newestFirst);
    const fresh = own.find((row) => isFresh(row, observers.size, nowMs));
    const newest = own[0];
    if (fresh !== undefined) usable.push(fresh);
    else if (newest !== undefined)
      discounted[observer] =
        newest.atMs > nowMs
          ? `its row is ${seconds(newest.atMs - nowMs)} ahead of us: a clock is off`
          : `its row is ${seconds(nowMs - newest.atMs)} old: it says nothing about now`;
  }
  return { usable, discounted };
}
