import { allBounded } from './all-bounded.ts';
import { burstsFold } from './bursts-fold.ts';
import { endsAsDeclared } from './ends-as-declared.ts';
import { everyExecutionEnds } from './every-execution-ends.ts';
import { everyWriteJournalled } from './every-write-journalled.ts';
import { foreignUntouched } from './foreign-untouched.ts';
import { givenUpInTime } from './given-up-in-time.ts';
import type { Invariant } from './invariant.ts';
import { movedOnEvidence } from './moved-on-evidence.ts';
import { neverAnEmptyRecordSet } from './never-an-empty-record-set.ts';
import { neverTheLastHealthy } from './never-the-last-healthy.ts';
import { noReconcileDeletes } from './no-reconcile-deletes.ts';
import { noRefusals } from './no-refusals.ts';
import { noResourceOutsideTheJournal } from './no-resource-outside-the-journal.ts';
import { noUnhandledFailure } from './no-unhandled-failure.ts';
import { noWriteAfterALostFence } from './no-write-after-a-lost-fence.ts';
import { notToAndFro } from './not-to-and-fro.ts';
import { oneIncidentPerCause } from './one-incident-per-cause.ts';
import { oneWriter } from './one-writer.ts';
import { othersRoutesStay } from './others-routes-stay.ts';
import { quietWhenRight } from './quiet-when-right.ts';
import { recordsHangOnTheirOwn } from './records-hang-on-their-own.ts';
import { waitsForSomething } from './waits-for-something.ts';

/** What is so at every moment of every world. */
export const invariants: readonly Invariant[] = [
  oneWriter,
  noWriteAfterALostFence,
  neverAnEmptyRecordSet,
  recordsHangOnTheirOwn,
  neverTheLastHealthy,
  movedOnEvidence,
  notToAndFro,
  foreignUntouched,
  othersRoutesStay,
  noResourceOutsideTheJournal,
  everyWriteJournalled,
  noReconcileDeletes,
  allBounded,
  givenUpInTime,
  waitsForSomething,
  burstsFold,
  everyExecutionEnds,
  quietWhenRight,
  oneIncidentPerCause,
  noRefusals,
  noUnhandledFailure,
  endsAsDeclared,
];
