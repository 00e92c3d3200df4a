const MOST_CHARACTERS = 1_000_000;

/**
 * The payload of an invocation by one of AWS's own front doors, within the process: an event that is made for it and given
 * away, so that nobody needs to write it out and read it again. What comes back is text, and not bytes.
 *
 * The event must be such as JSON would bring over unchanged: no `undefined`, no dates, nothing that others hold.
 */
export class OwnEvent {
  /** What every event of its kind has in common, as text: two that have it in common differ in ids and instants alone. Left out: nobody knows. */
  readonly common: string | undefined;
  readonly #bodyCharacters: number;
  readonly #make: () => object;
  #event: object | undefined;

  constructor(make: () => object, body: string | undefined, common?: string) {
    this.#make = make;
    this.#bodyCharacters = body?.length ?? 0;
    this.common = common;
  }

  /** Made when it is first looked at. */
  get event(): object {
    this.#event ??= this.#make();
    return this.#event;
  }

  /** Whether it is written out after all: if it is too large is told by its bytes. */
  get isLarge(): boolean {
    return this.#bodyCharacters > MOST_CHARACTERS;
  }

  /** For whoever looks at the call. */
  toString(): string {
    return JSON.stringify(this.event);
  }
}

export const payloadOf = (event: OwnEvent): OwnEvent | string => (event.isLarge ? event.toString() : event);
