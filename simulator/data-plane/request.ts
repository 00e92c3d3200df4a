import { formatIp, parseIp } from '../ip.ts';
import { stateOfEndpoint } from '../services/ec2/endpoint-state.ts';
import { ec2 } from '../services/ec2/index.ts';
import type { Endpoint } from '../services/ec2/state.ts';
import type { World } from '../world.ts';
import { type Addressed, readDomain } from './domain.ts';
import { callFunction } from './function-call.ts';
import { type AtMethod, enterApi } from './gateway.ts';
import { type HttpsRequest, httpsRequest } from './https-request.ts';
import { followIntegration, type Leads } from './integration.ts';
import type { AnsweredBy, Caller, DataPlaneRequest, Journey, Reach } from './journey.ts';
import { RESOLVER_MS, ROUND_TRIPS, roundTripMs } from './latency.ts';
import { resolve } from './names.ts';
import { type Arrival, arrive, comeBack, cross, type End, findArrival, leave, takeRoute } from './packets.ts';
import { proxyEvent } from './proxy-event.ts';
import { type Resolved, Unresolved } from './resolved.ts';
import { resolverCacheOf } from './resolver-cache.ts';
import { Broken, seenBy, Trail } from './trail.ts';
import { conditionsOf } from './weather.ts';

const CONNECT_TIMEOUT_MS = 2_000;

/** How far a request got, and what it cost until there. */
interface Travelled {
  readonly trail: Trail;
  readonly host: string;
  /** What the name came to; '' where it came to nothing. */
  readonly address: string;
  readonly latencyMs: number;
  readonly end:
    | Broken
    | { readonly asked: HttpsRequest; readonly addressed: Addressed; readonly at: AtMethod; readonly leads: Leads };
}

function readUrl(text: string): URL {
  const url = new URL(text);
  if (url.protocol !== 'https:' || url.port !== '')
    throw new Error(`An execute-api endpoint answers https on port 443 and nothing else: ${text}`);
  return url;
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
  const state = world.state(ec2, place);
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
    trail.pass('name', region, answer.resource, `${answer.says}; remembered, for another ${left} s`, answer.evidence);
    return answer;
  }
  const { random } = conditionsOf(world);
  const found = resolve({ world, account, region, vpcId, nowMs, random, pin }, name);
  const { resource, says, evidence } = found;
  if (found instanceof Unresolved) return trail.fail('name', region, resource, says, evidence, { code: found.code });
  if (found.addresses.length === 0)
    return trail.fail('name', region, resource, `${name} has no address`, evidence, { code: 'ENOTFOUND' });
  if (found.ttlSeconds > 0) cache?.keep(vpcId, name, found, nowMs);
  trail.pass('name', region, resource, says, evidence);
  return found;
}

/** From the caller's interface to the endpoint's and back: what a TCP handshake needs. */
function connect(world: World, trail: Trail, from: End, to: number): Arrival | Broken {
  const nowMs = world.clock.nowMs();
  const vpcId = from.vpc.cidrs.some(({ cidr }) => to >= cidr.first && to < cidr.first + 2 ** (32 - cidr.prefixLength))
    ? from.vpc.id
    : '';
  const left = leave(trail, from, { vpcId, address: to });
  if (left !== undefined) return left;
  const route = takeRoute(trail, from, to, nowMs);
  if (route instanceof Broken) return route;
  const peeringId = route === 'local' ? undefined : route.peeringId;
  const side =
    peeringId === undefined ? { ...from.place, vpcId: from.vpc.id } : cross(world, trail, from, peeringId, to, nowMs);
  if (side instanceof Broken) return side;
  const at = findArrival(world, side, to, nowMs);
  if (at === undefined)
    return trail.fail(
      'endpoint',
      side.region,
      side.vpcId,
      `nothing in ${side.vpcId} has the address ${formatIp(to)} any more`,
      { vpcId: side.vpcId, address: formatIp(to) },
      { code: 'ETIMEDOUT' },
    );
  return arrive(trail, from, at, peeringId) ?? comeBack(world, trail, from, at, peeringId, nowMs) ?? at;
}

function enterEndpoint(
  world: World,
  trail: Trail,
  { state, place, networkInterface, address }: Arrival,
): Endpoint | Broken {
  const { region } = place;
  const fail = (resource: string, says: string): Broken =>
    trail.fail(
      'endpoint',
      region,
      resource,
      says,
      { networkInterface: networkInterface.id, address: formatIp(address) },
      { code: 'ETIMEDOUT' },
    );
  if (conditionsOf(world).weather.dark?.(region) === true)
    return fail(networkInterface.id, `${region} is dark: ${networkInterface.id} does not answer`);
  const endpoint =
    networkInterface.endpointId === undefined ? undefined : state.endpoints.get(networkInterface.endpointId);
  if (endpoint === undefined)
    return fail(networkInterface.id, `${networkInterface.id} belongs to no endpoint: nothing answers there`);
  const status = stateOfEndpoint(endpoint, world.clock.nowMs());
  if (status !== 'available') return fail(endpoint.id, `${endpoint.id} is ${status}, not available`);
  if (endpoint.serviceName !== `com.amazonaws.${region}.execute-api`)
    return fail(endpoint.id, `${endpoint.id} is an endpoint of ${endpoint.serviceName}, not of execute-api`);
  trail.pass('endpoint', region, endpoint.id, `${endpoint.id} is available`, {
    endpoint: endpoint.id,
    networkInterface: networkInterface.id,
  });
  return endpoint;
}

/** Everything but the function, in the order it happens; `spend` false leaves no trace in throttles. */
function travel(world: World, wanted: DataPlaneRequest, spend: boolean): Travelled {
  const trail = new Trail();
  const url = readUrl(wanted.url);
  const host = url.hostname;
  const timeoutMs = wanted.timeoutMs ?? CONNECT_TIMEOUT_MS;
  const broken = (end: Broken, address: string, answeredMs: number): Travelled => ({
    trail,
    host,
    address,
    latencyMs: 'code' in end.sees && end.sees.code === 'ETIMEDOUT' ? RESOLVER_MS + timeoutMs : answeredMs,
    end,
  });
  const from = callerEnd(world, trail, wanted.from);
  if (from instanceof Broken) return broken(from, '', RESOLVER_MS);
  const target = lookUp(world, trail, wanted, wanted.connectTo ?? host);
  if (target instanceof Broken) return broken(target, '', RESOLVER_MS);
  const [to = 0] = target.addresses;
  const address = formatIp(to);
  const arrival = connect(world, trail, from, to);
  if (arrival instanceof Broken) return broken(arrival, address, RESOLVER_MS);
  const endpoint = enterEndpoint(world, trail, arrival);
  if (endpoint instanceof Broken) return broken(endpoint, address, RESOLVER_MS);
  const there = arrival.place.region;
  const extraMs = conditionsOf(world).weather.extraLatencyMs?.(from.place.region, there) ?? 0;
  const tripMs = roundTripMs(from.place.region, there) + extraMs;
  const handshakesMs = RESOLVER_MS + tripMs * (ROUND_TRIPS.connect + ROUND_TRIPS.tls);
  if (handshakesMs - RESOLVER_MS > timeoutMs)
    return broken(
      trail.fail(
        'endpoint',
        there,
        endpoint.id,
        `${endpoint.id} answers, but later than the ${timeoutMs} ms the caller waits for a connection`,
        { handshakesMs, timeoutMs },
        { code: 'ETIMEDOUT' },
      ),
      address,
      RESOLVER_MS,
    );
  const asked = httpsRequest(wanted, url, from, arrival, endpoint, world.clock.nowMs());
  const answeredMs = handshakesMs + tripMs * ROUND_TRIPS.request;
  const addressed = readDomain(world, trail, asked);
  if (addressed instanceof Broken)
    return broken(addressed, address, 'code' in addressed.sees ? handshakesMs : answeredMs);
  const at = enterApi(world, trail, asked, addressed, spend);
  if (at instanceof Broken) return broken(at, address, answeredMs);
  const leads = followIntegration(world, trail, asked, at);
  if (leads instanceof Broken) return broken(leads, address, answeredMs);
  return { trail, host, address, latencyMs: answeredMs, end: { asked, addressed, at, leads } };
}

const answeredBy = ({ asked, at, leads }: Exclude<Travelled['end'], Broken>): AnsweredBy => ({
  region: asked.place.region,
  apiId: at.api.id,
  stage: at.stage.stageName,
  ...(leads.kind === 'function' && { functionName: leads.functionName }),
});

/**
 * Sends one HTTPS request from a VPC, and tells what became of it at every hop.
 *
 * Takes no time of its own: `latencyMs` says what the caller would have waited, and only the function lets the clock
 * pass. Silent drops are time-outs to the caller; the trace knows where the packet died.
 *
 * Faults  an Error where the URL is no https URL, or the caller's address no address: mistakes of whoever asks
 */
export async function request(world: World, asked: DataPlaneRequest): Promise<Journey> {
  const { trail, host, address, latencyMs, end } = travel(world, asked, true);
  const { hops } = trail;
  if (end instanceof Broken) return { ...seenBy(end, host, address), hops, latencyMs };
  const { leads, at } = end;
  if (leads.kind === 'answer')
    return { outcome: 'answered', ...leads.answer, answeredBy: answeredBy(end), hops, latencyMs };
  const event = proxyEvent(world, end.asked, end.addressed, at);
  const called = await callFunction(world, trail, leads, event, at.api.binaryMediaTypes, world.clock.nowMs());
  const waitedMs = latencyMs + called.tookMs;
  if ('broken' in called) return { ...seenBy(called.broken, host, address), hops, latencyMs: waitedMs };
  return { outcome: 'answered', ...called.answer, answeredBy: answeredBy(end), hops, latencyMs: waitedMs };
}

/** As `request`, up to the function and without it: no time passes, nothing is spent, and it need not be waited for. */
export function reach(world: World, asked: DataPlaneRequest): Reach {
  const { trail, host, address, latencyMs, end } = travel(world, asked, false);
  const { hops } = trail;
  if (!(end instanceof Broken)) return { outcome: 'answered', leadsTo: answeredBy(end), hops, latencyMs };
  const { outcome, failedAt, status, clientError } = seenBy(end, host, address);
  return {
    outcome,
    ...(failedAt !== undefined && { failedAt }),
    ...(status !== undefined && { status }),
    ...(clientError !== undefined && { clientError }),
    hops,
    latencyMs,
  };
}
