import type { Call } from '../../service.ts';
import { endpointAnywhere } from '../ec2/endpoint-anywhere.ts';
import { badRequest } from './answers.ts';
import type { ApiGatewayState } from './state.ts';

/** Refuses an id that no endpoint for `execute-api` in this Region has, in whichever account. */
export function requireEndpoint({ world, place, nowMs }: Call<ApiGatewayState>, id: string): void {
  const endpoint = endpointAnywhere(world, place, id, nowMs);
  if (endpoint?.serviceName !== `com.amazonaws.${place.region}.execute-api`)
    badRequest(`VPC endpoint ${id} does not exist`);
}
