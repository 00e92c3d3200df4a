import { formatIp, type Ip, parseIp } from '../ip.ts';
import { stateOfEndpoint } from '../services/ec2/endpoint-state.ts';
import { type Endpoint, ec2Home } from '../services/ec2/state.ts';
import type { World } from '../world.ts';
import { type Arrival, arrive, comeBack, findArrival } from './arrival.ts';
import type { Caller, DataPlaneRequest } from './journey.ts';
import { RESOLVER_MS, ROUND_TRIPS, roundTripMs } from './latency.ts';
import { resolve } from './names.ts';
import { cross, type End, leave, takeRoute } from './packets.ts';
import { type Resolved, Unresolved } from './resolved.ts';
import { resolverCacheOf } from './resolver-cache.ts';
import { Broken, DROPPED, type Trail } from './trail.ts';
import { conditionsOf, extraTripMs } from './weather.ts';

const CONNECT_TIMEOUT_MS = 2_000;

/** An open connection to an endpoint: names resolved, packets passed both ways, hands shaken. */
export interface Connection {
  readonly from: End;
  readonly at: Arrival;
  readonly endpoint: Endpoint;
  readonly roundTripMs: number;
}

/** The tenth address of a subnet stands for a caller that has not said its own: past those that AWS keeps. */
const AN_ADDRESS_OF_THE_SUBNET = 10;

/** Where the caller stands, or that there is no such place any more. */
function callerEnd(
  world: World,
  trail: Trail,
  { account, region, vpcId, subnetId, address, securityGroupIds = [] }: Caller,
): End | Broken {
  const place = { account, region };
  const state = world.look(ec2Home, place);
  const vpc = state.vpcs.get(vpcId);
  const nowhere = (what: string): Broken =>
    trail.fail(
      'name',
      region,
      what,
      `the caller's ${what} does not exist in ${region}`,
      { vpcId, subnetId },
      { code: 'ETIMEDOUT' },
    );
  if (vpc === undefined) return nowhere(vpcId);
  const subnet =
    subnetId === undefined ? state.subnets.values().find((one) => one.vpcId === vpcId) : state.subnets.get(subnetId);
  if (subnetId !== undefined && subnet?.vpcId !== vpcId) return nowhere(subnetId);
  const block = subnet?.cidr ?? vpc.cidrs[0]?.cidr;
  const own = address === undefined ? undefined : parseIp(address);
  if (address !== undefined && own === undefined) throw new Error(`The caller's address ${address} is no IPv4 address`);
  return {
    place,
    state,
    vpc,
    subnet,
    address: own ?? (block?.first ?? 0) + AN_ADDRESS_OF_THE_SUBNET,
    groupIds: securityGroupIds,
  };
}

/** Asks the cache of the caller's VPC, then its resolver. A pinned answer is nobody else's, so it is not kept. */
function lookUp(
  world: World,
  trail: Trail,
  { from, pin, resolverCache }: DataPlaneRequest,
  name: string,
): Resolved | Broken {
  const nowMs = world.clock.nowMs();
  const { account, region, vpcId } = from;
  const cache = pin === undefined && resolverCache === undefined ? resolverCacheOf(world) : undefined;
  const cached = cache?.find(vpcId, name, nowMs);
  if (cached !== undefined) {
    const { answer, untilMs } = cached;
    const left = Math.ceil((untilMs - nowMs) / 1000);
    trail.pass('name', region, answer.resource, () => {
      const { says, evidence } = answer.tell();
      return { says: `${says}; remembered, for another ${left} s`, evidence };
    });
    return answer;
  }
  const { random } = conditionsOf(world);
  const found = resolve({ world, account, region, vpcId, nowMs, random, pin }, name);
  if (found instanceof Unresolved)
    return trail.fail('name', region, found.resource, found.says, found.evidence, { code: found.code });
  if (found.addresses.length === 0)
    return trail.fail('name', region, found.resource, `${name} has no address`, {}, { code: 'ENOTFOUND' });
  if (found.ttlSeconds > 0) cache?.keep(vpcId, name, found, nowMs);
  trail.pass('name', region, found.resource, found.tell);
  return found;
}

/** From the caller's interface to the endpoint's and back: what a TCP handshake needs. */
function passPackets(world: World, trail: Trail, from: End, to: number): Arrival | Broken {
  const nowMs = world.clock.nowMs();
  const left = leave(trail, from, to);
  if (left !== undefined) return left;
  const route = takeRoute(trail, from, to, nowMs);
  if (route instanceof Broken) return route;
  const peeringId = route === 'local' ? undefined : route.peeringId;
  const side =
    peeringId === undefined ? { ...from.place, vpcId: from.vpc.id } : cross(world, trail, from, peeringId, to, nowMs);
  if (side instanceof Broken) return side;
  const at = findArrival(world, side, to, nowMs);
  if (at !== undefined)
    return arrive(trail, from, at, peeringId) ?? comeBack(world, trail, from, at, peeringId, nowMs) ?? at;
  const { region, vpcId } = side;
  const says = `nothing in ${vpcId} has the address ${formatIp(to)}`;
  return trail.fail('endpoint', region, vpcId, says, { vpcId, address: formatIp(to) }, DROPPED);
}

/** What has the address, and whether it is an execute-api endpoint that answers within the caller's patience. */
function knock(world: World, trail: Trail, from: End, at: Arrival, timeoutMs: number): Connection | Broken {
  const { region } = at.place;
  const { networkInterface, state } = at;
  const { endpointId } = networkInterface;
  const fail = (says: string): Broken => {
    const evidence = { networkInterface: networkInterface.id, address: formatIp(at.address) };
    return trail.fail('endpoint', region, endpointId ?? networkInterface.id, says, evidence, DROPPED);
  };
  if (world.outages.isDark(region)) return fail(`${region} is dark: ${endpointId} does not answer`);
  const endpoint = endpointId === undefined ? undefined : state.endpoints.get(endpointId);
  if (endpoint === undefined) return fail(`${networkInterface.id} belongs to no endpoint: nothing answers there`);
  const status = stateOfEndpoint(endpoint, world.clock.nowMs());
  if (status !== 'available') return fail(`${endpoint.id} is ${status}, not available`);
  if (endpoint.serviceName !== `com.amazonaws.${region}.execute-api`)
    return fail(`${endpoint.id} is an endpoint of ${endpoint.serviceName}, not of execute-api`);
  const tripMs = roundTripMs(from.place.region, region) + extraTripMs(world, from.place.region, region);
  const handshakesMs = tripMs * (ROUND_TRIPS.connect + ROUND_TRIPS.tls);
  if (handshakesMs > timeoutMs)
    return fail(`${endpoint.id} answers, but only after ${handshakesMs} ms, and the caller waits ${timeoutMs} ms`);
  trail.waitedMs += handshakesMs;
  trail.pass('endpoint', region, endpoint.id, () => ({
    says: `${endpoint.id} is available, ${tripMs} ms away and back`,
    evidence: { endpoint: endpoint.id, networkInterface: networkInterface.id, roundTripMs: tripMs },
  }));
  return { from, at, endpoint, roundTripMs: tripMs };
}

/** Where a caller stands, and the address that it connects to. */
export interface Sought {
  readonly from: End;
  readonly to: Ip;
}

/** What a client waits for in vain, it waits for to the end of its patience. */
function waitedFor<Passed>(trail: Trail, passed: Passed, { timeoutMs = CONNECT_TIMEOUT_MS }: DataPlaneRequest): Passed {
  if (passed instanceof Broken && 'code' in passed.sees && passed.sees.code === 'ETIMEDOUT')
    trail.waitedMs += timeoutMs;
  return passed;
}

/** Asks for the address of a name, where the caller stands. */
export function seek(world: World, trail: Trail, asked: DataPlaneRequest, name: string): Sought | Broken {
  const from = callerEnd(world, trail, asked.from);
  if (from instanceof Broken) return waitedFor(trail, from, asked);
  const target = lookUp(world, trail, asked, name);
  trail.waitedMs += RESOLVER_MS;
  if (target instanceof Broken) return waitedFor(trail, target, asked);
  const [to = 0] = target.addresses;
  trail.address = formatIp(to);
  return { from, to };
}

/** Opens a connection to an address. */
export function connect(
  world: World,
  trail: Trail,
  asked: DataPlaneRequest,
  { from, to }: Sought,
): Connection | Broken {
  const at = waitedFor(trail, passPackets(world, trail, from, to), asked);
  if (at instanceof Broken) return at;
  return waitedFor(trail, knock(world, trail, from, at, asked.timeoutMs ?? CONNECT_TIMEOUT_MS), asked);
}
