import type { LinkState, MemberState } from './fleet-view.ts';

/** How a member is, in the words of the commands and the documents: in the legend, on the map and in tables. */
export const memberWords: Readonly<Record<MemberState, string>> = {
  well: 'well',
  sick: 'sick',
  drained: 'evacuated',
  dark: 'dark',
  joining: 'joining',
  leaving: 'leaving',
  unheard: 'not heard of',
};

export const linkWords: Readonly<Record<LinkState, string>> = {
  well: 'well',
  steered: 'callers kept off',
  cut: 'cut',
  repairing: 'being repaired',
  idle: 'an end is dark',
  making: 'made or removed',
};
