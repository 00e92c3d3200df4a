import type { Cause, Diagnosis } from '../health/finding.ts';
import type { Incident } from '../incidents/incident.ts';
import type { RunSoFar } from '../loop/decide.ts';
import type { Step } from '../loop/plan.ts';
import type { Declared } from '../model/fleet.ts';
import type { Region } from '../model/region.ts';
import type { TargetKey } from '../model/target.ts';

/** Something that somebody, or the loop itself, is about to do. */
export type Proposal =
  /** One step of a plan. */
  | { readonly what: 'repair'; readonly step: Step; readonly purpose: RunSoFar['purpose'] }
  | { readonly what: 'steer'; readonly viewer: Region; readonly avoid: Region; readonly cause: Cause }
  | { readonly what: 'unsteer'; readonly viewer: Region; readonly avoid: Region; readonly cause: Cause }
  | { readonly what: 'evacuate'; readonly region: Region; readonly by: string }
  | { readonly what: 'restore'; readonly region: Region; readonly by: string }
  | { readonly what: 'drill'; readonly region: Region; readonly by: string }
  /** Takes a member out of the fleet for good. */
  | { readonly what: 'offboard'; readonly region: Region; readonly by: string };

/** What policies go by. Everything in it was read at one time. */
export interface Situation {
  readonly nowMs: number;
  readonly declared: Declared;
  readonly diagnosis: Diagnosis;
  /** Open ones, and those closed within the last hour. */
  readonly incidents: readonly Incident[];
  /** Every step this plan would take, so that one of them can be judged by their number. */
  readonly steps: readonly Step[];
  /** Targets the fleet wants, of all kinds. */
  readonly fleetSize: number;
  /** When traffic was last moved, by 'viewer>avoid' for steers and by Region for drains. */
  readonly movedAtMs: Readonly<Record<string, number>>;
  /** What whoever asks for it has the approval of: 'evacuate/eu-west-1'. */
  readonly approvals: readonly string[];
  /** When repairs of single targets were begun within the last hour, whether an incident tells of them or not. */
  readonly repairsAtMs?: Readonly<Record<TargetKey, readonly number[]>> | undefined;
  /** When parts of replicas that answer callers were last changed, or may have been, within the last hour. */
  readonly changedAtMs?: Readonly<Record<TargetKey, number>> | undefined;
}

/** `hold`: not now, ask again later. `refuse`: not at all, unless somebody overrides it by name. */
export type Verdict =
  | { readonly verdict: 'allow' }
  | { readonly verdict: 'hold'; readonly because: string; readonly lookAgainAtMs: number }
  | { readonly verdict: 'refuse'; readonly because: string };

/** Lowers the verdict on a proposal, or leaves it. Pure, and total: what it has nothing to say of, it allows. */
export type Policy = (proposal: Proposal, situation: Situation) => Verdict;

/** Somebody answers for letting one policy pass, for a while. Journalled when it is given and whenever it is used. */
export interface Override {
  /** The policy's name, 'last-healthy-member'. */
  readonly policy: string;
  /** What it is for: 'evacuate/eu-west-1', 'steer/us-east-1>eu-west-1', 'repair/stage/eu-west-1'; 'repair/*' for all of them. */
  readonly proposal: string;
  readonly by: string;
  readonly why: string;
  readonly expiresAtMs: number;
}

/** What all policies together say, strictest first, with every reason kept. */
export interface Judgement {
  readonly verdict: Verdict['verdict'];
  /** Of what was held or refused and not overridden, strictest first. */
  readonly reasons: readonly { readonly policy: string; readonly verdict: Verdict }[];
  readonly lookAgainAtMs?: number | undefined;
  /** Overrides that lifted something. */
  readonly overridden: readonly Override[];
}

export const ALLOW: Verdict = { verdict: 'allow' };

export const hold = (because: string, lookAgainAtMs: number): Verdict => ({ verdict: 'hold', because, lookAgainAtMs });

export const refuse = (because: string): Verdict => ({ verdict: 'refuse', because });

/** Proposals that put things right: what a join or a departure does was asked for, and policies on repairs let it be. */
export const isRepair = (
  proposal: Proposal,
): proposal is Extract<Proposal, { readonly what: 'repair' }> & { readonly purpose: 'reconcile' | 'repair' } =>
  proposal.what === 'repair' && (proposal.purpose === 'reconcile' || proposal.purpose === 'repair');
