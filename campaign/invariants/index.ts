import { allBounded } from './all-bounded.ts';
import { endsAsDeclared } from './ends-as-declared.ts';
import { everyExecutionEnds } from './every-execution-ends.ts';
import { everyWriteJournalled } from './every-write-journalled.ts';
import { foreignUntouched } from './foreign-untouched.ts';
import type { Invariant } from './invariant.ts';
import { neverAnEmptyRecordSet } from './never-an-empty-record-set.ts';
import { neverTheLastHealthy } from './never-the-last-healthy.ts';
import { noReconcileDeletes } from './no-reconcile-deletes.ts';
import { noRefusals } from './no-refusals.ts';
import { noResourceOutsideTheJournal } from './no-resource-outside-the-journal.ts';
import { noUnhandledFailure } from './no-unhandled-failure.ts';
import { noWriteAfterALostFence } from './no-write-after-a-lost-fence.ts';
import { oneIncidentPerCause } from './one-incident-per-cause.ts';
import { oneWriter } from './one-writer.ts';
import { quietWhenRight } from './quiet-when-right.ts';

/** What is so at every moment of every world. */
export const invariants: readonly Invariant[] = [
  oneWriter,
  noWriteAfterALostFence,
  neverAnEmptyRecordSet,
  neverTheLastHealthy,
  foreignUntouched,
  noResourceOutsideTheJournal,
  everyWriteJournalled,
  noReconcileDeletes,
  allBounded,
  everyExecutionEnds,
  quietWhenRight,
  oneIncidentPerCause,
  noRefusals,
  noUnhandledFailure,
  endsAsDeclared,
];
