/**
 * What a function of the control plane does to AWS beyond reading the fleet in the state table, which all of them do. Its
 * role is computed from it (`permissions/`): it may do that, and nothing else.
 */
export type Need =
  /** Writes rows of the state table: journal, plans, findings, drains. */
  | 'notes'
  /** Changes who is a member, on condition that nobody changed the fleet meanwhile. */
  | 'members'
  /** Takes a member that has left off the table. */
  | 'farewells'
  /** Moves callers, on condition that nobody moved any and that no member came or went meanwhile, and puts it on record. */
  | 'moves'
  /** Lets callers back, on the same condition. */
  | 'ways back'
  /** Opens, notes and closes incidents, and tells people. */
  | 'incidents'
  /** Closes what somebody who died has begun. */
  | 'interruptions'
  /** Takes leases, proves them at each write, and gives them back. */
  | 'leases'
  /** Books turns at the buckets of calls that all runs of an account share. */
  | 'turns'
  /** Asks whether an execution is still at work. */
  | 'executions'
  /** Stops a join that the sweep went on with, where somebody wants the member out. */
  | 'stops resumed joins'
  /** Has probe agents make requests, in every member's VPC. */
  | 'probes'
  /** Is called with events and answers nobody: those that it failed on, each time it was tried, are put aside. */
  | 'events'
  /** Reads whatever any kind reads, in every Region. */
  | 'surveys'
  /** Reads one member's endpoint. */
  | 'endpoints'
  /** Reads what a Region has to have before it may join. */
  | 'admission'
  /** Makes, changes and removes what a fleet owns. */
  | 'writes'
  /** Starts runs of this workflow. */
  | `start ${'reconcile' | 'repair'}`;
