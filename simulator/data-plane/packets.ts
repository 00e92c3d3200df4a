import type { WorldMs } from '../clock.ts';
import { formatCidr, formatIp, holdsIp, type Ip } from '../ip.ts';
import type { Place } from '../service.ts';
import { statusOfPeering } from '../services/ec2/peering-status.ts';
import { type Route, routeTableOfSubnet, routeTowards } from '../services/ec2/routing.ts';
import type { Ec2State, Peering, PeeringSide, RouteTable, Subnet, Vpc } from '../services/ec2/state.ts';
import type { World } from '../world.ts';
import { HTTPS_PORT, networkAclVerdict, securityGroupVerdict } from './packet-rules.ts';
import { type Broken, DROPPED, type Evidence, type Trail } from './trail.ts';
import { isEaten } from './weather.ts';

/** One end of a connection, and what rules its packets. */
export interface End {
  readonly place: Place;
  readonly state: Ec2State;
  readonly vpc: Vpc;
  /** Absent in a VPC without subnets. */
  readonly subnet: Subnet | undefined;
  readonly address: Ip;
  readonly groupIds: readonly string[];
}

export const tableOf = ({ state, vpc, subnet }: End): RouteTable | undefined =>
  subnet === undefined ? state.routeTables.get(vpc.mainRouteTable.routeTableId) : routeTableOfSubnet(state, subnet);

/** 'pcx-…', 'eni-…', 'igw-…', or 'local' */
export const targetOf = ({ target }: Route): string => (target.kind === 'local' ? 'local' : target.id);

/** Network ACLs stand at the edge of a subnet: what stays inside one never meets them. */
export const isInside = (subnet: Subnet | undefined, address: Ip): boolean =>
  subnet !== undefined && holdsIp(subnet.cidr, address);

/** What lets the first packet out: the caller's security groups, then the network ACL of its subnet. */
export function leave(trail: Trail, from: End, to: Ip): Broken | undefined {
  const { region } = from.place;
  const { groupIds, subnet } = from;
  const [firstGroup] = groupIds;
  if (firstGroup !== undefined) {
    const verdict = securityGroupVerdict(from.state, groupIds, true, to, HTTPS_PORT, undefined);
    if (verdict.ruleId === undefined) {
      const says = `${verdict.says} lets no packets out to ${formatIp(to)} on tcp/${HTTPS_PORT}`;
      return trail.fail('egress', region, firstGroup, says, { securityGroups: groupIds, to: formatIp(to) }, DROPPED);
    }
  }
  if (subnet === undefined) return undefined;
  if (!isInside(subnet, to)) {
    const verdict = networkAclVerdict(from.state, subnet, true, to, HTTPS_PORT);
    if (!verdict.allows) {
      const says = `${verdict.says} keeps packets to ${formatIp(to)} on tcp/${HTTPS_PORT} in ${subnet.id}`;
      const evidence = { subnet: subnet.id, to: formatIp(to), entry: verdict.entry };
      return trail.fail('egress', region, verdict.aclId, says, evidence, DROPPED);
    }
  }
  trail.pass('egress', region, subnet.id, () => ({
    says: `packets to ${formatIp(to)} may leave ${subnet.id}`,
    evidence: { from: formatIp(from.address), to: formatIp(to) },
  }));
  return undefined;
}

/** A peering that would do: only where there is one is it the route that is wrong, and not the peering. */
function livePeeringTowards({ vpc }: End, to: Ip, nowMs: WorldMs): Peering | undefined {
  for (const peering of vpc.peerings) {
    if (statusOfPeering(peering, nowMs) !== 'active') continue;
    const far = peering.requester.vpcId === vpc.id ? peering.accepter : peering.requester;
    if (far.cidrs?.some(({ cidr }) => holdsIp(cidr, to)) === true) return peering;
  }
  return undefined;
}

/** Where the caller's route table sends the packets: to a peering, or into its own VPC. */
export function takeRoute(
  trail: Trail,
  from: End,
  to: Ip,
  nowMs: WorldMs,
): { readonly peeringId: string } | 'local' | Broken {
  const { region } = from.place;
  const table = tableOf(from);
  const route = table && routeTowards(from.state, table, to, nowMs);
  const resource = table?.id ?? from.vpc.id;
  const evidence = (): Evidence => ({
    routeTable: resource,
    to: formatIp(to),
    ...(route && { destination: formatCidr(route.destination), target: targetOf(route), state: route.state }),
  });
  const fail = (says: string, more: Evidence = {}): Broken =>
    trail.fail('route', region, resource, `route table ${resource} ${says}`, { ...evidence(), ...more }, DROPPED);
  if (route === undefined) return fail(`of ${from.subnet?.id ?? from.vpc.id} has no route to ${formatIp(to)}`);
  const { target, destination, state } = route;
  if (target.kind === 'local') {
    trail.pass('route', region, resource, () => ({
      says: `${formatIp(to)} is in ${from.vpc.id} itself (${formatCidr(destination)})`,
      evidence: evidence(),
    }));
    return 'local';
  }
  const sends = (): string => `sends ${formatCidr(destination)} to ${target.id}`;
  if (target.kind !== 'peering')
    return fail(`${sends()}, ${state === 'blackhole' ? 'a blackhole' : 'and there is no API that way'}`);
  const other = state === 'active' ? undefined : livePeeringTowards(from, to, nowMs);
  if (other !== undefined)
    return fail(`${sends()}, a blackhole: that peering is not active, while ${other.id} is`, { active: other.id });
  trail.pass('route', region, resource, () => ({
    says: `route table ${resource} ${sends()}`,
    evidence: evidence(),
  }));
  return { peeringId: target.id };
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
  const peering = from.state.peerings.get(peeringId);
  const status = peering && statusOfPeering(peering, nowMs);
  const fail = (says: string): Broken =>
    trail.fail('peering', region, peeringId, says, { peering: peeringId, ...(status && { status }) }, DROPPED);
  if (peering === undefined) return fail(`${peeringId} does not exist any more: what is sent to it is dropped`);
  if (status !== 'active') return fail(`${peeringId} is ${status}, not active: what is sent to it is dropped`);
  const { requester, accepter } = peering;
  const near = isSide(requester, from) ? requester : isSide(accepter, from) ? accepter : undefined;
  if (near === undefined) return fail(`${from.vpc.id} is on neither side of ${peeringId}`);
  const far = near === requester ? accepter : requester;
  if (far.cidrs?.some(({ cidr }) => holdsIp(cidr, to)) !== true)
    return fail(`${peeringId} leads to ${far.vpcId} in ${far.region}, which does not hold ${formatIp(to)}`);
  if (isEaten(world, { peeringId, fromRegion: near.region, toRegion: far.region }))
    return fail(`${peeringId} is active, but packets from ${near.region} to ${far.region} do not arrive`);
  trail.pass('peering', region, peeringId, () => ({
    says: `${peeringId} is active and leads to ${far.vpcId} in ${far.region}`,
    evidence: { peering: peeringId, status, to: { region: far.region, vpcId: far.vpcId } },
  }));
  return far;
}
