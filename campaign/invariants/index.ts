import { endsAsDeclared } from './ends-as-declared.ts';
import type { Invariant } from './invariant.ts';
import { oneWriter } from './one-writer.ts';

export const invariants: readonly Invariant[] = [oneWriter, endsAsDeclared];
