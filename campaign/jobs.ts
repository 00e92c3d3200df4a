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
  readonly seeds: readonly string[];
  readonly options: ScheduleOptions;
}

export interface BugAnswer {
  readonly bug: string;
  /** How many worlds it took; `foundBy` is left out where none was enough. */
  readonly worlds: number;
  readonly foundBy?: { readonly invariant: string; readonly says: string };
  readonly cpuMs: number;
}
