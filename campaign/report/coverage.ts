import { type ActName, actNames, actOf } from '../acts/index.ts';
import { type Place, places } from '../schedule.ts';
import { whyNever } from './impossible.ts';

/** What happened, by where runs were. */
export type Met = Readonly<Record<ActName, Readonly<Record<string, number>>>>;

/** One act at one place. */
export interface Cell {
  readonly what: ActName;
  readonly place: Place;
  readonly times: number;
  /** Why it cannot be. Left out: it can. */
  readonly whyNever: string | undefined;
}

export const placeName = ({ workflow, state }: Place): string => `${workflow}/${state}`;

/** What schedules are made of: a row of the coverage each. */
export const drawnActs: readonly ActName[] = actNames.filter((what) => actOf(what).isDrawn);

/** One row: an act at every place. */
const rowOf = (met: Met, what: ActName): readonly Cell[] =>
  places.map((place) => ({
    what,
    place,
    times: met[what]?.[placeName(place)] ?? 0,
    whyNever: whyNever(what, place),
  }));

export interface Coverage {
  readonly rows: readonly { readonly what: ActName; readonly cells: readonly Cell[] }[];
  readonly possible: number;
  /** Those that can be, and never were. */
  readonly missing: readonly Cell[];
  /** Those that were, and were taken for impossible: the reason is wrong. */
  readonly mistaken: readonly Cell[];
}

/** Everything that can happen, by every state in which a run can be met by it. */
export function coverageOf(met: Met): Coverage {
  const rows = drawnActs.map((what) => ({ what, cells: rowOf(met, what) }));
  const cells = rows.flatMap((row) => row.cells);
  const can = cells.filter((cell) => cell.whyNever === undefined);
  return {
    rows,
    possible: can.length,
    missing: can.filter(({ times }) => times === 0),
    mistaken: cells.filter(({ whyNever: why, times }) => why !== undefined && times > 0),
  };
}

/** Cells in few words: by place, for whom it is empty. 'drill/Hold: route deleted, Region dark and 7 more' */
export function inWords(cells: readonly Cell[], most: number): readonly string[] {
  const byPlace = Map.groupBy(cells, ({ place }) => placeName(place));
  return [...byPlace]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([place, of]) => {
      const more = of.length - most;
      const named = of.slice(0, most).map(({ what }) => what);
      return of.length === drawnActs.length
        ? `${place}: nothing at all`
        : `${place}: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    });
}
