import type { Timer, WorldMs } from '../clock.ts';

interface Entry extends Timer {
  readonly atMs: WorldMs;
  readonly sequence: number;
  callback: (() => void) | undefined;
}

/**
 * Timers in the order they fall due; those of one instant in the order they were set.
 *
 * A cancelled timer stays in the heap without its callback until it surfaces, or until such timers are the majority:
 * time-outs are nearly always cancelled, and taking each one out at once would cost more than it frees.
 */
export class TimerHeap {
  #entries: Entry[] = [];
  #sequence = 0;
  #cancelled = 0;

  add(atMs: WorldMs, callback: () => void): Timer {
    if (!Number.isFinite(atMs)) throw new Error(`A timer is set for an instant, not for ${atMs}`);
    this.#sequence += 1;
    const entry: Entry = {
      atMs,
      sequence: this.#sequence,
      callback,
      cancel: () => {
        if (entry.callback === undefined) return;
        entry.callback = undefined;
        this.#cancelled += 1;
        if (this.#cancelled > 64 && this.#cancelled * 2 > this.#entries.length) this.#sweep();
      },
    };
    this.#entries.push(entry);
    this.#siftUp(this.#entries.length - 1);
    return entry;
  }

  /** When the next timer falls due, if there is one. */
  nextAtMs(): WorldMs | undefined {
    for (;;) {
      const [first] = this.#entries;
      if (first === undefined || first.callback !== undefined) return first?.atMs;
      this.#removeFirst();
      this.#cancelled -= 1;
    }
  }

  /** Takes out the next timer and returns its callback. Ask `nextAtMs` first: there must be one. */
  take(): () => void {
    const [first] = this.#entries;
    const callback = first?.callback;
    if (first === undefined || callback === undefined) throw new Error('take() without a timer that nextAtMs() saw');
    this.#removeFirst();
    first.callback = undefined; // so that a later cancel() does not count it
    return callback;
  }

  /** Timers that will still fire. */
  get size(): number {
    return this.#entries.length - this.#cancelled;
  }

  #removeFirst(): void {
    const last = this.#entries.pop();
    if (last === undefined || this.#entries.length === 0) return;
    this.#entries[0] = last;
    this.#siftDown(0);
  }

  #sweep(): void {
    this.#entries = this.#entries.filter(({ callback }) => callback !== undefined);
    this.#cancelled = 0;
    for (let index = (this.#entries.length >> 1) - 1; index >= 0; index -= 1) this.#siftDown(index);
  }

  #siftUp(from: number): void {
    const entries = this.#entries;
    const entry = entries[from] as Entry;
    let index = from;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = entries[parentIndex] as Entry;
      if (!isBefore(entry, parent)) break;
      entries[index] = parent;
      index = parentIndex;
    }
    entries[index] = entry;
  }

  #siftDown(from: number): void {
    const entries = this.#entries;
    const entry = entries[from] as Entry;
    let index = from;
    for (;;) {
      const leftIndex = 2 * index + 1;
      const left = entries[leftIndex];
      if (left === undefined) break;
      const right = entries[leftIndex + 1];
      const [childIndex, child] =
        right !== undefined && isBefore(right, left) ? [leftIndex + 1, right] : [leftIndex, left];
      if (!isBefore(child, entry)) break;
      entries[index] = child;
      index = childIndex;
    }
    entries[index] = entry;
  }
}

const isBefore = (one: Entry, other: Entry): boolean =>
  one.atMs < other.atMs || (one.atMs === other.atMs && one.sequence < other.sequence);
