import type { Course } from '../local/faults/course.ts';

/** One trial that a worker is given. */
export interface Job {
  readonly row: string;
  readonly seed: string;
  /** With nobody in home who is told of anything. */
  readonly alone: boolean;
}

export interface Tried extends Job {
  readonly course: Course;
  /** What every fault, and this one in particular, is held to and was not. */
  readonly held: readonly string[];
  readonly wallMs: number;
}

/** What a worker sends back: a trial that could not be made at all says why. */
export type Answer = { readonly tried: Tried } | { readonly job: Job; readonly failed: string };
