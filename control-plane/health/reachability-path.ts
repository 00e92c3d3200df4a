import { routeTableName, tableNames } from '../kinds/route-table.ts';
import { ruleName } from '../kinds/rule.ts';
import { endpointGroupName } from '../kinds/security-group.ts';
import { subnetName } from '../kinds/subnet.ts';
import { functionsNamedIn } from '../model/api-document.ts';
import { cidrOf, contains } from '../model/cidr.ts';
import type { Declared, Member } from '../model/fleet.ts';
import type { Region } from '../model/region.ts';
import { keyOf, linkName, type TargetKey } from '../model/target.ts';

const subnetsOf = (member: Member): TargetKey[] =>
  member.zones.map((zone) => keyOf('subnet', subnetName(member, zone)));
const tablesOf = (member: Member): TargetKey[] =>
  tableNames(member).map((table) => keyOf('route-table', routeTableName(member, table)));
const routesTo = (near: Member, far: Member): TargetKey[] =>
  near === far
    ? []
    : tableNames(near).flatMap((table) =>
        far.cidrs.map((cidr) => keyOf('route', `${routeTableName(near, table)}/${cidr}`)),
      );

/** The rules that let these callers in: the supernet's, and one for each of their blocks outside of it. */
function rulesFor({ fleet }: Declared, caller: Member, at: Region): TargetKey[] {
  const { supernet } = fleet.network;
  const blocks = caller.cidrs.map((cidr) => (contains(cidrOf(supernet), cidrOf(cidr)) ? supernet : cidr));
  return blocks.map((cidr) => keyOf('rule', ruleName(at, cidr)));
}

/**
 * The targets that a request from one member to another's replica depends on, in the order of its hops: what to look at,
 * and repair, where the link or the replica is sick.
 *
 * In  a pair that the fleet links, or one serving member twice
 */
export function pathTargets(from: Region, to: Region, declared: Declared, by: 'name' | 'path'): readonly TargetKey[] {
  const memberAt = (region: Region): Member | undefined => declared.members.find((each) => each.region === region);
  const [near, far] = [memberAt(from), memberAt(to)];
  if (near === undefined || far === undefined) return [];
  const { fleet } = declared;
  return [
    ...new Set<TargetKey>([
      keyOf('vpc', from),
      ...(by === 'name' ? [keyOf('view', from), keyOf('records', from)] : []),
      ...subnetsOf(near),
      ...tablesOf(near),
      ...routesTo(near, far),
      ...(near === far ? [] : [keyOf('peering', linkName(from, to))]),
      keyOf('vpc', to),
      keyOf('security-group', endpointGroupName(to)),
      ...rulesFor(declared, near, to),
      ...subnetsOf(far),
      ...tablesOf(far),
      ...routesTo(far, near),
      keyOf('endpoint', to),
      ...(far.certificateArn === undefined ? [] : [keyOf('domain-name', to)]),
      keyOf('access-association', to),
      keyOf('base-path-mapping', to),
      keyOf('rest-api', to),
      keyOf('stage', to),
      ...functionsNamedIn(fleet.api.openapi).map((name) => keyOf('function', `${to}/${name}`)),
    ]),
  ];
}
