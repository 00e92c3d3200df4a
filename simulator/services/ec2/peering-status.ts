import type { WorldMs } from '../../clock.ts';
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
  if (nowMs < peering.initiatedAtMs) return 'initiating-request';
  if (peering.failed) return 'failed';
  if (peering.deletion !== undefined) return nowMs < peering.deletion.deletedAtMs ? 'deleting' : 'deleted';
  if (peering.rejectedAtMs !== undefined) return 'rejected';
  if (peering.activeAtMs !== undefined) return nowMs < peering.activeAtMs ? 'provisioning' : 'active';
  return nowMs < peering.expiresAtMs ? 'pending-acceptance' : 'expired';
}
