import type { WorldMs } from '../clock.ts';
import { formatCidr, formatIp, type Ip } from '../ip.ts';
import type { Place } from '../service.ts';
import { stateOfEndpoint } from '../services/ec2/endpoint-state.ts';
import { routeTowards } from '../services/ec2/routing.ts';
import { type Ec2State, ec2Home, type NetworkInterface, type Subnet } from '../services/ec2/state.ts';
import type { World } from '../world.ts';
import { CALLER_PORT, HTTPS_PORT, networkAclVerdict, securityGroupVerdict } from './packet-rules.ts';
import { type End, isInside, tableOf, targetOf } from './packets.ts';
import { type Broken, DROPPED, type Evidence, type Trail } from './trail.ts';
import { isEaten } from './weather.ts';

/** The end a packet arrived at: something with a network interface. */
export interface Arrival extends End {
  readonly subnet: Subnet;
  readonly networkInterface: NetworkInterface;
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
  { account, region, vpcId }: Place & { readonly vpcId: string },
  address: Ip,
  nowMs: WorldMs,
): Arrival | undefined {
  const place = { account, region };
  const state = world.look(ec2Home, place);
  const vpc = state.vpcs.get(vpcId);
  if (vpc === undefined) return undefined;
  for (const networkInterface of state.networkInterfaces.values()) {
    if (networkInterface.address !== address || networkInterface.vpcId !== vpcId) continue;
    const subnet = state.subnets.get(networkInterface.subnetId);
    if (subnet === undefined || isGone(state, networkInterface, nowMs)) continue;
    return { place, state, vpc, subnet, address, groupIds: [...networkInterface.groupIds], networkInterface };
  }
  return undefined;
}

/** What lets the first packet in: the network ACL of the subnet, then the security groups of the interface. */
export function arrive(trail: Trail, from: End, at: Arrival, peeringId: string | undefined): Broken | undefined {
  const { region } = at.place;
  const { networkInterface, subnet, groupIds } = at;
  const evidence = (): Evidence => ({ networkInterface: networkInterface.id, from: formatIp(from.address) });
  if (!isInside(subnet, from.address)) {
    const { allows, aclId, says, entry } = networkAclVerdict(at.state, subnet, false, from.address, HTTPS_PORT);
    if (!allows) {
      const whole = `${says} keeps packets from ${formatIp(from.address)} on tcp/${HTTPS_PORT} out of ${subnet.id}`;
      return trail.fail('arrival', region, aclId, whole, { ...evidence(), subnet: subnet.id, entry }, DROPPED);
    }
  }
  const other = { groupIds: from.groupIds, peeringId };
  const { ruleId, says } = securityGroupVerdict(at.state, groupIds, false, from.address, HTTPS_PORT, other);
  if (ruleId === undefined) {
    const whole = `${says} of ${networkInterface.id} lets nothing in from ${formatIp(from.address)} on tcp/${HTTPS_PORT}`;
    const known = { ...evidence(), securityGroups: groupIds };
    return trail.fail('arrival', region, groupIds[0] ?? networkInterface.id, whole, known, DROPPED);
  }
  trail.pass('arrival', region, networkInterface.id, () => ({
    says: `${ruleId} lets ${formatIp(from.address)} in to ${networkInterface.id}`,
    evidence: { ...evidence(), rule: ruleId },
  }));
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
  const { subnet } = at;
  const table = tableOf(at);
  const route = table && routeTowards(at.state, table, from.address, nowMs);
  const resource = table?.id ?? at.vpc.id;
  const evidence = (): Evidence => ({
    routeTable: resource,
    to: formatIp(from.address),
    ...(route && { destination: formatCidr(route.destination), target: targetOf(route), state: route.state }),
  });
  const fail = (whose: string, says: string, more: Evidence = {}): Broken =>
    trail.fail('return', region, whose, says, { ...evidence(), ...more }, DROPPED);
  if (!isInside(subnet, from.address)) {
    const { allows, aclId, says, entry } = networkAclVerdict(at.state, subnet, true, from.address, CALLER_PORT);
    if (!allows) return fail(aclId, `${says} keeps answers to ${formatIp(from.address)} in ${subnet.id}`, { entry });
  }
  if (route === undefined)
    return fail(resource, `route table ${resource} of ${subnet.id} has no route back to ${formatIp(from.address)}`);
  const cameBy = peeringId ?? 'local';
  const target = targetOf(route);
  if (target !== cameBy || route.state === 'blackhole') {
    const leads = `${target}${route.state === 'blackhole' ? ', a blackhole,' : ''}`;
    const says = `route table ${resource} sends answers to ${formatIp(from.address)} to ${leads} and not back through ${cameBy}`;
    return fail(resource, says);
  }
  if (peeringId !== undefined) {
    const crossing = { peeringId, fromRegion: region, toRegion: from.place.region };
    if (isEaten(world, crossing))
      return fail(
        peeringId,
        `${peeringId} is active, but packets from ${region} to ${crossing.toRegion} do not arrive`,
      );
  }
  if (from.subnet !== undefined && !isInside(from.subnet, at.address)) {
    const back = networkAclVerdict(from.state, from.subnet, false, at.address, CALLER_PORT);
    if (!back.allows) {
      const says = `${back.says} keeps answers from ${formatIp(at.address)} out of ${from.subnet.id}`;
      return fail(back.aclId, says, { entry: back.entry });
    }
  }
  trail.pass('return', region, resource, () => ({
    says: `answers to ${formatIp(from.address)} go back through ${cameBy}`,
    evidence: evidence(),
  }));
  return undefined;
}
