import type { WorldMs } from '../../clock.ts';
import { hasCome } from '../../horizon.ts';
import type { Ec2State, Peering, PeeringSide } from './state.ts';

export const isSideAt = (side: PeeringSide, { place }: Ec2State): boolean =>
  side.region === place.region && side.account === place.account;

/** Until when a place may see a peering: between accounts, each side for itself. */
export const goneAtMsIn = ({ requester, goneAtMs }: Peering, state: Ec2State): WorldMs =>
  isSideAt(requester, state) ? goneAtMs.requester : goneAtMs.accepter;

/**
 * The requester sees its request at once. The accepter sees it once it is pending there, so an accept that comes too
 * early finds nothing; of a request that failed it never hears.
 *
 * Source    docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html: a failed one "remains visible to the
 *           requester for 2 hours"
 */
export const isVisible = (peering: Peering, state: Ec2State, nowMs: WorldMs): boolean =>
  !hasCome(goneAtMsIn(peering, state), nowMs) &&
  (isSideAt(peering.requester, state) || (hasCome(peering.initiatedAtMs, nowMs) && !peering.failed));
