import { freshRows } from '../health/evidence.ts';
import { type Cause, causeKind, causeName, regionsOf } from '../health/finding.ts';
import type { ProbeRow, Streak } from '../health/probe-row.ts';
import type { Region } from '../model/region.ts';
import type { Occasion } from './occasion.ts';

const nowWell = (streak: Streak | undefined): boolean => streak?.state === 'well' && streak.recent.endsWith('.');

/** What one observer asks that would fail if the cause were still there. */
function asked(cause: Cause, { observer, replicas, name }: ProbeRow): readonly (Streak | undefined)[] {
  const regions = regionsOf(cause);
  const others = Object.keys(replicas).filter((region) => region !== observer);
  switch (causeKind(cause)) {
    case 'link':
      return regions.includes(observer) ? regions.filter((end) => end !== observer).map((end) => replicas[end]) : [];
    case 'network':
      return regions.includes(observer)
        ? others.map((region) => replicas[region])
        : regions.map((region) => replicas[region]);
    case 'replica':
      return regions.map((region) => replicas[region]);
    case 'region':
      return regions.includes(observer)
        ? [...Object.values(replicas), name]
        : regions.map((region) => replicas[region]);
    case 'view':
      return regions.includes(observer) ? [name] : [];
    case 'observer':
      return regions.includes(observer) ? [...Object.values(replicas), name] : [];
    case 'fleet':
      return Object.values(replicas);
  }
}

/**
 * Whose requests show that a cause is gone: that nobody complains is no proof while nobody looks.
 *
 * In       the cause; since when a request counts
 * Returns  observers with a fresh row, written after that, in which such a request was answered well. Without rows to go
 *          by, those who could have asked and are not discounted: never for a repair, which they may not have seen
 */
export function witnesses({ situation, rows }: Occasion, cause: Cause, afterMs: number | undefined): readonly Region[] {
  const { nowMs, declared, diagnosis } = situation;
  const counts = (observer: Region): boolean => diagnosis.discounted[observer] === undefined;
  if (rows !== undefined)
    return freshRows(rows, nowMs)
      .usable.filter((row) => counts(row.observer) && (afterMs === undefined || row.atMs > afterMs))
      .filter((row) => asked(cause, row).some(nowWell))
      .map(({ observer }) => observer);
  if (afterMs !== undefined) return [];
  const kind = causeKind(cause);
  const isOwnOnly = kind === 'view' || kind === 'observer';
  return declared.members
    .map(({ region }) => region)
    .filter(counts)
    .filter((region) =>
      kind === 'link' ? regionsOf(cause).includes(region) : !isOwnOnly || region === causeName(cause),
    );
}
