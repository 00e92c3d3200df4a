import type { ObservedTable, ObservedWay } from '../kinds/route-table.ts';
import { routeTableName, tableNames } from '../kinds/route-table.ts';
import { subnetName } from '../kinds/subnet.ts';
import { type Cidr, cidrOf, contains, overlaps, subdivide } from '../model/cidr.ts';
import type { Member } from '../model/fleet.ts';
import { keyOf, type TargetKey } from '../model/target.ts';
import type { Sight } from './reachability-sight.ts';

/** Some addresses of a member that one route table rules: where callers are, or an interface of the endpoint. */
export interface Stand {
  /** 'subnet-…', or what there is in its place. */
  readonly at: string;
  readonly block: Cidr;
  /** 'rtb-…'; undefined where no table of the fleet's is left to tell of the others. */
  readonly tableId: string | undefined;
  readonly ways: readonly Way[];
  /** What mends a missing or wrong way from here to these addresses. */
  mends(destination: string): TargetKey;
}

export interface Way extends ObservedWay {
  readonly block: Cidr;
}

const waysOf = ({ ways }: ObservedTable): readonly Way[] =>
  ways.map((way) => ({ ...way, block: cidrOf(way.destination) }));

/** Every VPC leads to its own blocks, whatever its tables say. */
const localWays = ({ cidrs }: Member): readonly Way[] =>
  cidrs.map((destination) => ({ destination, leadsTo: 'local', state: 'active', block: cidrOf(destination) }));

/** The most specific way for all of a block. One for a part of it is not seen: which addresses are in use, nothing tells. */
export function wayTo({ ways }: Stand, block: Cidr): Way | undefined {
  let best: Way | undefined;
  for (const way of ways)
    if (contains(way.block, block) && way.block.prefixLength > (best?.block.prefixLength ?? -1)) best = way;
  return best;
}

/** Whether every address of a block is in one of these. */
export function isCovered(block: Cidr, by: readonly Cidr[]): boolean {
  if (by.some((cidr) => contains(cidr, block))) return true;
  const touching = by.filter((cidr) => overlaps(cidr, block));
  if (touching.length === 0) return false;
  return [...subdivide(block, block.prefixLength + 1)].every((half) => isCovered(half, touching));
}

/** A subnet, and the table that rules it: by an association of its own, or else as the VPC's main one. */
function standIn(
  sight: Sight,
  member: Member,
  subnet: { readonly id: string; readonly block: Cidr; readonly mends?: TargetKey },
): Stand {
  const named = tableNames(member).map((table) => routeTableName(member, table));
  const seen = named.map((name) => ({ name, table: sight.see('route-table', name) }));
  const tables = seen.find(({ table }) => table !== undefined)?.table?.tables ?? [];
  const ruling = tables.find(({ subnetIds }) => subnetIds.includes(subnet.id)) ?? tables.find(({ isMain }) => isMain);
  const ours = seen.find(({ table }) => table !== undefined && table.id === ruling?.id)?.name;
  return {
    at: subnet.id,
    block: subnet.block,
    tableId: ruling?.id,
    ways: ruling === undefined ? localWays(member) : waysOf(ruling),
    mends: (destination) =>
      subnet.mends ??
      (ours === undefined ? keyOf('route-table', named[0] ?? member.region) : keyOf('route', `${ours}/${destination}`)),
  };
}

/** Where a member's callers are: its subnets. Without one, whatever comes next will be ruled by the VPC's main table. */
export function callersOf(sight: Sight, member: Member): readonly Stand[] {
  const names = member.zones.map((zone) => subnetName(member, zone));
  const stands = names.flatMap((name) => {
    const seen = sight.see('subnet', name);
    return seen === undefined ? [] : [standIn(sight, member, { id: seen.id, block: cidrOf(seen.cidr) })];
  });
  if (stands.length > 0) return stands;
  const block = cidrOf(member.cidrs[0] ?? '0.0.0.0/0');
  const mends = keyOf('subnet', names[0] ?? member.region);
  return [standIn(sight, member, { id: `the VPC of ${member.region}, which has no subnet,`, block, mends })];
}

/** Where the addresses of a member's endpoint are; of a subnet that is not the fleet's, it is known only that it is in the VPC. */
export function doorsOf(sight: Sight, member: Member, subnetIds: readonly string[], zone?: string): readonly Stand[] {
  const seen = new Map(
    member.zones.flatMap((each) => {
      const found = sight.see('subnet', subnetName(member, each));
      return found === undefined ? [] : [[found.id, found] as const];
    }),
  );
  return subnetIds.flatMap((id) => {
    const subnet = seen.get(id);
    if (subnet !== undefined)
      return zone === undefined || zone === subnet.zone
        ? [standIn(sight, member, { id, block: cidrOf(subnet.cidr) })]
        : [];
    const block = cidrOf(member.cidrs[0] ?? '0.0.0.0/0');
    return zone === undefined ? [standIn(sight, member, { id, block, mends: keyOf('endpoint', member.region) })] : [];
  });
}
