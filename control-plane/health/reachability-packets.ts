import { ruleName } from '../kinds/rule.ts';
import { endpointGroupName } from '../kinds/security-group.ts';
import { type Cidr, cidrOf, contains, formatCidr } from '../model/cidr.ts';
import type { Link, Member } from '../model/fleet.ts';
import type { Region } from '../model/region.ts';
import { keyOf, linkName } from '../model/target.ts';
import { linksAt } from '../model/topology.ts';
import { type Broken, broken } from './reachability-hops.ts';
import type { Sight } from './reachability-sight.ts';
import { isCovered, type Stand, wayTo } from './reachability-ways.ts';

/** Over what packets come, and to whom: 'pcx-…', or 'local' within a VPC. */
export interface Crossing {
  readonly over: string;
  readonly to: Member;
}

const HTTPS = 443;

const holds = ({ cidrs }: Member, block: Cidr): boolean => cidrs.some((cidr) => contains(cidrOf(cidr), block));
/** The destination that a route to these addresses has. */
const destinationOf = (member: Member | undefined, block: Cidr): string =>
  member?.cidrs.find((cidr) => contains(cidrOf(cidr), block)) ?? formatCidr(block);
const tableOf = ({ tableId, at }: Stand): string => tableId ?? `the route table of ${at}`;
const farOf = ({ requester, accepter }: Link, near: Region): Member =>
  requester.region === near ? accepter : requester;

/** `route` and `peering`: out of the caller's subnet to the VPC that has the address. */
export function cross(sight: Sight, from: Member, caller: Stand, to: Cidr): Crossing | Broken {
  const owner = sight.declared.members.find((member) => holds(member, to));
  const way = wayTo(caller, to);
  const destination = destinationOf(owner, to);
  const noRoute = (says: string): Broken => broken('route', caller.mends(destination), `${tableOf(caller)} ${says}`);
  if (way === undefined) return noRoute(`has no route to ${destination}`);
  const { leadsTo, state } = way;
  if (leadsTo === 'local') return { over: 'local', to: from };
  const sends = `sends ${way.destination} to ${leadsTo}`;
  if (!leadsTo.startsWith('pcx-')) return noRoute(`${sends}, and there is no API that way`);
  const links = linksAt(sight.declared, from.region).map((link) => ({
    far: farOf(link, from.region),
    peering: sight.see('peering', link.name),
  }));
  if (state === 'blackhole') {
    const live = links.find(({ far, peering }) => peering?.status === 'active' && holds(far, to));
    if (live !== undefined) return noRoute(`${sends}, a blackhole, while ${live.peering?.id} is active`);
    const between = keyOf('peering', linkName(from.region, owner?.region ?? from.region));
    return broken(
      'peering',
      between,
      `${leadsTo}, which ${destination} is sent to, is not active or not there any more`,
    );
  }
  const link = links.find(({ peering }) => peering?.id === leadsTo);
  if (link === undefined || !holds(link.far, to))
    return broken('peering', caller.mends(destination), `${leadsTo} does not lead to ${destination}`);
  return { over: leadsTo, to: link.far };
}

/** `arrival`: into the interfaces of the endpoint. */
export function arrive(sight: Sight, caller: Stand, from: Member, at: Region): Broken | undefined {
  const groupName = endpointGroupName(at);
  const door = sight.see('endpoint', at);
  const group = sight.see('security-group', groupName);
  const groupIds = door?.securityGroupIds ?? [];
  const blocks = groupIds.flatMap((id) => group?.letsIn[id] ?? []).map(cidrOf);
  if (isCovered(caller.block, blocks)) return undefined;
  const says = `${groupIds.join(', ')} of ${door?.id} does not let HTTPS in from all of ${formatCidr(caller.block)}`;
  if (group === undefined) return broken('arrival', keyOf('security-group', groupName), says);
  if (!groupIds.includes(group.id)) return broken('arrival', keyOf('endpoint', at), says);
  const { supernet } = sight.declared.fleet.network;
  const admitted = contains(cidrOf(supernet), caller.block) ? supernet : destinationOf(from, caller.block);
  return broken('arrival', keyOf('rule', ruleName(at, admitted)), `${says} on port ${HTTPS}`);
}

/** `return`: from the endpoint's subnet back over what the packets came by. */
export function comeBack(caller: Stand, from: Member, door: Stand, over: string): Broken | undefined {
  const way = wayTo(door, caller.block);
  if (way?.leadsTo === over && way.state === 'active') return undefined;
  const destination = destinationOf(from, caller.block);
  const says =
    way === undefined
      ? `has no route back to ${destination}`
      : `sends answers to ${destination} to ${way.leadsTo}${way.state === 'blackhole' ? ', a blackhole,' : ''} and not back through ${over}`;
  return broken('return', door.mends(destination), `${tableOf(door)} ${says}`);
}
