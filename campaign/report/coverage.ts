import { type ActName, actNames, actOf } from '../acts/index.ts';
import { type Place, placeName, places } from '../schedule.ts';
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

/**
 * Cells in few words: states that nothing came to, by workflow, and then by place, for whom it is empty.
 *
 * 'drill/Begin, Hold, Record: nothing at all', 'drill/Restore: route deleted, Region dark and 7 more'
 */
export function inWords(cells: readonly Cell[], most: number): readonly string[] {
  const byPlace = [...Map.groupBy(cells, ({ place }) => placeName(place))].map(([place, of]) => ({ place, of }));
  const isBare = ({ of }: { readonly of: readonly Cell[] }): boolean => of.length === drawnActs.length;
  const bare = byPlace.filter(isBare).flatMap(({ of }) => of.slice(0, 1).map(({ place }) => place));
  return [
    ...[...Map.groupBy(bare, ({ workflow }) => workflow)].map(
      ([workflow, states]) => `${workflow}/${states.map(({ state }) => state).join(', ')}: nothing at all`,
    ),
    ...byPlace
      .filter((one) => !isBare(one))
      .toSorted((a, b) => b.of.length - a.of.length)
      .map(({ place, of }) => {
        const more = of.length - most;
        const named = of.slice(0, most).map(({ what }) => what);
        return `${place}: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
      }),
  ];
}
