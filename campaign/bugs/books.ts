import type { Bug } from './bug.ts';

/** What is about to be done is written down before, and what was done after. */
export const books: readonly Bug[] = [
  {
    name: 'a write is announced after it was made',
    file: 'handlers/apply-plan.ts',
    of: `      await this.#leases.whileHeld(lease, this.#announcing(step, intent));
      calls.push(what);
      const answer = await this.#runtime.call(call);
`,
    instead: `      const answer = await this.#runtime.call(call);
      await this.#leases.whileHeld(lease, this.#announcing(step, intent));
      calls.push(what);
`,
  },
  {
    name: 'only the first write of a step is announced',
    file: 'handlers/apply-plan.ts',
    of: 'await this.#leases.whileHeld(lease, this.#announcing(step, intent));',
    instead: 'await this.#leases.whileHeld(lease, calls.length === 0 ? this.#announcing(step, intent) : []);',
  },
  {
    name: 'an intent is closed though its write may have taken place',
    file: 'handlers/apply-plan.ts',
    of: "if (error.fault !== 'Unavailable' && !this.#halfMade.has(step.key)) this.#finished.add(step.key);",
    instead: 'this.#finished.add(step.key);',
    only: ['answers get lost'],
    anHour: 40,
    // While members join: that is when most is made.
    hours: 1.5,
  },
  {
    name: 'a step that failed is not journalled',
    // Not of what was not answered: its intent stays, and whoever finds it tells of it.
    file: 'handlers/apply-plan.ts',
    of: '      this.#note(step, error.fault, `${step.action} ${step.key} failed: ${error.message}`, {',
    instead:
      "      if (error.fault !== 'Throttled') this.#note(step, error.fault, `${step.action} ${step.key} failed: ${error.message}`, {",
    only: ['calls are throttled', 'calls are throttled', 'tags removed'],
  },
  {
    name: 'what a handler that died has written is not journalled',
    file: 'handlers/runtime/note-interrupted.ts',
    of: 'await new Journal(runtime).append(',
    instead: 'if (run !== undefined) await new Journal(runtime).append(',
    only: ['whoever writes dies', 'whoever writes dies', 'functions crash', 'reconcile', 'record deleted'],
  },
  {
    name: 'what DynamoDB left out of a batch is dropped',
    file: 'handlers/runtime/table.ts',
    of: 'left = (UnprocessedItems?.[this.name] ?? []) as typeof left;',
    instead: 'left = ((UnprocessedItems === undefined ? undefined : []) ?? []) as typeof left;',
    only: ['batches are done in part'],
  },
];
