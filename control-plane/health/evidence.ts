import type { Region } from '../model/region.ts';
import type { ProbeRow } from './probe-row.ts';

/** Rows are written once a minute at least: one older than this is of an observer that stopped, or whose clock is off. */
export const FRESH_FOR_MS = 90_000;
/** So far may an observer's clock be ahead of ours. */
export const AHEAD_MS = 10_000;

/** Whether what was written then says something about now. */
export const isFresh = ({ atMs }: { readonly atMs: number }, nowMs: number): boolean =>
  nowMs - atMs <= FRESH_FOR_MS && atMs - nowMs <= AHEAD_MS;

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
  for (const observer of [...new Set(rows.map((row) => row.observer))].toSorted()) {
    const own = rows.filter((row) => row.observer === observer).toSorted(newestFirst);
    const fresh = own.find((row) => isFresh(row, nowMs));
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
