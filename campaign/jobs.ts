import type { Played } from './play.ts';
import type { ScheduleOptions } from './schedule.ts';

/** One world for a worker to play. */
export interface WorldJob {
  readonly seed: string;
  readonly options: ScheduleOptions;
}

/** A world that came to no end says why. */
export type WorldAnswer = { readonly played: Played } | { readonly seed: string; readonly failed: string };

/** A deliberate mistake to be found, in worlds of these seeds, one after the other. */
export interface BugJob {
  readonly bug: string;
  /** The product is left as it is: to see that what was found in such a world is the mistake. */
  readonly isLeftOut?: true;
  readonly seeds: readonly string[];
  readonly options: ScheduleOptions;
}

export interface BugAnswer {
  readonly bug: string;
  /** How many worlds it took; `foundBy` is left out where none was enough. */
  readonly worlds: number;
  readonly foundBy?: { readonly invariant: string; readonly says: string };
  /** What is found in the same world of the product as it is: then the mistake is not what was found. */
  readonly withoutIt?: string | undefined;
  readonly cpuMs: number;
}
