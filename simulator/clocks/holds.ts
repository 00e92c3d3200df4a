import { AsyncLocalStorage } from 'node:async_hooks';
import { isLater, type Maybe } from '../maybe.ts';

interface Holder {
  readonly id: string;
  readonly name: string;
  /** The held work this one runs inside of. */
  readonly outer: Holder | undefined;
  /** Sleeps under way in this work: while there is one, it holds nothing. */
  sleepers: number;
  ended: boolean;
}

/**
 * Lets work that was asked for from within a hold, but runs in an async context of its own, sleep on that hold's behalf:
 * a request that a handler sends over a socket is answered outside of it, and the handler waits all the same.
 */
export interface SharesHolds {
  /** The hold that the caller runs in. */
  currentHold(): string | undefined;
  /** Runs work as part of a hold that is still going on; of one that is not, on its own. */
  withinHold<Result>(id: string, work: () => Result): Result;
}

export const sharesHolds = (clock: object): clock is SharesHolds => 'currentHold' in clock && 'withinHold' in clock;

/**
 * Who keeps time from passing.
 *
 * Each piece of held work is a holder. Asleep, it lets go, and so does the work it runs inside of, which waits for it;
 * all other holders keep holding. Which holder a sleep belongs to follows the async context, not the call stack.
 */
export class Holds implements SharesHolds {
  readonly #current = new AsyncLocalStorage<Holder | undefined>();
  readonly #holding = new Set<Holder>();
  /** Those that have not ended, asleep or not. */
  readonly #open = new Map<string, Holder>();
  #count = 0;
  readonly #onChange: () => void;

  /** `onChange` is called after time was first held and after it was last let go. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Whether anything keeps time from passing now. */
  get any(): boolean {
    return this.#holding.size > 0;
  }

  get names(): string[] {
    return [...this.#holding].map(({ name }) => name);
  }

  /** Work that is done at once holds nothing afterwards. */
  during<Result>(work: () => Maybe<Result>, name: string): Maybe<Result> {
    this.#count += 1;
    const id = String(this.#count);
    const holder: Holder = { id, name, outer: this.#current.getStore(), sleepers: 0, ended: false };
    this.#open.set(id, holder);
    this.#grip(holder);
    let isWaitedFor = false;
    try {
      const result = this.#current.run(holder, work);
      isWaitedFor = isLater(result);
      return isLater(result) ? this.#ending(holder, result) : result;
    } finally {
      if (!isWaitedFor) this.#end(holder);
    }
  }

  async #ending<Result>(holder: Holder, work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } finally {
      this.#end(holder);
    }
  }

  #end(holder: Holder): void {
    holder.ended = true;
    this.#open.delete(holder.id);
    this.#letGo(holder);
  }

  /** Lets go on behalf of the work that calls it. What it returns takes hold again. */
  release(): () => void {
    const sleeping: Holder[] = [];
    for (let holder = this.#current.getStore(); holder !== undefined; holder = holder.outer) sleeping.push(holder);
    for (const holder of sleeping) {
      holder.sleepers += 1;
      this.#letGo(holder);
    }
    return () => {
      for (const holder of sleeping) {
        holder.sleepers -= 1;
        if (holder.sleepers === 0 && !holder.ended) this.#grip(holder);
      }
    };
  }

  currentHold(): string | undefined {
    return this.#current.getStore()?.id;
  }

  withinHold<Result>(id: string, work: () => Result): Result {
    return this.#current.run(this.#open.get(id), work);
  }

  /** Runs a callback that belongs to no held work, whoever set it: a timer of a handler outlives the handler. */
  outside<Result>(callback: () => Result): Result {
    return this.#current.run(undefined, callback);
  }

  #grip(holder: Holder): void {
    this.#holding.add(holder);
    if (this.#holding.size === 1) this.#onChange();
  }

  #letGo(holder: Holder): void {
    if (this.#holding.delete(holder) && this.#holding.size === 0) this.#onChange();
  }
}
