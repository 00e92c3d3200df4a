import type { Cause } from '../../control-plane/health/finding.ts';
import type { Region } from '../../control-plane/model/region.ts';
import type { TargetKey } from '../../control-plane/model/target.ts';
import type { CallsMade } from './calls-made.ts';
import type { Move } from './chronicle.ts';

/** How one fault went, in one world. Durations are of simulated time and begin where the fault did. */
export interface Course {
  readonly row: string;
  readonly seed: string;
  /** Of the incidents it opened, in their order, under the first name each of them had. */
  readonly causes: readonly Cause[];
  /** Of those that people were told of, in the order in which they were. */
  readonly escalated: readonly Cause[];
  readonly detectedAfterMs: number | undefined;
  /** Since when every request of those affected was answered, for half a minute at least. */
  readonly mitigatedAfterMs: number | undefined;
  /** As declared again. */
  readonly repairedAfterMs: number | undefined;
  /** Nothing open, nobody moved, everybody well: since it was over, where it ends by itself. */
  readonly normalAfterMs: number | undefined;
  /** What kept it from being so, where it was not within the limit. */
  readonly notNormal: string | undefined;
  readonly lost: { readonly affected: number; readonly others: number };
  /** By 'eu-central-1: connect'. */
  readonly lostBy: Readonly<Record<string, number>>;
  readonly callsUntilMitigated: CallsMade;
  /** Until it was over, where it ends by itself. */
  readonly callsWhileItLasts: CallsMade;
  readonly calls: CallsMade;
  readonly moves: readonly (Omit<Move, 'atMs'> & { readonly afterMs: number })[];
  /** Members whose bits were out of service while it lasted. */
  readonly outOfService: readonly Region[];
  /** Targets that were written to, but for records by which callers were moved. */
  readonly mended: readonly TargetKey[];
  /** All the time that passed in this world. */
  readonly simulatedMs: number;
  /** Whatever the fault itself has to say against how it went. */
  readonly objections: readonly string[];
}
