import type { Place } from '../../service.ts';
import type { World } from '../../world.ts';

/** A run of a function that ended with an error: thrown, or by Lambda itself. One that went down with its Region is none. */
export interface FailedRun {
  readonly functionName: string;
  readonly place: Place;
  /** 'Error', 'Fault.Conflict', 'Sandbox.Timedout' ... */
  readonly errorType: string;
  readonly errorMessage: string;
}

const watchersOf = new WeakMap<World, Set<(run: FailedRun) => void>>();

/** Tells of every failed run in a world, whoever invoked the function and whether or not anybody waits for it. */
export function watchFailedRuns(world: World, tell: (run: FailedRun) => void): void {
  const watchers = watchersOf.get(world);
  if (watchers === undefined) watchersOf.set(world, new Set([tell]));
  else watchers.add(tell);
}

/** Costs nothing where nobody watches. `payload` as Lambda answers it. */
export function tellFailedRun(world: World, place: Place, functionName: string, payload: string): void {
  const watchers = watchersOf.get(world);
  if (watchers === undefined) return;
  const { errorType = '', errorMessage = '' } = JSON.parse(payload) as Partial<FailedRun>;
  for (const tell of watchers) tell({ functionName, place, errorType, errorMessage });
}
