import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { WorldMs } from '../../clock.ts';
import { hasCome } from '../../horizon.ts';

/** Record sets by lower-case name with a trailing dot; the sets of one name are never changed in place. */
export type RecordsByName = Map<string, readonly Readonly<ResourceRecordSet>[]>;

/** What one accepted batch makes of the names it touches. */
interface PendingBatch {
  readonly answeredFromMs: WorldMs;
  readonly names: RecordsByName;
}

/**
 * A zone's records twice: as Route 53's API tells them (`accepted`) and as its name servers answer (`answered`).
 *
 * Between the two lies the time a change takes to reach every name server. It is caught up with when looked at,
 * so a zone nobody asks costs nothing.
 */
export interface RecordBook {
  readonly accepted: RecordsByName;
  readonly answered: RecordsByName;
  readonly pending: PendingBatch[];
}

export const newRecordBook = (): RecordBook => ({ accepted: new Map(), answered: new Map(), pending: [] });

const put = (into: RecordsByName, names: RecordsByName): void => {
  for (const [name, sets] of names) {
    if (sets.length === 0) into.delete(name);
    else into.set(name, sets);
  }
};

/** Accepts a batch: told by the API at once, answered from `answeredFromMs`. */
export function acceptBatch(book: RecordBook, names: RecordsByName, answeredFromMs: WorldMs): void {
  put(book.accepted, names);
  book.pending.push({ answeredFromMs, names });
}

/** The book with every batch answered that has arrived by now. */
export function batchesArrived(book: RecordBook, nowMs: WorldMs): RecordBook {
  while (book.pending[0] !== undefined && hasCome(book.pending[0].answeredFromMs, nowMs)) {
    const batch = book.pending.shift();
    if (batch !== undefined) put(book.answered, batch.names);
  }
  return book;
}
