import type { WorldMs } from '../simulator/clock.ts';
import { request } from '../simulator/data-plane/request.ts';
import { endpointServiceNamed } from '../simulator/services/ec2/endpoint-services.ts';
import { stateOfEndpoint } from '../simulator/services/ec2/endpoint-state.ts';
import { ec2Home } from '../simulator/services/ec2/state.ts';
import type { World } from '../simulator/world.ts';
import type { CallerSpec } from './callers.ts';

/** So long what was found of a caller is taken for true: it decides whose fault a lost request is, and loses none. */
const HOLDS_MS = 5_000;
const BAD_REQUEST = 400;

interface Found {
  readonly atMs: WorldMs;
  readonly found: Promise<boolean>;
}

/**
 * Whether a caller could have been answered by anybody at this moment, whatever its names say: a request to each
 * replica's endpoint in turn. A request that is lost then was lost needlessly; any other, helplessly.
 *
 * Reads  the world itself: nobody is asked where endpoints are, so nothing is throttled, stale or counted
 */
export function answerable(
  world: World,
  url: string,
  replicas: () => readonly CallerSpec[],
): (caller: CallerSpec) => Promise<boolean> {
  const known = new Map<string, Found>();
  const look = async (caller: CallerSpec): Promise<boolean> => {
    for (const replica of replicas()) {
      const connectTo = entranceTo(world, replica);
      if (connectTo === undefined) continue;
      const from = { ...caller, account: caller.account ?? world.account };
      const { status = BAD_REQUEST, outcome } = await request(world, { from, url, connectTo, resolverCache: 'bypass' });
      if (outcome === 'answered' && status < BAD_REQUEST) return true;
    }
    return false;
  };
  return (caller) => {
    const nowMs = world.clock.nowMs();
    const before = known.get(caller.vpcId);
    if (before !== undefined && nowMs - before.atMs < HOLDS_MS) return before.found;
    const found = look(caller);
    known.set(caller.vpcId, { atMs: nowMs, found });
    return found;
  };
}

/** The name of the endpoint through which a VPC's API is reached; none where there is none, or where nobody answers. */
function entranceTo(world: World, { account = world.account, region, vpcId }: CallerSpec): string | undefined {
  if (world.outages.isDark(region)) return undefined;
  const nowMs = world.clock.nowMs();
  for (const endpoint of world.look(ec2Home, { account, region }).endpoints.values()) {
    if (endpoint.vpcId !== vpcId || stateOfEndpoint(endpoint, nowMs) !== 'available') continue;
    const { label, baseName } = endpointServiceNamed(endpoint.serviceName, region);
    if (label === 'execute-api') return `${endpoint.dnsLabel}.${baseName}`;
  }
  return undefined;
}
