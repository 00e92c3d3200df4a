import type { WorldMs } from '../../clock.ts';
import { hasCome } from '../../horizon.ts';
import type { Timings } from '../../timings.ts';
import type { Peering, PeeringSide, PeeringStatus } from './state.ts';

/**
 * What a peering has come to.
 *
 * initiating-request → pending-acceptance → provisioning → active → deleting → deleted,
 * or failed, rejected, expired instead of provisioning.
 *
 * Source    docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html, "VPC peering connection lifecycle"
 */
export function statusOfPeering(peering: Peering, nowMs: WorldMs): PeeringStatus {
  if (peering.deletion !== undefined) return hasCome(peering.deletion.deletedAtMs, nowMs) ? 'deleted' : 'deleting';
  if (!hasCome(peering.initiatedAtMs, nowMs)) return 'initiating-request';
  if (peering.failed) return 'failed';
  if (peering.rejectedAtMs !== undefined) return 'rejected';
  if (peering.activeAtMs !== undefined) return hasCome(peering.activeAtMs, nowMs) ? 'active' : 'provisioning';
  return hasCome(peering.expiresAtMs, nowMs) ? 'expired' : 'pending-acceptance';
}

/** Asked for, or there: it holds both VPCs, and no second one may join the same two. */
export function isLive(peering: Peering, nowMs: WorldMs): boolean {
  switch (statusOfPeering(peering, nowMs)) {
    case 'initiating-request':
    case 'pending-acceptance':
    case 'provisioning':
    case 'active':
      return true;
    case 'deleting':
    case 'deleted':
    case 'rejected':
    case 'expired':
    case 'failed':
      return false;
  }
}

/** Agreed on by both sides, whether or not it carries anything yet. */
export function isAccepted(peering: Peering, nowMs: WorldMs): boolean {
  const status = statusOfPeering(peering, nowMs);
  return status === 'provisioning' || status === 'active';
}

/** Both sides lose sight of it at once. */
export const goneAt = (ms: WorldMs): Peering['goneAtMs'] => ({ requester: ms, accepter: ms });

export function failPeering(peering: Peering, nowMs: WorldMs, timings: Timings): void {
  peering.failed = true;
  peering.goneAtMs = goneAt(Math.max(nowMs, peering.initiatedAtMs) + timings.deletedPeeringMs);
}

const isWithinAccount = ({ requester, accepter }: Peering): boolean => requester.account === accepter.account;

/**
 * The accepter says no: the requester sees that for two days, the accepter for two hours; within one account both do.
 *
 * Source    docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html, "VPC peering connection lifecycle"
 */
export function turnDown(peering: Peering, nowMs: WorldMs, timings: Timings): void {
  peering.rejectedAtMs = nowMs;
  const accepter = nowMs + timings.deletedPeeringMs;
  peering.goneAtMs = { requester: isWithinAccount(peering) ? accepter : nowMs + timings.foreignPeeringMs, accepter };
}

/**
 * Deletes it for both sides, between Regions after a moment. Who deleted it sees that for two hours, another account for
 * two days.
 *
 * Source    as above
 */
export function endPeering(peering: Peering, byAccount: string, nowMs: WorldMs, timings: Timings): void {
  const { requester, accepter } = peering;
  const deletedAtMs = requester.region === accepter.region ? nowMs : nowMs + timings.peeringMs;
  peering.deletion = { byAccount, deletedAtMs };
  const until = ({ account }: PeeringSide): WorldMs =>
    deletedAtMs + (account === byAccount ? timings.deletedPeeringMs : timings.foreignPeeringMs);
  peering.goneAtMs = { requester: until(requester), accepter: until(accepter) };
}
