import { isFault } from '../../control-plane/model/faults.ts';
import { type EpochMs, epochMs } from '../../control-plane/model/units.ts';
import type { Pace } from './pace.ts';
import type { Table } from './table.ts';

/** Longer than this nobody stands in line: the function that waits has an end of its own. */
export const LONGEST_LINE_MS = 90_000;
/** Nobody whose clock is right has booked that far ahead: the line begins anew, so that no wrong one keeps everybody waiting. */
const ABSURD_MS = 2 * LONGEST_LINE_MS;
/** Somebody else books between the two questions now and then; never this often. */
const ATTEMPTS = 3;

/** The partition that the rows are in. */
export const PACE = 'pace';

/**
 * Turns at a bucket that every run of the account draws on: one row per bucket, which says when the call that is next in turn
 * is due. To book is to move that moment on. A turn that is not used, because whoever booked it died, passes by like any other:
 * nothing is held, so there is nothing to give back.
 *
 * Reads, writes  `pace`, in home's replica of the state table: one conditional update a booking, two where it was taken wrongly
 *                for idle or for busy
 */
export class BookedTurns {
  readonly #table: Table;
  readonly #nowMs: () => EpochMs;
  /** By bucket, when the line ended that this invocation saw last. */
  readonly #seenMs = new Map<string, number>();

  constructor(table: Table, nowMs: () => EpochMs) {
    this.#table = table;
    this.#nowMs = nowMs;
  }

  /**
   * Books so many calls in a row, and answers when the first is due: in the past, where it need not wait. `undefined`: the line is
   * too long to stand in.
   *
   * Faults  those of the state table
   */
  async book(bucket: string, { atOnce, perSecond }: Pace, calls: number): Promise<EpochMs | undefined> {
    const tookMs = Math.ceil((calls * 1_000) / perSecond);
    const savedMs = Math.floor(((atOnce - 1) * 1_000) / perSecond);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const nowMs = this.#nowMs();
      const idleMs = nowMs - savedMs;
      const isBusy = (this.#seenMs.get(bucket) ?? 0) >= idleMs;
      const endsMs =
        (attempt % 2 === 1) === isBusy
          ? await this.#queue(bucket, { tookMs, idleMs, longestMs: nowMs + LONGEST_LINE_MS })
          : await this.#begin(bucket, { tookMs, idleMs, absurdMs: nowMs + ABSURD_MS });
      if (endsMs === undefined) continue;
      this.#seenMs.set(bucket, endsMs);
      return epochMs(endsMs - tookMs);
    }
    return undefined;
  }

  /** Nobody is in line, and as many may be made at once as ever. */
  #begin(
    bucket: string,
    { tookMs, idleMs, absurdMs }: { readonly tookMs: number; readonly idleMs: number; readonly absurdMs: number },
  ): Promise<number | undefined> {
    return this.#update(bucket, {
      set: 'SET dueMs = :due',
      condition: 'attribute_not_exists(dueMs) OR dueMs < :idle OR dueMs > :absurd',
      values: { ':due': idleMs + tookMs, ':idle': idleMs, ':absurd': absurdMs },
    });
  }

  /** At the end of the line. */
  #queue(
    bucket: string,
    { tookMs, idleMs, longestMs }: { readonly tookMs: number; readonly idleMs: number; readonly longestMs: number },
  ): Promise<number | undefined> {
    return this.#update(bucket, {
      set: 'ADD dueMs :took',
      condition: 'dueMs BETWEEN :idle AND :longest',
      values: { ':took': tookMs, ':idle': idleMs, ':longest': longestMs },
    });
  }

  async #update(bucket: string, expression: Parameters<Table['update']>[1]): Promise<number | undefined> {
    try {
      const { dueMs } = await this.#table.update({ pk: PACE, sk: bucket }, expression);
      return dueMs as number;
    } catch (error) {
      if (isFault(error, 'Conflict')) return undefined;
      throw error;
    }
  }
}
