import type { Cause } from '../health/finding.ts';
import type { TargetKey } from '../model/target.ts';

/** Something that callers feel or may feel, from its first signal to its end. One per cause, whatever number of symptoms it has. */
export interface Incident {
  /** '20261121T050000Z-link-eu-west-1~us-east-1' */
  readonly id: string;
  readonly cause: Cause;
  /** Grows with every change of it: whoever changes what they read, checks it. Left out: it is as it was opened. */
  readonly revision?: number | undefined;
  /** `mitigated`: callers are steered round it. `escalated`: people were told, and nothing more is tried. Open all three. */
  readonly status: 'open' | 'mitigated' | 'escalated' | 'closed';
  readonly openedAtMs: number;
  /** The first signal: 'event: DeleteVpcPeeringConnection in …', 'probes', 'alarm …', 'schedule'. */
  readonly openedBy: string;
  /** What was thought of it last, one sentence. */
  readonly says: string;
  readonly confidence: number;
  /** The earliest moment that any evidence names: before anybody knew of it. */
  readonly sinceMs?: number | undefined;
  /** Parts of its member's replica that were changed, or may have been, shortly before it began: changes like that are made nowhere else yet. */
  readonly changed?: readonly TargetKey[] | undefined;
  /** When callers were moved, when what was wrong was put right, and when it was over. */
  readonly mitigatedAtMs?: number | undefined;
  readonly repairedAtMs?: number | undefined;
  readonly closedAtMs?: number | undefined;
  /** When repairs of it were begun: the budget counts them. */
  readonly repairsAtMs: readonly number[];
  /** What else it was taken for, the first one first: by probes, or before a better explanation was found. */
  readonly formerly?: readonly Cause[] | undefined;
  /** Probes have named it: then it is over only when they no longer do. */
  readonly seenByProbes?: boolean | undefined;
  /** What was not as declared when its resources were looked at last, and callers feel. Left out: never looked at. */
  readonly targets?: readonly TargetKey[] | undefined;
  /** Targets that repairs were begun of: one that drifts again needs a further repair, and others go on with the first. */
  readonly tried?: readonly TargetKey[] | undefined;
  /** When the last of them was begun, or gone on with. */
  readonly triedAtMs?: number | undefined;
  /** What people were told of it. */
  readonly escalatedFor?: readonly Escalation[] | undefined;
  /** What they are being told, or did not hear: whoever looks a while after somebody began to tell them, tells them. */
  readonly untold?: readonly string[] | undefined;
  /** When somebody last began to. */
  readonly tellingAtMs?: number | undefined;
  /** When its resources were looked at last, or a run was sent to look. */
  readonly lookedAtMs?: number | undefined;
  /** The run that was sent to look last: one that died of it before it knew is sent again. */
  readonly sent?: string | undefined;
  /** What was decided of it last, and why: told again only when it changes. */
  readonly decided?: string | undefined;
}

/**
 * Why people are told: every serving member is sick; nothing is there to be repaired; repairs do not hold; something that
 * is not the fleet's stands in the way; its Region or its resources cannot be looked at.
 */
export type Escalation = 'all-sick' | 'nothing-to-repair' | 'budget-spent' | 'in-the-way' | 'not-looked-at';

export interface TimelineEntry {
  readonly atMs: number;
  readonly what: 'opened' | 'evidence' | 'decision' | 'mitigation' | 'repair' | 'proof' | 'escalated' | 'closed';
  /** One plain sentence. */
  readonly says: string;
}
