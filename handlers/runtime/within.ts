import type { Runtime } from './runtime.ts';

/** Waits for the work, but no longer than this where the runtime can tell; `undefined` is for 'too late'. */
export const within = <Result>(runtime: Runtime, ms: number, work: Promise<Result>): Promise<Result | undefined> =>
  runtime.within === undefined ? work : runtime.within(ms, work);
