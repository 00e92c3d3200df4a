import { AwsError } from '../../aws-error.ts';
import { formatCidr, holdsCidr, sameCidr } from '../../ip.ts';
import { cidrIn } from './cidr-parameters.ts';
import { notSimulated, required } from './errors.ts';
import { find, notFound } from './find.ts';
import type { Ec2Call, Operation } from './operation.ts';
import { statusOfPeering } from './peering-status.ts';
import { isVisible } from './peering-visibility.ts';
import type { RouteTable, RouteTarget, StoredRoute, Vpc } from './state.ts';

type RouteInput = Parameters<Operation<'CreateRoute'>>[0] & Parameters<Operation<'ReplaceRoute'>>[0];

export const createRoute: Operation<'CreateRoute'> = (input, call) => {
  const { state } = call;
  const table = find(state, 'route-table', input.RouteTableId);
  const route = routeFrom(input, table, call);
  const destination = formatCidr(route.destination);
  const isLocal = find(state, 'vpc', table.vpcId).cidrs.some(({ cidr }) => sameCidr(cidr, route.destination));
  if (isLocal || table.routes.has(destination))
    throw new AwsError('RouteAlreadyExists', `The route identified by ${destination} already exists.`);
  if (table.routes.size >= state.quotas.routesPerTable)
    throw new AwsError('RouteLimitExceeded', 'The maximum number of routes has been reached.');
  table.routes.set(destination, route);
  return { Return: true };
};

export const replaceRoute: Operation<'ReplaceRoute'> = (input, call) => {
  const table = find(call.state, 'route-table', input.RouteTableId);
  const route = routeFrom(input, table, call);
  const destination = formatCidr(route.destination);
  if (!table.routes.has(destination))
    throw new AwsError(
      'InvalidParameterValue',
      `There is no route defined for '${destination}' in the route table. Use CreateRoute instead.`,
    );
  table.routes.set(destination, route);
  return {};
};

export const deleteRoute: Operation<'DeleteRoute'> = (input, { state }) => {
  const table = find(state, 'route-table', input.RouteTableId);
  refuseOtherDestinations(input);
  const cidr = cidrIn(input.DestinationCidrBlock, 'destinationCidrBlock');
  const destination = formatCidr(cidr);
  if (find(state, 'vpc', table.vpcId).cidrs.some((own) => sameCidr(own.cidr, cidr)))
    throw new AwsError('InvalidParameterValue', `cannot remove local route ${destination} in route table ${table.id}`);
  if (!table.routes.delete(destination))
    throw new AwsError(
      'InvalidRoute.NotFound',
      `no route with destination-cidr-block ${destination} in route table ${table.id}`,
    );
  return {};
};

interface DestinationInput {
  readonly DestinationIpv6CidrBlock?: string | undefined;
  readonly DestinationPrefixListId?: string | undefined;
}

function refuseOtherDestinations({ DestinationIpv6CidrBlock, DestinationPrefixListId }: DestinationInput): void {
  if (DestinationIpv6CidrBlock !== undefined) throw notSimulated('IPv6');
  if (DestinationPrefixListId !== undefined) throw notSimulated('A prefix list as destination');
}

function routeFrom(input: RouteInput, table: RouteTable, call: Ec2Call): StoredRoute {
  refuseOtherDestinations(input);
  const destination = cidrIn(input.DestinationCidrBlock, 'destinationCidrBlock');
  const vpc = find(call.state, 'vpc', table.vpcId);
  const target = targetFrom(input, table, vpc, call);
  // Inside the VPC only some appliances may be put before the local route.
  // Source    docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html
  const isInside = vpc.cidrs.some(({ cidr }) => holdsCidr(cidr, destination) && !sameCidr(cidr, destination));
  if (isInside && target.kind !== 'network-interface')
    throw new AwsError('InvalidParameterValue', `Route destination ${formatCidr(destination)} lies within ${vpc.id}`);
  return { destination, target };
}

/** Targets that AWS has and this simulator has none of: one that is named cannot exist. */
const absentTargets = {
  NatGatewayId: 'InvalidNatGatewayID.NotFound',
  TransitGatewayId: 'InvalidTransitGatewayID.NotFound',
  InstanceId: 'InvalidInstanceID.NotFound',
  VpcEndpointId: 'InvalidVpcEndpointId.NotFound',
  EgressOnlyInternetGatewayId: 'InvalidGatewayID.NotFound',
  LocalGatewayId: 'InvalidLocalGatewayID.NotFound',
  CarrierGatewayId: 'InvalidCarrierGatewayID.NotFound',
} as const;

function targetFrom(input: RouteInput, table: RouteTable, vpc: Vpc, call: Ec2Call): RouteTarget {
  const { state, nowMs } = call;
  for (const [parameter, code] of Object.entries(absentTargets)) {
    const id = input[parameter as keyof typeof absentTargets];
    if (id !== undefined) throw new AwsError(code, `The ID '${id}' does not exist`);
  }
  if (input.CoreNetworkArn !== undefined) throw notSimulated('A core network');
  const given = [input.VpcPeeringConnectionId, input.GatewayId, input.NetworkInterfaceId];
  if (given.filter((id) => id !== undefined).length > 1)
    throw new AwsError('InvalidParameterCombination', 'Only one target may be given for a route');

  const elsewhere = (what: string, id: string): AwsError =>
    new AwsError('InvalidParameterValue', `route table ${table.id} and ${what} ${id} belong to different networks`);
  if (input.VpcPeeringConnectionId !== undefined) {
    const peering = find(state, 'peering', input.VpcPeeringConnectionId);
    if (!isVisible(peering, state, nowMs)) throw notFound('peering', peering.id);
    if (!vpc.peerings.has(peering)) throw elsewhere('network gateway', peering.id);
    const status = statusOfPeering(peering, nowMs);
    if (
      status !== 'pending-acceptance' &&
      status !== 'provisioning' &&
      status !== 'active' &&
      status !== 'initiating-request'
    )
      throw notFound('peering', peering.id);
    return { kind: 'peering', id: peering.id };
  }
  if (input.NetworkInterfaceId !== undefined) {
    const { id, vpcId } = find(state, 'network-interface', input.NetworkInterfaceId);
    if (vpcId !== vpc.id) throw elsewhere('interface', id);
    return { kind: 'network-interface', id };
  }
  const gatewayId = required(input.GatewayId, 'gatewayId');
  if (gatewayId === 'local') throw notSimulated('Restoring a local route');
  if (!gatewayId.startsWith('igw-'))
    throw new AwsError('InvalidGatewayID.NotFound', `The gateway ID '${gatewayId}' does not exist`);
  const gateway = find(state, 'internet-gateway', gatewayId);
  if (gateway.vpcId !== vpc.id) throw elsewhere('network gateway', gateway.id);
  return { kind: 'internet-gateway', id: gateway.id };
}
