import type { EnteredState } from '../simulator/world.ts';
import type { ActName } from './acts/index.ts';
import { type Place, places } from './schedule.ts';

const placeKey = ({ workflow, state }: Place): string => `${workflow}/${state}`;
const known: ReadonlySet<string> = new Set(places.map(placeKey));

/** What happened while which run was where: 'Region dark' in 'reconcile/Apply', so many times. */
export class Meetings {
  /** By execution, where it is. */
  readonly #at = new Map<string, string>();
  readonly #standing = new Set<ActName>();
  readonly #counts = new Map<ActName, Map<string, number>>();

  entered({ machine, state, executionArn }: EnteredState): void {
    const place = `${machine.replace(/^landbridge-/, '')}/${state}`;
    // A state in which no time passes: the run is on its way to another, or over.
    if (!known.has(place)) {
      this.#at.delete(executionArn);
      return;
    }
    this.#at.set(executionArn, place);
    for (const what of this.#standing) this.#count(what, place);
  }

  /** It happens now; what lasts meets whoever comes to a state until it is `over`. */
  happens(what: ActName): void {
    for (const place of new Set(this.#at.values())) this.#count(what, place);
    this.#standing.add(what);
  }

  over(what: ActName): void {
    this.#standing.delete(what);
  }

  #count(what: ActName, place: string): void {
    const counts = this.#counts.get(what) ?? new Map<string, number>();
    this.#counts.set(what, counts);
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }

  counts(): Record<ActName, Record<string, number>> {
    return Object.fromEntries([...this.#counts].map(([what, of]) => [what, Object.fromEntries(of)]));
  }
}
