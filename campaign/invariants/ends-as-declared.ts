import type { Invariant } from './invariant.ts';

/** Once the weather clears, the fleet comes to be as declared, within what `play` gives it. */
export const endsAsDeclared: Invariant = {
  name: 'ends as declared',
  says: 'After the weather has cleared, everything comes to be as declared, nobody stays moved, and no run stays under way',
  watch: (_world, tell) => ({
    ended({ state, settledAtMs }) {
      if (settledAtMs !== undefined) return;
      const members = state.members.map(({ region, phase }) => `${region} ${phase}`).join(', ');
      const runs = state.runs.map(({ run }) => run).join(', ') || 'none';
      tell(
        `not as declared: members ${members}; runs ${runs}; intents ${[...state.intents.keys()].join(', ') || 'none'}`,
      );
    },
  }),
};
