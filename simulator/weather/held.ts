/** Counts who wants a thing held down, so that one that lets go leaves those that are like it. */
export class Held {
  readonly #counts = new Map<string, number>();

  /** `first` is called for the first that wants it and `last` when nobody does any more. What it returns lets go. */
  hold(what: string, first: () => void, last: () => void): () => void {
    const before = this.#counts.get(what) ?? 0;
    this.#counts.set(what, before + 1);
    if (before === 0) first();
    return () => {
      const left = (this.#counts.get(what) ?? 1) - 1;
      if (left > 0) {
        this.#counts.set(what, left);
        return;
      }
      this.#counts.delete(what);
      last();
    };
  }
}
