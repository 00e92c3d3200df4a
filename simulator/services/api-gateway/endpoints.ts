import type { Call } from '../../service.ts';
import { endpointAnywhere } from '../ec2/endpoint-anywhere.ts';
import { stateOfEndpoint } from '../ec2/endpoint-state.ts';
import { type Endpoint, ec2Home } from '../ec2/state.ts';
import { badRequest } from './answers.ts';
import type { ApiGatewayState } from './state.ts';

type GatewayCall = Call<ApiGatewayState>;

function requireExecuteApi(endpoint: Endpoint | undefined, { place }: GatewayCall, id: string): void {
  if (endpoint?.serviceName !== `com.amazonaws.${place.region}.execute-api`)
    badRequest(`VPC endpoint ${id} does not exist`);
}

/** Refuses an id that no endpoint for `execute-api` in this Region has, in whichever account. */
export function requireEndpoint(call: GatewayCall, id: string): void {
  requireExecuteApi(endpointAnywhere(call.world, call.place, id, call.nowMs), call, id);
}

/**
 * Refuses an id that no such endpoint of the caller's own account has.
 *
 * Source  docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains-provider-share-cli.html:
 *         the consumer makes the access association in their own account: "You can't do this for them"
 */
export function requireOwnEndpoint(call: GatewayCall, id: string): void {
  const endpoint = call.world.state(ec2Home, call.place).endpoints.get(id);
  const isGone = endpoint === undefined || stateOfEndpoint(endpoint, call.nowMs) === 'gone';
  requireExecuteApi(isGone ? undefined : endpoint, call, id);
}
