import type { ActName } from '../acts/index.ts';
import type { Place } from '../schedule.ts';

/** A place, or an act at a place, that nothing leads to, and why. */
interface Impossible {
  readonly what?: ActName;
  readonly workflow: string;
  readonly states: readonly string[];
  readonly why: string;
}

/**
 * What cannot come together, all of it. Everything else can, and has to: as few as possible stand here, and each says which
 * line of the product sees to it.
 */
const impossible: readonly Impossible[] = [
  {
    workflow: 'offboard-region',
    states: ['Prove', 'WaitToAsk'],
    why: 'of what has left there is nothing to prove: control-plane/loop/decide.ts asks a way out for no proof, and only a proof waits to ask again',
  },
];

/** Why this never happens there; `undefined`: it can, and so it must. */
export const whyNever = (what: ActName, { workflow, state }: Place): string | undefined =>
  impossible.find(
    (one) => one.workflow === workflow && one.states.includes(state) && (one.what === undefined || one.what === what),
  )?.why;

/** Each reason once, with the places it is about. */
export const reasons: readonly { readonly of: string; readonly why: string }[] = impossible.map(
  ({ what, workflow, states, why }) => ({
    of: `${what === undefined ? '' : `${what} in `}${workflow}/${states.join(' and ')}`,
    why,
  }),
);
