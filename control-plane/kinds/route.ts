import { z } from 'zod';
import { answered, type Dialogue, type ReadCall, write, writeUnlessAbsent } from '../model/aws-call.ts';
import { difference, missing } from '../model/drift.ts';
import { ref } from '../model/reference.ts';
import { keyOf } from '../model/target.ts';
import { linksAt, linksOf } from '../model/topology.ts';
import { describePeerings, memberAt } from './ec2-lists.ts';
import { bears } from './ec2-tags.ts';
import type { Kind, Place } from './kind.ts';
import { describes, ec2Arn } from './permission-scopes.ts';
import { findRouteTables, isStatic, routeTableName, routeTarget, tableNames } from './route-table.ts';

const Desired = z.object({ routeTableId: z.string(), destination: z.string(), peeringId: z.string() });
type Desired = z.infer<typeof Desired>;

export interface ObservedRoute {
  readonly routeTableId: string;
  readonly destination: string;
  /** Whatever it leads to: 'pcx-…', 'igw-…', 'eni-…' */
  readonly leadsTo: string;
  /** `blackhole`: the route is there, and what it leads to is not. */
  readonly state: 'active' | 'blackhole';
  /** It leads to a peering of the fleet. */
  readonly isOurs: boolean;
  /** It stands in a table that the fleet made, not in a borrowed one. */
  readonly inOwnTable: boolean;
}

/** The ids of the fleet's peerings here: the journal's, and by tags only where it does not know one. */
function* ourPeeringIds(place: Place): Dialogue<ReadCall, ReadonlySet<string>> {
  const links = linksAt(place.declared, place.region);
  const ids = new Set<string>();
  const unknown: string[] = [];
  for (const { name } of links) {
    const known = place.known(keyOf('peering', name));
    if (known === undefined) unknown.push(name);
    else ids.add(known);
  }
  if (unknown.length === 0) return ids;
  const keys = [...unknown.map((name) => keyOf('peering', name)), keyOf('peering-tags', place.region)];
  for (const { VpcPeeringConnectionId: id, Tags } of yield* describePeerings(place.region))
    if (id !== undefined && keys.some((key) => bears(place, key, Tags))) ids.add(id);
  return ids;
}

/** Nobody's working route: in a table of ours any dead end, in a borrowed one only a peering that is gone. */
const isDead = ({ state, inOwnTable, leadsTo }: ObservedRoute): boolean =>
  state === 'blackhole' && (inOwnTable || leadsTo.startsWith('pcx-'));

/**
 * The way to another member, in one route table: what is meant for its addresses goes through the link's peering.
 *
 * Desired   { routeTableId, destination: '10.65.0.0/16', peeringId }
 * Observed  the static route at that destination, wherever it leads
 * Faults    Conflict (RouteAlreadyExists: somebody was faster), Rejected (500 routes per table by default)
 * Source    docs.aws.amazon.com/vpc/latest/peering/vpc-peering-routing.html,
 *           docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html (static before propagated)
 */
export const route: Kind<Desired, ObservedRoute> = {
  name: 'route',
  dependsOn: [],
  desired: Desired,
  permissions: {
    read: [describes('RouteTables', 'VpcPeeringConnections', 'Vpcs')],
    write: [
      // Borrowed tables bear no tag of ours.
      { actions: ['ec2:CreateRoute', 'ec2:ReplaceRoute', 'ec2:DeleteRoute'], resources: [ec2Arn('route-table')] },
    ],
  },

  *targets(declared) {
    for (const { name: link, requester, accepter } of linksOf(declared)) {
      const both = [requester.region, accepter.region];
      for (const [member, peer] of [
        [requester, accepter],
        [accepter, requester],
      ] as const)
        for (const table of tableNames(member))
          for (const destination of peer.cidrs)
            yield {
              kind: 'route',
              name: `${routeTableName(member, table)}/${destination}`,
              region: member.region,
              lease: `link/${link}`,
              owners: both,
              concerns: both,
              want: {
                routeTableId: ref('route-table', routeTableName(member, table), 'id'),
                destination,
                peeringId: ref('peering', link, 'activeId'),
              },
            };
    }
  },

  *survey(place): Dialogue<ReadCall, ReadonlyMap<string, ObservedRoute>> {
    const member = memberAt(place);
    const links = linksAt(place.declared, place.region);
    if (member === undefined || links.length === 0) return new Map();
    const { named } = yield* findRouteTables(place);
    const ours = yield* ourPeeringIds(place);
    const observed = new Map<string, ObservedRoute>();
    for (const [tableName, { RouteTableId, Routes = [] }] of named) {
      const routeTableId = answered(RouteTableId, 'describeRouteTables');
      const byDestination = new Map(Routes.filter(isStatic).map((found) => [found.DestinationCidrBlock, found]));
      for (const { requester, accepter } of links) {
        const peer = requester === member ? accepter : requester;
        const isGoing = member.phase === 'leaving' || peer.phase === 'leaving';
        for (const destination of peer.cidrs) {
          const found = byDestination.get(destination);
          if (found === undefined) continue;
          const leadsTo = routeTarget(found);
          const isOurs = ours.has(leadsTo);
          // Of a link that is being removed, a route that leads elsewhere is no longer any of our business.
          if (isGoing && !isOurs) continue;
          const state = found.State === 'blackhole' ? 'blackhole' : 'active';
          const inOwnTable = member.borrowed === undefined;
          observed.set(`${tableName}/${destination}`, {
            routeTableId,
            destination,
            leadsTo,
            state,
            isOurs,
            inOwnTable,
          });
        }
      }
    }
    return observed;
  },

  attributes: () => ({}),

  conflict({ peeringId }, observed) {
    const { routeTableId, destination, leadsTo, isOurs } = observed;
    if (leadsTo === peeringId || isOurs || isDead(observed)) return undefined;
    return `${routeTableId} sends ${destination} to ${leadsTo}, which is not the fleet's: delete that route, or move one of the two`;
  },

  diff({ destination, peeringId }, observed) {
    if (observed === undefined) return missing(`${destination} through ${peeringId}`);
    // The state too, not only the id: a blackhole still names the peering it once led to.
    const { leadsTo, state } = observed;
    return [...difference('leadsTo', peeringId, leadsTo, 'outage'), ...difference('state', 'active', state, 'outage')];
  },

  *apply({ desired, observed, place: { region } }) {
    const {
      routeTableId: RouteTableId,
      destination: DestinationCidrBlock,
      peeringId: VpcPeeringConnectionId,
    } = desired;
    const input = { RouteTableId, DestinationCidrBlock, VpcPeeringConnectionId };
    // Replaced, not deleted and created: callers must never meet the gap between the two.
    yield* observed === undefined
      ? write(region, 'ec2', 'createRoute', input)
      : write(region, 'ec2', 'replaceRoute', input);
  },

  *remove({ observed: { routeTableId: RouteTableId, destination: DestinationCidrBlock }, place: { region } }) {
    yield* writeUnlessAbsent(region, 'ec2', 'deleteRoute', { RouteTableId, DestinationCidrBlock });
  },
};
