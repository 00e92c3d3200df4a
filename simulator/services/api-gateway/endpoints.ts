import type { Call } from '../../service.ts';
import { stateOfEndpoint } from '../ec2/endpoint-state.ts';
import { ec2 } from '../ec2/index.ts';
import { badRequest } from './answers.ts';
import type { ApiGatewayState } from './state.ts';

/** Refuses an id that no endpoint for `execute-api` in this Region has, in whichever account. */
export function requireEndpoint({ world, place, nowMs }: Call<ApiGatewayState>, id: string): void {
  const states = world.placesOf(ec2).filter(({ region }) => region === place.region);
  const exists = states.some((at) => {
    const endpoint = world.state(ec2, at).endpoints.get(id);
    return (
      endpoint?.serviceName === `com.amazonaws.${place.region}.execute-api` &&
      stateOfEndpoint(endpoint, nowMs) !== 'gone'
    );
  });
  if (!exists) badRequest(`VPC endpoint ${id} does not exist`);
}
