import { AsyncLocalStorage } from 'node:async_hooks';

interface Holder {
  readonly name: string;
  /** The held work this one runs inside of. */
  readonly outer: Holder | undefined;
  /** Sleeps under way in this work: while there is one, it holds nothing. */
  sleepers: number;
  ended: boolean;
}

/**
 * Who keeps time from passing.
 *
 * Each piece of held work is a holder. Asleep, it lets go, and so does the work it runs inside of, which waits for it;
 * all other holders keep holding. Which holder a sleep belongs to follows the async context, not the call stack.
 */
export class Holds {
  readonly #current = new AsyncLocalStorage<Holder | undefined>();
  readonly #holding = new Set<Holder>();
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

  async during<Result>(work: () => Promise<Result>, name: string): Promise<Result> {
    const holder: Holder = { name, outer: this.#current.getStore(), sleepers: 0, ended: false };
    this.#grip(holder);
    try {
      return await this.#current.run(holder, work);
    } finally {
      holder.ended = true;
      this.#letGo(holder);
    }
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
