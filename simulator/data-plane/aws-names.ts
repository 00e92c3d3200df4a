import type { WorldMs } from '../clock.ts';
import { formatIp, type Ip, parseIp } from '../ip.ts';
import type { Random } from '../random.ts';
import { apiAnywhere } from '../services/api-gateway/anywhere.ts';
import { stateOfEndpoint } from '../services/ec2/endpoint-state.ts';
import type { Ec2State, Endpoint } from '../services/ec2/state.ts';
import { ec2Home } from '../services/ec2/state.ts';
import type { World } from '../world.ts';
import { remembered } from './remembered.ts';
import { type Asking, type Resolved, Unresolved } from './resolved.ts';

/** Source    Route 53 Developer Guide, "Choosing between alias and non-alias records": an alias to an endpoint has 60 s, like its name */
const ENDPOINT_TTL_SECONDS = 60;
/** API Gateway's public addresses are not in this world: one of TEST-NET-3 stands for them (RFC 5737), and leads nowhere. */
const PUBLIC_ADDRESS = parseIp('203.0.113.1') as Ip;

/** An endpoint, and whose. */
interface FoundEndpoint {
  readonly endpoint: Endpoint;
  readonly ec2State: Ec2State;
}

/** 'vpce-0abc-1x2y.execute-api.eu-west-1.vpce.amazonaws.com.', or with a zone after its first label. */
const OWN_NAME = /^(vpce-[0-9a-f]+)-([0-9a-z]+)(?:-([a-z0-9-]+))?\.([a-z0-9-]+)\.([a-z0-9-]+)\.vpce\.amazonaws\.com\.$/;
/** 'a1b2c3d4e5-vpce-0abc.execute-api.eu-west-1.amazonaws.com.' */
const API_BY_ENDPOINT = /^([a-z0-9]+)-(vpce-[0-9a-f]+)\.execute-api\.([a-z0-9-]+)\.amazonaws\.com\.$/;
/** 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com.' */
const API_ALONE = /^([a-z0-9]+)\.execute-api\.([a-z0-9-]+)\.amazonaws\.com\.$/;

export type AwsName =
  | {
      readonly kind: 'endpoint';
      readonly endpointId: string;
      readonly label: string;
      readonly zone: string | undefined;
      readonly service: string;
      readonly region: string;
    }
  | { readonly kind: 'api-by-endpoint'; readonly apiId: string; readonly endpointId: string; readonly region: string }
  | { readonly kind: 'api'; readonly apiId: string; readonly region: string };

function parse(name: string): AwsName | undefined {
  const own = OWN_NAME.exec(name);
  if (own !== null) {
    const [, endpointId = '', suffix = '', zone, service = '', region = ''] = own;
    return { kind: 'endpoint', endpointId, label: `${endpointId}-${suffix}`, zone, service, region };
  }
  const byEndpoint = API_BY_ENDPOINT.exec(name);
  if (byEndpoint !== null) {
    const [, apiId = '', endpointId = '', region = ''] = byEndpoint;
    return { kind: 'api-by-endpoint', apiId, endpointId, region };
  }
  const alone = API_ALONE.exec(name);
  if (alone === null) return undefined;
  const [, apiId = '', region = ''] = alone;
  return { kind: 'api', apiId, region };
}

/**
 * What a name of AWS's own says, by its form alone. Lower-case, with a trailing dot.
 *
 * Source    docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-test-invoke-url.html
 */
export const readAwsName = (name: string): AwsName | undefined =>
  name.endsWith('.amazonaws.com.') ? parsed(name) : undefined;

const parsed = remembered(parse);

/** An endpoint by id, whosoever it is: names are public. Looks into the caller's account first. */
export function findEndpoint(
  world: World,
  account: string,
  region: string,
  endpointId: string,
  nowMs: WorldMs,
): FoundEndpoint | undefined {
  const inPlace = (owner: string): FoundEndpoint | undefined => {
    const ec2State = world.look(ec2Home, { account: owner, region });
    const endpoint = ec2State.endpoints.get(endpointId);
    return endpoint !== undefined && stateOfEndpoint(endpoint, nowMs) !== 'gone' ? { endpoint, ec2State } : undefined;
  };
  const own = inPlace(account);
  if (own !== undefined) return own;
  for (const place of world.placesOf(ec2Home)) {
    const found = place.region === region && place.account !== account ? inPlace(place.account) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The endpoint that gives a VPC the default names of its Region's APIs, where one has private DNS switched on. */
export function endpointWithPrivateDns(state: Ec2State, vpcId: string, nowMs: WorldMs): Endpoint | undefined {
  for (const endpoint of state.endpoints.values())
    if (endpoint.privateDnsEnabled && endpoint.vpcId === vpcId && stateOfEndpoint(endpoint, nowMs) !== 'gone')
      return endpoint;
  return undefined;
}

/** Whether API Gateway made a name for this API at this endpoint: only for those the API lists. */
const apiNamesEndpoint = (
  world: World,
  place: { readonly account: string; readonly region: string },
  apiId: string,
  endpointId: string,
): boolean => apiAnywhere(world, place, apiId)?.vpcEndpointIds.includes(endpointId) ?? false;

/** Without the trailing dot, as people write names. */
export const plain = (name: string): string => name.slice(0, -1);
export const told = (addresses: readonly Ip[]): string => addresses.map(formatIp).join(', ');

/** In the order of one answer: name servers turn addresses, so that callers spread. */
export function turned(addresses: readonly Ip[], random: Random): Ip[] {
  const start = addresses.length > 1 ? random.between(0, addresses.length) : 0;
  return [...addresses.slice(start), ...addresses.slice(0, start)];
}

function addressesOf({ endpoint }: FoundEndpoint, zone: string | undefined, random: Random): Ip[] {
  const addresses: Ip[] = [];
  for (const { zone: itsZone, address } of endpoint.interfaces.values())
    if (zone === undefined || zone === itsZone) addresses.push(address);
  return turned(addresses, random);
}

export const answerOf = (
  found: FoundEndpoint,
  zone: string | undefined,
  name: string,
  random: Random,
): Resolved | Unresolved => {
  const addresses = addressesOf(found, zone, random);
  const { id } = found.endpoint;
  if (addresses.length === 0) return new Unresolved(id, `${plain(name)}: ${id} has no network interface`, { name });
  return {
    addresses,
    ttlSeconds: ENDPOINT_TTL_SECONDS,
    resource: id,
    tell: () => ({
      says: `${plain(name)} is ${told(addresses)}, of endpoint ${id}`,
      evidence: { endpointId: id, addresses: addresses.map(formatIp) },
    }),
  };
};

/** Names in AWS's own public zones: endpoints', and APIs'. Resolvable from anywhere. `undefined`: it is none of them. */
export function resolveAwsName(asking: Asking, name: string): Resolved | Unresolved | undefined {
  const { world, account, nowMs, random } = asking;
  const read = readAwsName(name);
  if (read === undefined) return undefined;
  if (read.kind === 'api')
    return {
      addresses: [PUBLIC_ADDRESS],
      ttlSeconds: ENDPOINT_TTL_SECONDS,
      resource: 'public DNS',
      tell: () => ({
        says: `${plain(name)} is a public address of API Gateway: no endpoint of this VPC has private DNS switched on`,
        evidence: { public: true, region: read.region },
      }),
    };
  const found = findEndpoint(world, account, read.region, read.endpointId, nowMs);
  const evidence = { endpointId: read.endpointId, region: read.region };
  if (found === undefined)
    return new Unresolved(
      read.endpointId,
      `${plain(name)} does not exist: there is no ${read.endpointId} in ${read.region}`,
      evidence,
    );
  if (read.kind === 'endpoint') {
    if (found.endpoint.dnsLabel !== read.label)
      return new Unresolved(
        read.endpointId,
        `${plain(name)} does not exist: the DNS name of ${read.endpointId} is another`,
        evidence,
      );
    return answerOf(found, read.zone, name, random);
  }
  if (!apiNamesEndpoint(world, { account, region: read.region }, read.apiId, read.endpointId))
    return new Unresolved(
      read.apiId,
      `${plain(name)} does not exist: API ${read.apiId} does not list ${read.endpointId} among its VPC endpoints`,
      { ...evidence, apiId: read.apiId },
    );
  return answerOf(found, undefined, name, random);
}
