import type { Cause } from '../health/finding.ts';
import type { ProbeRow } from '../health/probe-row.ts';
import type { Plan } from '../loop/plan.ts';
import type { Scope } from '../loop/scope.ts';
import type { Override, Situation } from '../policies/policy.ts';
import type { Steer } from '../traffic/traffic.ts';
import type { Incident, TimelineEntry } from './incident.ts';

/** All that `tend` decides by. */
export interface Occasion {
  /** With `declared.traffic`: where callers are sent at present. */
  readonly situation: Situation;
  readonly overrides: readonly Override[];
  /** Why somebody looks: 'probes: us-east-1', 'event: DeleteRoute in …', 'schedule'. */
  readonly signal: string;
  /** The run that is about to look, where one is: it looks where it was sent to, though it be asked again. */
  readonly run?: string | undefined;
  /** What a look has found, and where it looked. Left out: nobody has looked, and nothing is known of drift. */
  readonly look?: { readonly scope: Scope; readonly plan: Pick<Plan, 'steps' | 'waiting' | 'findings'> } | undefined;
  /** Where requests have been answered since the last write. Left out: none were made. */
  readonly proven?: Scope | undefined;
  /** What `situation.diagnosis` was made of: a fresh row in which all is well proves as much as a request does. Left out:
   * whoever the diagnosis does not discount counts as a witness, and nothing but `proven` proves a repair. */
  readonly rows?: readonly ProbeRow[] | undefined;
}

/** A run to be started, or gone on with: it looks in that scope and puts right what it finds. */
export interface Repair {
  readonly cause: Cause;
  readonly incident: string;
  /** `targets` where the drift is known, `regions` where it must be looked for. */
  readonly scope: Scope;
}

/**
 * What is to be done, all of it decided. Applied in this order: incidents, time lines, steers, repairs. The same
 * occasion with all that applied yields nothing to do.
 */
export interface Tending {
  /** Incidents that begin, as they are to be kept: perhaps mitigated or escalated at once. */
  readonly open: readonly Incident[];
  /** Incidents that are no longer what they were, closed and relabelled ones among them. */
  readonly update: readonly { readonly before: Incident; readonly after: Incident }[];
  readonly notes: readonly { readonly incident: string; readonly entry: TimelineEntry }[];
  readonly steer: readonly Steer[];
  readonly unsteer: readonly Steer[];
  /** Of `update`, those that are over. */
  readonly close: readonly Incident[];
  /** Of `open` and `update`, those that people are to be told of now. */
  readonly escalate: readonly { readonly incident: Incident; readonly says: string }[];
  readonly repair: readonly Repair[];
  /** All of it in one sentence. */
  readonly says: string;
}
