import type { EnteredState } from '../simulator/world.ts';
import type { ActName } from './acts/index.ts';
import { placeName, places } from './schedule.ts';

const known: ReadonlySet<string> = new Set(places.map(placeName));

const more = <Key>(counts: Map<Key, number>, key: Key, by = 1): void =>
  void counts.set(key, (counts.get(key) ?? 0) + by);

/** What happened while which run was where: 'Region dark' in 'reconcile/Apply', so many times. */
export class Meetings {
  /** How often a run was at each place, whatever happened. */
  readonly #visits = new Map<string, number>();
  /** By execution, where it is. */
  readonly #at = new Map<string, string>();
  /** What lasts, and how many of each stand. */
  readonly #standing = new Map<ActName, number>();
  readonly #counts = new Map<ActName, Map<string, number>>();

  entered({ machine, state, executionArn }: EnteredState): void {
    const place = `${machine.replace(/^landbridge-/, '')}/${state}`;
    // A state in which no time passes: the run is on its way to another, or over.
    if (!known.has(place)) {
      this.#at.delete(executionArn);
      return;
    }
    this.#at.set(executionArn, place);
    more(this.#visits, place);
    for (const [what, standing] of this.#standing) if (standing > 0) this.#count(what, place);
  }

  /** Where runs are now. */
  get now(): ReadonlySet<string> {
    return new Set(this.#at.values());
  }

  /** It was begun while runs were there, and it took place: what could not be done has met nobody. */
  happened(what: ActName, there: ReadonlySet<string>): void {
    for (const place of there) this.#count(what, place);
  }

  /** What lasts meets whoever comes to a state until it is `over`. */
  stands(what: ActName): void {
    more(this.#standing, what);
  }

  over(what: ActName): void {
    more(this.#standing, what, -1);
  }

  #count(what: ActName, place: string): void {
    const counts = this.#counts.get(what) ?? new Map<string, number>();
    this.#counts.set(what, counts);
    more(counts, place);
  }

  counts(): Record<ActName, Record<string, number>> {
    return Object.fromEntries([...this.#counts].map(([what, of]) => [what, Object.fromEntries(of)]));
  }

  visits(): Record<string, number> {
    return Object.fromEntries(this.#visits);
  }
}
