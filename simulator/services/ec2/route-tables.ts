import type { RouteTable as RouteTableView, Route as RouteView } from '@aws-sdk/client-ec2';
import { AwsError } from '../../aws-error.ts';
import { formatCidr } from '../../ip.ts';
import { oncePerToken } from './client-tokens.ts';
import { dependencyViolation } from './errors.ts';
import type { FilterTable } from './filters.ts';
import { find, findAll } from './find.ts';
import { newId } from './ids.ts';
import { furtherPages, listed } from './listing.ts';
import type { Ec2Call, Operation } from './operation.ts';
import type { PageBounds } from './paging.ts';
import { type Route, routesOf } from './routing.ts';
import type { Ec2State, RouteTable, RouteTableAssociation } from './state.ts';
import { keepTags, tagsFor, tagsOf } from './tags.ts';

const PAGES: PageBounds = { least: 5, most: 100 };

/** An empty table: the VPC's local routes are in it without being written. */
export function addRouteTable(vpcId: string, call: Ec2Call): RouteTable {
  const table: RouteTable = { id: newId('rtb', call), vpcId, routes: new Map() };
  call.state.routeTables.set(table.id, table);
  return table;
}

export const createRouteTable: Operation<'CreateRouteTable'> = (input, call) => {
  const { state } = call;
  const table = oncePerToken(state.clientTokens.routeTables, input, call.nowMs, () => {
    const vpc = find(state, 'vpc', input.VpcId);
    const tags = tagsFor('route-table', input.TagSpecifications);
    const siblings = state.routeTables.values().filter(({ vpcId }) => vpcId === vpc.id);
    if ([...siblings].length >= state.quotas.routeTablesPerVpc)
      throw new AwsError('RouteTableLimitExceeded', 'The maximum number of route tables has been reached.');
    const made = addRouteTable(vpc.id, call);
    keepTags(state, made.id, tags);
    return made;
  });
  return { RouteTable: viewOf(table, call), ...(input.ClientToken && { ClientToken: input.ClientToken }) };
};

export const deleteRouteTable: Operation<'DeleteRouteTable'> = (input, { state }) => {
  const table = find(state, 'route-table', input.RouteTableId);
  // The main table always has its main association, so it cannot go either.
  if (associationsOf(state, table).length > 0) throw dependencyViolation('routeTable', table.id);
  state.routeTables.delete(table.id);
  state.tags.delete(table.id);
  return {};
};

const associationsOf = (state: Ec2State, table: RouteTable): RouteTableAssociation[] =>
  state.routeTableAssociations
    .values()
    .filter(({ routeTableId }) => routeTableId === table.id)
    .toArray();

const perRoute =
  (valueOf: (route: RouteView) => string | undefined): FilterTable<RouteTable>[string] =>
  (table, { state, nowMs }) =>
    routesOf(state, table, nowMs).map((route) => valueOf(routeView(route)));

const perAssociation =
  (valueOf: (association: RouteTableAssociation) => string | boolean | undefined): FilterTable<RouteTable>[string] =>
  (table, { state }) =>
    associationsOf(state, table).map(valueOf);

const filters: FilterTable<RouteTable> = {
  'association.gateway-id': () => undefined,
  'association.route-table-association-id': perAssociation(({ id }) => id),
  'association.route-table-id': perAssociation(({ routeTableId }) => routeTableId),
  'association.subnet-id': perAssociation(({ subnetId }) => subnetId),
  'association.main': perAssociation(({ subnetId }) => subnetId === undefined),
  'owner-id': (_table, { place }) => place.account,
  'route-table-id': ({ id }) => id,
  'route.destination-cidr-block': perRoute((route) => route.DestinationCidrBlock),
  'route.destination-ipv6-cidr-block': () => undefined,
  'route.destination-prefix-list-id': () => undefined,
  'route.egress-only-internet-gateway-id': () => undefined,
  'route.gateway-id': perRoute((route) => route.GatewayId),
  'route.instance-id': () => undefined,
  'route.nat-gateway-id': () => undefined,
  'route.transit-gateway-id': () => undefined,
  'route.origin': perRoute((route) => route.Origin),
  'route.state': perRoute((route) => route.State),
  'route.vpc-peering-connection-id': perRoute((route) => route.VpcPeeringConnectionId),
  'vpc-id': ({ vpcId }) => vpcId,
};

export const describeRouteTables: Operation<'DescribeRouteTables'> = (input, call) => {
  const page = listed(findAll(call.state, 'route-table', input.RouteTableIds), input, filters, call, PAGES);
  return { RouteTables: page.items.map((table) => viewOf(table, call)), ...furtherPages(page) };
};

const viewOf = (table: RouteTable, { state, nowMs, place }: Ec2Call): RouteTableView => ({
  RouteTableId: table.id,
  VpcId: table.vpcId,
  OwnerId: place.account,
  Associations: associationsOf(state, table).map(({ id, routeTableId, subnetId }) => ({
    RouteTableAssociationId: id,
    RouteTableId: routeTableId,
    Main: subnetId === undefined,
    AssociationState: { State: 'associated' },
    ...(subnetId !== undefined && { SubnetId: subnetId }),
  })),
  Routes: routesOf(state, table, nowMs).map(routeView),
  PropagatingVgws: [],
  Tags: tagsOf(state, table.id),
});

function routeView({ destination, target, state: State }: Route): RouteView {
  const DestinationCidrBlock = formatCidr(destination);
  switch (target.kind) {
    case 'local':
      return { DestinationCidrBlock, State, GatewayId: 'local', Origin: 'CreateRouteTable' };
    case 'internet-gateway':
      return { DestinationCidrBlock, State, GatewayId: target.id, Origin: 'CreateRoute' };
    case 'network-interface':
      return { DestinationCidrBlock, State, NetworkInterfaceId: target.id, Origin: 'CreateRoute' };
    case 'peering':
      return { DestinationCidrBlock, State, VpcPeeringConnectionId: target.id, Origin: 'CreateRoute' };
  }
}
