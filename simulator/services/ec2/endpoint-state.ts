import type { WorldMs } from '../../clock.ts';
import { hasCome } from '../../horizon.ts';
import type { Endpoint } from './state.ts';

/** `gone`: it is listed no longer, and its network interfaces and addresses are free. */
export type EndpointState = 'pending' | 'available' | 'deleting' | 'gone';

export function stateOfEndpoint(endpoint: Endpoint, nowMs: WorldMs): EndpointState {
  if (endpoint.deletion !== undefined) return hasCome(endpoint.deletion.goneAtMs, nowMs) ? 'gone' : 'deleting';
  return hasCome(endpoint.availableAtMs, nowMs) ? 'available' : 'pending';
}
