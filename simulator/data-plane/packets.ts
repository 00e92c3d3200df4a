import type { WorldMs } from '../clock.ts';
import { formatCidr, formatIp, holdsIp, type Ip } from '../ip.ts';
import type { Place } from '../service.ts';
import { stateOfEndpoint } from '../services/ec2/endpoint-state.ts';
import { ec2 } from '../services/ec2/index.ts';
import { statusOfPeering } from '../services/ec2/peering-status.ts';
import { type Route, routeTableOfSubnet, routeTowards } from '../services/ec2/routing.ts';
import type {
  Ec2State,
  NetworkInterface,
  Peering,
  PeeringSide,
  RouteTable,
  Subnet,
  Vpc,
} from '../services/ec2/state.ts';
import type { World } from '../world.ts';
import { CALLER_PORT, HTTPS_PORT, networkAclVerdict, securityGroupVerdict } from './packet-rules.ts';
import { Broken, type Trail } from './trail.ts';
import { conditionsOf } from './weather.ts';

/** One end of a connection, and what rules its packets. */
export interface End {
  readonly place: Place;
  readonly state: Ec2State;
  readonly vpc: Vpc;
  /** Absent in a VPC without subnets. */
  readonly subnet: Subnet | undefined;
  readonly address: Ip;
  readonly groupIds: Iterable<string>;
}

/** The end a packet arrived at: something with a network interface. */
export interface Arrival extends End {
  readonly subnet: Subnet;
  readonly networkInterface: NetworkInterface;
}

/** Drops are silent: the caller only sees that nothing comes back. */
const dropped = { code: 'ETIMEDOUT' } as const;

const nameOfTable = (table: RouteTable): string => `route table ${table.id}`;

const tableOf = ({ state, vpc, subnet }: End): RouteTable | undefined =>
  subnet === undefined ? state.routeTables.get(vpc.mainRouteTable.routeTableId) : routeTableOfSubnet(state, subnet);

/** Network ACLs stand at the edge of a subnet: what stays inside one never meets them. */
const sameSubnet = (a: End, b: { readonly vpcId: string; readonly address: Ip }): boolean =>
  a.vpc.id === b.vpcId && a.subnet !== undefined && holdsIp(a.subnet.cidr, b.address);

/** What lets the first packet out of the caller's subnet. */
export function leave(
  trail: Trail,
  from: End,
  to: { readonly vpcId: string; readonly address: Ip },
): Broken | undefined {
  const { region } = from.place;
  const groups = [...from.groupIds];
  if (groups.length > 0) {
    const verdict = securityGroupVerdict(from.state, groups, true, to.address, HTTPS_PORT, undefined);
    if (verdict.ruleId === undefined)
      return trail.fail(
        'egress',
        region,
        groups[0] ?? from.vpc.id,
        `${verdict.says} lets no packets out to ${formatIp(to.address)} on tcp/${HTTPS_PORT}`,
        { securityGroups: groups, to: formatIp(to.address) },
        dropped,
      );
  }
  if (from.subnet === undefined) return undefined;
  if (!sameSubnet(from, to)) {
    const verdict = networkAclVerdict(from.state, from.subnet, true, to.address, HTTPS_PORT);
    if (!verdict.allows)
      return trail.fail(
        'egress',
        region,
        verdict.aclId,
        `${verdict.says} keeps packets to ${formatIp(to.address)} on tcp/${HTTPS_PORT} in ${from.subnet.id}`,
        { subnet: from.subnet.id, to: formatIp(to.address), entry: verdict.entry },
        dropped,
      );
  }
  trail.pass('egress', region, from.subnet.id, `packets to ${formatIp(to.address)} may leave ${from.subnet.id}`, {
    from: formatIp(from.address),
    to: formatIp(to.address),
  });
  return undefined;
}

/** Where the caller's route table sends the packets: a peering to cross, or its own VPC. */
export function takeRoute(
  trail: Trail,
  from: End,
  to: Ip,
  nowMs: WorldMs,
): { readonly peeringId: string } | 'local' | Broken {
  const { region } = from.place;
  const table = tableOf(from);
  const address = formatIp(to);
  if (table === undefined)
    return trail.fail(
      'route',
      region,
      from.vpc.id,
      `${from.vpc.id} has no route table`,
      { vpcId: from.vpc.id },
      dropped,
    );
  const route = routeTowards(from.state, table, to, nowMs);
  if (route === undefined)
    return trail.fail(
      'route',
      region,
      table.id,
      `${nameOfTable(table)} of ${from.subnet?.id ?? from.vpc.id} has no route to ${address}`,
      { routeTable: table.id, to: address },
      dropped,
    );
  const destination = formatCidr(route.destination);
  const evidence = { routeTable: table.id, destination, target: targetOf(route), state: route.state };
  if (route.target.kind === 'local') {
    trail.pass('route', region, table.id, `${address} is in ${from.vpc.id} itself (${destination})`, evidence);
    return 'local';
  }
  if (route.target.kind !== 'peering')
    return trail.fail(
      'route',
      region,
      table.id,
      `${nameOfTable(table)} sends ${destination} to ${route.target.id}, ${route.state === 'blackhole' ? 'a blackhole' : 'where nothing leads to the API'}`,
      evidence,
      dropped,
    );
  const other = route.state === 'active' ? undefined : livePeeringTowards(from, to, nowMs);
  if (other !== undefined)
    return trail.fail(
      'route',
      region,
      table.id,
      `${nameOfTable(table)} sends ${destination} into a blackhole: ${route.target.id} is no longer active, while ${other.id} is`,
      { ...evidence, activePeering: other.id },
      dropped,
    );
  trail.pass('route', region, table.id, `${nameOfTable(table)} sends ${destination} to ${route.target.id}`, evidence);
  return { peeringId: route.target.id };
}

const targetOf = ({ target }: Route): string => (target.kind === 'local' ? 'local' : target.id);

/** A peering that would do: only with one is the route, and not the peering, what is wrong. */
function livePeeringTowards({ vpc }: End, to: Ip, nowMs: WorldMs): Peering | undefined {
  for (const peering of vpc.peerings) {
    if (statusOfPeering(peering, nowMs) !== 'active') continue;
    const far = peering.requester.vpcId === vpc.id ? peering.accepter : peering.requester;
    if (far.cidrs?.some(({ cidr }) => holdsIp(cidr, to)) === true) return peering;
  }
  return undefined;
}

const isSide = (side: PeeringSide, { place, vpc }: End): boolean =>
  side.vpcId === vpc.id && side.region === place.region && side.account === place.account;

/** Through the peering, to the side that is not the caller's. */
export function cross(
  world: World,
  trail: Trail,
  from: End,
  peeringId: string,
  to: Ip,
  nowMs: WorldMs,
): PeeringSide | Broken {
  const { region } = from.place;
  const address = formatIp(to);
  const fail = (says: string, evidence: Record<string, unknown> = {}): Broken =>
    trail.fail('peering', region, peeringId, says, { peering: peeringId, ...evidence }, dropped);
  const peering = from.state.peerings.get(peeringId);
  if (peering === undefined) return fail(`${peeringId} does not exist any more: what is sent to it is dropped`);
  const status = statusOfPeering(peering, nowMs);
  if (status !== 'active')
    return fail(`${peeringId} is ${status}, not active: what is sent to it is dropped`, { status });
  const near = isSide(peering.requester, from)
    ? peering.requester
    : isSide(peering.accepter, from)
      ? peering.accepter
      : undefined;
  if (near === undefined) return fail(`${from.vpc.id} is on neither side of ${peeringId}`, { status });
  const far = near === peering.requester ? peering.accepter : peering.requester;
  const evidence = { status, to: { region: far.region, vpcId: far.vpcId } };
  if (far.cidrs?.some(({ cidr }) => holdsIp(cidr, to)) !== true)
    return fail(`${peeringId} leads to ${far.vpcId} in ${far.region}, which does not hold ${address}`, evidence);
  if (conditionsOf(world).weather.eats?.({ peeringId, fromRegion: near.region, toRegion: far.region }) === true)
    return fail(`${peeringId} is active, but packets from ${near.region} to ${far.region} do not arrive`, evidence);
  trail.pass(
    'peering',
    region,
    peeringId,
    `${peeringId} is active and leads to ${far.vpcId} in ${far.region}`,
    evidence,
  );
  return far;
}

/** An endpoint takes its interfaces with it, at an instant that may have passed unseen. */
function isGone(state: Ec2State, { endpointId }: NetworkInterface, nowMs: WorldMs): boolean {
  if (endpointId === undefined) return false;
  const endpoint = state.endpoints.get(endpointId);
  return endpoint === undefined || stateOfEndpoint(endpoint, nowMs) === 'gone';
}

/** What has the address on the far side. */
export function findArrival(
  world: World,
  side: Place & { readonly vpcId: string },
  address: Ip,
  nowMs: WorldMs,
): Arrival | undefined {
  const place = { account: side.account, region: side.region };
  const state = world.state(ec2, place);
  const vpc = state.vpcs.get(side.vpcId);
  if (vpc === undefined) return undefined;
  for (const networkInterface of state.networkInterfaces.values()) {
    if (networkInterface.address !== address || networkInterface.vpcId !== side.vpcId) continue;
    if (isGone(state, networkInterface, nowMs)) continue;
    const subnet = state.subnets.get(networkInterface.subnetId);
    if (subnet === undefined) return undefined;
    return { place, state, vpc, subnet, address, groupIds: networkInterface.groupIds, networkInterface };
  }
  return undefined;
}

/** What lets the first packet in: the network ACL of the subnet, then the security groups of the interface. */
export function arrive(trail: Trail, from: End, at: Arrival, peeringId: string | undefined): Broken | undefined {
  const { region } = at.place;
  const { networkInterface } = at;
  const source = formatIp(from.address);
  if (!sameSubnet(from, { vpcId: at.vpc.id, address: at.address })) {
    const verdict = networkAclVerdict(at.state, at.subnet, false, from.address, HTTPS_PORT);
    if (!verdict.allows)
      return trail.fail(
        'arrival',
        region,
        verdict.aclId,
        `${verdict.says} keeps packets from ${source} on tcp/${HTTPS_PORT} out of ${at.subnet.id}`,
        { subnet: at.subnet.id, from: source, entry: verdict.entry },
        dropped,
      );
  }
  const verdict = securityGroupVerdict(at.state, networkInterface.groupIds, false, from.address, HTTPS_PORT, {
    groupIds: from.groupIds,
    peeringId,
  });
  const groups = [...networkInterface.groupIds];
  if (verdict.ruleId === undefined)
    return trail.fail(
      'arrival',
      region,
      groups[0] ?? networkInterface.id,
      `${verdict.says} of ${networkInterface.id} lets nothing in from ${source} on tcp/${HTTPS_PORT}`,
      { networkInterface: networkInterface.id, securityGroups: groups, from: source },
      dropped,
    );
  trail.pass('arrival', region, networkInterface.id, `${verdict.ruleId} lets ${source} in to ${networkInterface.id}`, {
    networkInterface: networkInterface.id,
    rule: verdict.ruleId,
    from: source,
  });
  return undefined;
}

/** The way back. Security groups remember the connection; network ACLs and route tables do not. */
export function comeBack(
  world: World,
  trail: Trail,
  from: End,
  at: Arrival,
  peeringId: string | undefined,
  nowMs: WorldMs,
): Broken | undefined {
  const { region } = at.place;
  const caller = formatIp(from.address);
  if (!sameSubnet(from, { vpcId: at.vpc.id, address: at.address })) {
    const out = networkAclVerdict(at.state, at.subnet, true, from.address, CALLER_PORT);
    if (!out.allows)
      return trail.fail(
        'return',
        region,
        out.aclId,
        `${out.says} keeps answers to ${caller} in ${at.subnet.id}`,
        { subnet: at.subnet.id, entry: out.entry },
        dropped,
      );
  }
  const table = tableOf(at);
  const route = table && routeTowards(at.state, table, from.address, nowMs);
  const target = route && targetOf(route);
  const expected = peeringId ?? 'local';
  const resource = table?.id ?? at.vpc.id;
  const evidence = {
    routeTable: resource,
    to: caller,
    ...(route && { destination: formatCidr(route.destination), target, state: route.state }),
  };
  if (route === undefined)
    return trail.fail(
      'return',
      region,
      resource,
      `route table ${resource} of ${at.subnet.id} has no route back to ${caller}`,
      evidence,
      dropped,
    );
  if (target !== expected || route.state === 'blackhole')
    return trail.fail(
      'return',
      region,
      resource,
      `route table ${resource} sends answers to ${caller} to ${target}${route.state === 'blackhole' ? ', a blackhole' : ''}, and not back through ${expected}`,
      evidence,
      dropped,
    );
  if (peeringId !== undefined) {
    const direction = { peeringId, fromRegion: at.place.region, toRegion: from.place.region };
    if (conditionsOf(world).weather.eats?.(direction) === true)
      return trail.fail(
        'return',
        region,
        peeringId,
        `${peeringId} is active, but packets from ${direction.fromRegion} to ${direction.toRegion} do not arrive`,
        evidence,
        dropped,
      );
  }
  if (from.subnet !== undefined && !sameSubnet(from, { vpcId: at.vpc.id, address: at.address })) {
    const back = networkAclVerdict(from.state, from.subnet, false, at.address, CALLER_PORT);
    if (!back.allows)
      return trail.fail(
        'return',
        from.place.region,
        back.aclId,
        `${back.says} keeps answers from ${formatIp(at.address)} out of ${from.subnet.id}`,
        { subnet: from.subnet.id, entry: back.entry },
        dropped,
      );
  }
  trail.pass('return', region, resource, `answers to ${caller} go back through ${expected}`, evidence);
  return undefined;
}
