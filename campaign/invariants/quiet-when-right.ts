import { isResourceWrite, nameOf } from '../our-calls.ts';
import type { Invariant } from './invariant.ts';

const MOST_NAMED = 3;

/** Once everything is as declared and nobody does anything, nothing more is written. */
export const quietWhenRight: Invariant = {
  name: 'quiet when right',
  says: 'After everything was as declared, nothing is written to any resource any more',
  watch(_world, tell) {
    /** The newest last. */
    const written: { readonly atMs: number; readonly what: string }[] = [];
    return {
      called(made) {
        if (!isResourceWrite(made)) return;
        written.push({ atMs: made.atMs, what: nameOf(made) });
      },
      ended({ settledAtMs }) {
        if (settledAtMs === undefined) return;
        const late = written.filter(({ atMs }) => atMs > settledAtMs);
        const first = late
          .slice(0, MOST_NAMED)
          .map(({ what, atMs }) => `${what} after ${(atMs - settledAtMs) / 1_000} s`);
        if (late.length > 0) tell(`${late.length} writes after everything was as declared: ${first.join(', ')}`);
      },
    };
  },
};
