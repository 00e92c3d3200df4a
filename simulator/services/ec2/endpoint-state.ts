import type { WorldMs } from '../../clock.ts';
import type { Endpoint } from './state.ts';

/** `gone`: it is listed no longer, and its network interfaces and addresses are free. */
export type EndpointState = 'pending' | 'available' | 'deleting' | 'gone';

export function stateOfEndpoint(endpoint: Endpoint, nowMs: WorldMs): EndpointState {
  if (endpoint.deletion !== undefined) return nowMs < endpoint.deletion.goneAtMs ? 'deleting' : 'gone';
  return nowMs < endpoint.availableAtMs ? 'pending' : 'available';
}
