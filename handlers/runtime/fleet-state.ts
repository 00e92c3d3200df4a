import type { RunSoFar } from '../../control-plane/loop/decide.ts';
import type { Scope } from '../../control-plane/loop/scope.ts';
import type { Entrance } from '../../control-plane/model/entrance.ts';
import { Fault } from '../../control-plane/model/faults.ts';
import { fingerprint } from '../../control-plane/model/fingerprint.ts';
import type { Declared, Member } from '../../control-plane/model/fleet.ts';
import type { Intent } from '../../control-plane/model/intent.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { keyOf, type LeaseScope, type TargetKey } from '../../control-plane/model/target.ts';
import type { HealthState } from './health-store.ts';
import type { Lease } from './lease.ts';
import type { StandsIn } from './requester.ts';

/** A run that is under way, so that others leave its targets to it. */
export interface Run {
  readonly run: string;
  readonly purpose: RunSoFar['purpose'];
  readonly scope: Scope;
  readonly seenAtMs: number;
  /** It found nothing to do when it looked last, and only waits for proof: what drifts now is anybody's. */
  readonly isSettled: boolean;
  /** It has not looked yet: whatever happens until then, it will see. */
  readonly isWaiting?: boolean;
}

/** Longer than a run ever waits between two looks: one that has not looked for this long is dead, and its targets are anybody's. */
const RUN_IS_DEAD_AFTER_MS = 6 * 60_000;
export const isOfScope = (run: Run, scope: Scope): boolean => fingerprint(run.scope) === fingerprint(scope);
export const isDead = ({ seenAtMs }: Run, nowMs: number): boolean => nowMs - seenAtMs > RUN_IS_DEAD_AFTER_MS;

/** A member as the table has it: also which execution is bringing it in or out. */
export interface MemberRow extends Member {
  /** ARN of the execution that admitted it or is removing it. */
  readonly by: string;
  /** Of one that leaves: the ARN of the join that it was in the middle of, and that is to end. */
  readonly insteadOf?: string;
}

/** All that is known of one fleet, its health among it, read at once. */
export interface FleetState {
  readonly declared: Declared;
  readonly health: HealthState;
  readonly members: readonly MemberRow[];
  readonly ids: ReadonlyMap<TargetKey, string>;
  /** When each id was written down: what was made a moment ago may not show yet. */
  readonly madeAtMs: ReadonlyMap<TargetKey, number>;
  /** Of each replica. */
  readonly entrances: ReadonlyMap<Region, Entrance>;
  /** When targets were repaired of late: the budget counts them. */
  readonly repairsAtMs: Readonly<Record<TargetKey, readonly number[]>>;
  /** When a write to a part of a replica was last about to be made: from then on it may have been. */
  readonly changedAtMs: Readonly<Record<TargetKey, number>>;
  readonly intents: ReadonlyMap<TargetKey, Intent>;
  readonly runs: readonly Run[];
  /** Of every lease that was ever taken, the fence as it is now: who plans on what it sees, writes under the next. */
  readonly fences: ReadonlyMap<LeaseScope, number>;
  /** Leases that somebody has, or had when it died. */
  readonly held: readonly Lease[];
  /** Kinds that this deployment cannot have, and why. */
  readonly leftOut: Readonly<Record<string, string>>;
  /** Grows with every change of the fleet or its members: whoever decides on what it read, checks it. */
  readonly revision: number;
  /** The highest that a member ever had. Never given again: names that AWS takes only once are made of it. */
  readonly lastSequence: number;
}

/** A member's VPC, borrowed or made. Conflict where it is not known any more. */
export function vpcIdOf({ members, ids }: FleetState, region: Region): string {
  const member = members.find((candidate) => candidate.region === region);
  const vpcId = member?.borrowed?.vpcId ?? ids.get(keyOf('vpc', region));
  if (vpcId === undefined) throw new Fault('Conflict', `the VPC of ${region} is not known any more: look again`);
  return vpcId;
}

/** Where a member's callers stand. */
export function standsIn(state: FleetState, region: Region): StandsIn {
  const { account } = state.members.find((member) => member.region === region) ?? {};
  return { region, vpcId: vpcIdOf(state, region), ...(account !== undefined && { account }) };
}
