import { hasCome } from '../../horizon.ts';
import { stateOfEndpoint } from './endpoint-state.ts';
import { removeNetworkInterface } from './network-interfaces.ts';
import type { Ec2Call } from './operation.ts';
import { goneAtMsIn, isSideAt } from './peering-visibility.ts';

/**
 * Forgets what has gone since somebody last looked: endpoints that are deleted, with their interfaces, and peerings
 * that AWS shows no longer. Called before every operation, so that none has to ask.
 */
export function forgetDeparted({ state, nowMs }: Ec2Call): void {
  for (const endpoint of state.endpoints.values()) {
    if (stateOfEndpoint(endpoint, nowMs) !== 'gone') continue;
    for (const one of endpoint.interfaces.values()) removeNetworkInterface(one, state);
    state.endpoints.delete(endpoint.id);
    state.tags.delete(endpoint.id);
  }
  for (const peering of state.peerings.values()) {
    if (!hasCome(goneAtMsIn(peering, state), nowMs)) continue;
    state.peerings.delete(peering.id);
    state.tags.delete(peering.id);
    for (const side of [peering.requester, peering.accepter])
      if (isSideAt(side, state)) state.vpcs.get(side.vpcId)?.peerings.delete(peering);
  }
}
