import type { Runtime } from '../runtime/runtime.ts';

/** What a function remembers from one invocation to the next, as long as its container lives. */
export class Remembered<Value> {
  readonly #byContainer = new WeakMap<object, Value>();

  of({ container }: Runtime): Value | undefined {
    return container === undefined ? undefined : this.#byContainer.get(container);
  }

  keep({ container }: Runtime, value: Value): void {
    if (container !== undefined) this.#byContainer.set(container, value);
  }
}
