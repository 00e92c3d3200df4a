import type { WorldMs } from '../../clock.ts';
import type { Timings } from '../../timings.ts';
import type { Peering, PeeringStatus } from './state.ts';

/**
 * What a peering has come to.
 *
 * initiating-request → pending-acceptance → provisioning → active → deleting → deleted,
 * or failed, rejected, expired instead of provisioning.
 *
 * Source    docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html, "VPC peering connection lifecycle"
 */
export function statusOfPeering(peering: Peering, nowMs: WorldMs): PeeringStatus {
  if (peering.deletion !== undefined) return nowMs < peering.deletion.deletedAtMs ? 'deleting' : 'deleted';
  if (nowMs < peering.initiatedAtMs) return 'initiating-request';
  if (peering.failed) return 'failed';
  if (peering.rejectedAtMs !== undefined) return 'rejected';
  if (peering.activeAtMs !== undefined) return nowMs < peering.activeAtMs ? 'provisioning' : 'active';
  return nowMs < peering.expiresAtMs ? 'pending-acceptance' : 'expired';
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

export function failPeering(peering: Peering, nowMs: WorldMs, timings: Timings): void {
  peering.failed = true;
  peering.goneAtMs = Math.max(nowMs, peering.initiatedAtMs) + timings.deletedPeeringMs;
}
