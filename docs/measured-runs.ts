/** What one run takes of Step Functions and Lambda. */
export interface RunCount {
  readonly what: string;
  readonly transitions: number;
  readonly tasks: number;
}

/**
 * Counted in the simulator at AWS's own pace, of the example fleet with three members. `test/local/run-counts.test.ts` counts
 * again, and says when they have changed by more than a tenth.
 */
export const measuredRuns = {
  join: { what: 'a join of a third member', transitions: 182, tasks: 70 },
  noOp: { what: 'a reconcile that finds nothing to do', transitions: 7, tasks: 3 },
  repair: { what: 'a peering is deleted: the run that makes it again', transitions: 26, tasks: 12 },
} as const satisfies Record<string, RunCount>;
