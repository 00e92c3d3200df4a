import { books } from './books.ts';
import type { Bug } from './bug.ts';
import { creations } from './creations.ts';
import { faults } from './faults.ts';
import { leases } from './leases.ts';
import { moves } from './moves.ts';
import { ownership } from './ownership.ts';
import { repairs } from './repairs.ts';
import { runs } from './runs.ts';

/** Mistakes that somebody could really make, of every mechanism that keeps a fleet safe. */
export const bugs: readonly Bug[] = [
  ...leases,
  ...books,
  ...creations,
  ...ownership,
  ...faults,
  ...repairs,
  ...moves,
  ...runs,
];
