import type { Route, RouteTable } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { answered, type Dialogue, type ReadCall, write, writeUnlessAbsent } from '../model/aws-call.ts';
import { difference, missing } from '../model/drift.ts';
import { fingerprint } from '../model/fingerprint.ts';
import type { Member } from '../model/fleet.ts';
import { tagsMissing } from '../model/ownership.ts';
import { ref } from '../model/reference.ts';
import { keyOf } from '../model/target.ts';
import { describeRouteTables, firstThat, memberAt, vpcIdOf } from './ec2-lists.ts';
import { bears, bearsAll, tag, tagAgain, tagged } from './ec2-tags.ts';
import type { Kind, Place } from './kind.ts';
import { memberTarget } from './member-target.ts';
import { describes, ec2Arn, ownedByAFleet, taggedAtCreation, tagging } from './permission-scopes.ts';
import { subnetName } from './subnet.ts';

const Desired = z.object({ vpcId: z.string(), subnetIds: z.array(z.string()) });
type Desired = z.infer<typeof Desired>;

/** Where a table sends a block of addresses, by whatever kind of route. */
export interface ObservedWay {
  readonly destination: string;
  /** 'pcx-…', 'igw-…', 'eni-…', or 'local' */
  readonly leadsTo: string;
  /** `blackhole`: the route is there, and what it leads to is not. */
  readonly state: 'active' | 'blackhole';
}

/** One table of a VPC, whosever it is: which subnets it rules, and what it does with their packets. */
export interface ObservedTable {
  readonly id: string;
  /** It rules every subnet that has no association of its own. */
  readonly isMain: boolean;
  readonly subnetIds: readonly string[];
  readonly ways: readonly ObservedWay[];
}

export interface ObservedRouteTable {
  readonly id: string;
  /** Its explicit associations: association id by subnet id. */
  readonly associations: Readonly<Record<string, string>>;
  /** Those of the VPC's subnets with other tables, so that one that was led astray can be led back. */
  readonly elsewhere: Readonly<Record<string, string>>;
  /** Routes that somebody wrote: '10.65.0.0/16 to pcx-…'. Once the fleet's are gone, those of others. */
  readonly routes: readonly string[];
  /** Every table of the VPC, this one among them: what rules a subnet that was led astray. */
  readonly tables: readonly ObservedTable[];
  readonly hasAllTags: boolean;
  /** An experiment has put tables of its own in the place of this one: 'managedByFIS=true on rtb-…'. */
  readonly foreignFault?: string;
}

/**
 * The mark of what a fault-injection service made, and takes away again by itself.
 *
 * Source  docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html (aws:network:route-table-disrupt-cross-region-connectivity)
 */
const experimentOn = (tables: readonly RouteTable[]): string | undefined => {
  const ids = tables
    .filter(({ Tags = [] }) => Tags.some(({ Key, Value }) => Key === 'managedByFIS' && Value === 'true'))
    .filter((table) => Object.keys(associationsOf([table])).length > 0)
    .map(({ RouteTableId }) => RouteTableId);
  return ids.length === 0 ? undefined : `managedByFIS=true on ${ids.join(', ')}`;
};

/** What a route leads to: 'pcx-…', 'igw-…', 'eni-…' */
export const routeTarget = (route: Route): string =>
  route.VpcPeeringConnectionId ??
  route.GatewayId ??
  route.NatGatewayId ??
  route.TransitGatewayId ??
  route.NetworkInterfaceId ??
  route.InstanceId ??
  route.LocalGatewayId ??
  route.CarrierGatewayId ??
  route.CoreNetworkArn ??
  'nothing';

/** A route that a VPN gateway propagates stands beside a static one and yields to it: it is in nobody's way. */
export const isStatic = ({ Origin }: Route): boolean => Origin !== 'EnableVgwRoutePropagation';

const written = ({ Routes = [] }: RouteTable): string[] =>
  Routes.filter((route) => isStatic(route) && route.Origin !== 'CreateRouteTable').map(
    (route) =>
      `${route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? route.DestinationPrefixListId} to ${routeTarget(route)}`,
  );

/** Routes to IPv6 blocks and to prefix lists are none of a fleet's ways. */
const tableSeen = (table: RouteTable): ObservedTable => ({
  id: answered(table.RouteTableId, 'describeRouteTables'),
  isMain: table.Associations?.some(({ Main }) => Main === true) ?? false,
  subnetIds: Object.keys(associationsOf([table])),
  ways: (table.Routes ?? []).flatMap((route) =>
    route.DestinationCidrBlock === undefined
      ? []
      : [
          {
            destination: route.DestinationCidrBlock,
            leadsTo: routeTarget(route),
            state: route.State === 'blackhole' ? ('blackhole' as const) : ('active' as const),
          },
        ],
  ),
});

/** The route tables a member's callers and endpoint use: 'main' in a VPC of its own, and else those it was lent, by id. */
export const tableNames = ({ borrowed }: Member): readonly string[] => borrowed?.routeTableIds ?? ['main'];
export const routeTableName = (member: Member, table: string): string => `${member.region}/${table}`;

const isTable =
  (id: string | undefined) =>
  ({ RouteTableId }: RouteTable): boolean =>
    RouteTableId === id;

/** A member's route tables, by the name they have in the fleet, and every other one of the VPC. */
export function* findRouteTables(
  place: Place,
): Dialogue<ReadCall, { readonly named: ReadonlyMap<string, RouteTable>; readonly all: readonly RouteTable[] }> {
  const member = memberAt(place);
  const vpcId = yield* vpcIdOf(place);
  if (member === undefined || vpcId === undefined) return { named: new Map(), all: [] };
  const all = yield* describeRouteTables(place.region, vpcId);
  const named = new Map<string, RouteTable>();
  for (const table of tableNames(member)) {
    const name = routeTableName(member, table);
    const key = keyOf('route-table', name);
    const hit =
      member.borrowed === undefined
        ? firstThat(all, isTable(place.known(key)), ({ Tags }) => bears(place, key, Tags))
        : all.find(isTable(table));
    if (hit !== undefined) named.set(name, hit);
  }
  return { named, all };
}

const associationsOf = (tables: readonly RouteTable[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    tables
      .flatMap(({ Associations = [] }) => Associations)
      .flatMap(({ SubnetId, RouteTableAssociationId: id, AssociationState }) =>
        SubnetId === undefined || id === undefined || AssociationState?.State === 'disassociated'
          ? []
          : [[SubnetId, id]],
      ),
  );

/**
 * The table that sends what is meant for other members to their peerings.
 *
 * Desired   { vpcId, subnetIds }: associated with every subnet of the fleet there
 * Observed  id, associations, tags, and what every table of the VPC does; of a borrowed one nothing is compared
 * Faults    Conflict at removal while somebody else's subnet is associated with it
 * Source    docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRouteTable.html (ClientToken)
 */
export const routeTable: Kind<Desired, ObservedRouteTable> = {
  name: 'route-table',
  dependsOn: [],
  desired: Desired,
  permissions: {
    read: [describes('RouteTables', 'Vpcs')],
    write: [
      { actions: ['ec2:CreateRouteTable'], resources: [ec2Arn('route-table')], conditions: taggedAtCreation },
      { actions: ['ec2:CreateRouteTable'], resources: [ec2Arn('vpc')], conditions: ownedByAFleet },
      tagging('route-table'),
      {
        actions: ['ec2:AssociateRouteTable', 'ec2:DisassociateRouteTable', 'ec2:DeleteRouteTable'],
        resources: [ec2Arn('route-table')],
        conditions: ownedByAFleet,
      },
      // Whatever table a subnet was sent to, and whether or not it still has its own tags, it comes back to ours.
      { actions: ['ec2:ReplaceRouteTableAssociation'], resources: [ec2Arn('route-table'), ec2Arn('subnet')] },
      { actions: ['ec2:AssociateRouteTable', 'ec2:DisassociateRouteTable'], resources: [ec2Arn('subnet')] },
    ],
  },

  *targets({ members }) {
    for (const member of members) {
      const { region, zones, borrowed } = member;
      const vpcId = ref('vpc', region, 'id');
      const subnetIds = zones.map((zone) => ref('subnet', subnetName(member, zone), 'id'));
      for (const table of tableNames(member)) {
        const name = routeTableName(member, table);
        if (borrowed === undefined) yield memberTarget<Desired>('route-table', region, { vpcId, subnetIds }, name);
        else yield { ...memberTarget<Desired>('route-table', region, vpcId, name), borrowed: true };
      }
    }
  },

  *survey(place): Dialogue<ReadCall, ReadonlyMap<string, ObservedRouteTable>> {
    const { named, all } = yield* findRouteTables(place);
    const foreignFault = experimentOn(all);
    const observed = new Map<string, ObservedRouteTable>();
    for (const [name, table] of named) {
      const id = answered(table.RouteTableId, 'describeRouteTables');
      observed.set(name, {
        id,
        associations: associationsOf([table]),
        elsewhere: associationsOf(all.filter((other) => other !== table)),
        routes: written(table),
        tables: all.map(tableSeen),
        hasAllTags: bearsAll(place, keyOf('route-table', name), table.Tags),
        ...(foreignFault !== undefined && { foreignFault }),
      });
    }
    return observed;
  },

  attributes: ({ id }) => ({ id }),

  diff({ vpcId, subnetIds }, observed) {
    if (observed === undefined) return missing(`a route table in ${vpcId}`);
    const associated = subnetIds.filter((subnetId) => observed.associations[subnetId] !== undefined);
    return [
      ...difference('associations', subnetIds, associated, 'outage'),
      ...(observed.hasAllTags ? [] : [tagsMissing]),
    ];
  },

  holdsOthers: ({ id, routes }) =>
    routes.length === 0
      ? undefined
      : `${id} holds routes that are not the fleet's, and is kept for them: ${routes.join(', ')}: delete those first`,

  *apply({ key, desired: { vpcId, subnetIds }, observed, place }) {
    const { region, declared } = place;
    let RouteTableId = observed?.id;
    if (RouteTableId === undefined) {
      const { RouteTable: created } = yield* write(region, 'ec2', 'createRouteTable', {
        VpcId: vpcId,
        // Of its own after each one that is known to have been: a token that made a table once answers with that table for good.
        ClientToken: fingerprint({ fleet: declared.fleet.name, key, vpcId, after: place.known(key) }),
        TagSpecifications: tagged(place, key, 'route-table'),
      });
      RouteTableId = answered(created?.RouteTableId, 'createRouteTable');
    } else if (observed?.hasAllTags === false) yield* tag(place, key, [RouteTableId]);

    for (const SubnetId of subnetIds.filter((subnetId) => observed?.associations[subnetId] === undefined)) {
      const AssociationId = observed?.elsewhere[SubnetId];
      if (AssociationId === undefined) yield* write(region, 'ec2', 'associateRouteTable', { RouteTableId, SubnetId });
      else yield* write(region, 'ec2', 'replaceRouteTableAssociation', { RouteTableId, AssociationId });
    }
    return { id: RouteTableId };
  },

  *remove({ key, observed, place }) {
    const { id: RouteTableId, associations } = observed;
    const { region } = place;
    yield* tagAgain(place, key, observed);
    for (const AssociationId of Object.values(associations))
      yield* writeUnlessAbsent(region, 'ec2', 'disassociateRouteTable', { AssociationId });
    yield* writeUnlessAbsent(region, 'ec2', 'deleteRouteTable', { RouteTableId });
  },
};
