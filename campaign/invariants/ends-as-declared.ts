import type { Invariant } from './invariant.ts';

const MOST_SAID = 8;

/** Once the weather clears, the fleet comes to be as declared, within what `play` gives it. */
export const endsAsDeclared: Invariant = {
  name: 'ends as declared',
  says: 'After the weather has cleared, everything comes to be as declared, nobody stays moved, and no run stays under way',
  watch: (_world, tell) => ({
    ended({ state, settledAtMs, undone }) {
      if (settledAtMs !== undefined) return;
      const members = state.members.map(({ region, phase }) => `${region} ${phase}`).join(', ');
      tell(`${undone.slice(0, MOST_SAID).join('; ')}; members: ${members}`);
    },
  }),
};
