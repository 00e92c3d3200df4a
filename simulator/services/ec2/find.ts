import { AwsError } from '../../aws-error.ts';
import { required } from './errors.ts';
import type {
  Ec2State,
  Endpoint,
  InternetGateway,
  NetworkAcl,
  NetworkInterface,
  Peering,
  RouteTable,
  RouteTableAssociation,
  SecurityGroup,
  SecurityGroupRule,
  Subnet,
  Vpc,
} from './state.ts';

interface Findable {
  vpc: Vpc;
  subnet: Subnet;
  'route-table': RouteTable;
  'route-table-association': RouteTableAssociation;
  'network-acl': NetworkAcl;
  'security-group': SecurityGroup;
  peering: Peering;
  endpoint: Endpoint;
  'network-interface': NetworkInterface;
  'internet-gateway': InternetGateway;
}
export type FindableName = keyof Findable;

interface HowToFind<Item> {
  readonly parameter: string;
  readonly code: string;
  readonly complaint: (id: string) => string;
  among(state: Ec2State): ReadonlyMap<string, Item>;
}

/** Source    docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html; the spelling of ID and Id is AWS's */
const ways: { readonly [Name in FindableName]: HowToFind<Findable[Name]> } = {
  vpc: {
    parameter: 'vpcId',
    code: 'InvalidVpcID.NotFound',
    complaint: (id) => `The vpc ID '${id}' does not exist`,
    among: (state) => state.vpcs,
  },
  subnet: {
    parameter: 'subnetId',
    code: 'InvalidSubnetID.NotFound',
    complaint: (id) => `The subnet ID '${id}' does not exist`,
    among: (state) => state.subnets,
  },
  'route-table': {
    parameter: 'routeTableId',
    code: 'InvalidRouteTableID.NotFound',
    complaint: (id) => `The routeTable ID '${id}' does not exist`,
    among: (state) => state.routeTables,
  },
  'route-table-association': {
    parameter: 'associationId',
    code: 'InvalidAssociationID.NotFound',
    complaint: (id) => `The association ID '${id}' does not exist`,
    among: (state) => state.routeTableAssociations,
  },
  'network-acl': {
    parameter: 'networkAclId',
    code: 'InvalidNetworkAclID.NotFound',
    complaint: (id) => `The networkAcl ID '${id}' does not exist`,
    among: (state) => state.networkAcls,
  },
  'security-group': {
    parameter: 'groupId',
    code: 'InvalidGroup.NotFound',
    complaint: (id) => `The security group '${id}' does not exist`,
    among: (state) => state.securityGroups,
  },
  peering: {
    parameter: 'vpcPeeringConnectionId',
    code: 'InvalidVpcPeeringConnectionID.NotFound',
    complaint: (id) => `The vpcPeeringConnection ID '${id}' does not exist`,
    among: (state) => state.peerings,
  },
  endpoint: {
    parameter: 'vpcEndpointId',
    code: 'InvalidVpcEndpointId.NotFound',
    complaint: (id) => `The Vpc Endpoint Id '${id}' does not exist`,
    among: (state) => state.endpoints,
  },
  'network-interface': {
    parameter: 'networkInterfaceId',
    code: 'InvalidNetworkInterfaceID.NotFound',
    complaint: (id) => `The networkInterface ID '${id}' does not exist`,
    among: (state) => state.networkInterfaces,
  },
  'internet-gateway': {
    parameter: 'internetGatewayId',
    code: 'InvalidInternetGatewayID.NotFound',
    complaint: (id) => `The internetGateway ID '${id}' does not exist`,
    among: (state) => state.internetGateways,
  },
};

export const notFound = (name: FindableName, id: string): AwsError =>
  new AwsError(ways[name].code, ways[name].complaint(id));

/** The resource by its id, or the error that AWS has for one that is not there. */
export function find<Name extends FindableName>(
  state: Ec2State,
  name: Name,
  id: string | undefined,
  parameter: string = ways[name].parameter,
): Findable[Name] {
  const known = required(id, parameter);
  const found = ways[name].among(state).get(known);
  if (found === undefined) throw notFound(name, known);
  return found;
}

/** All of a kind, or those named: one unknown id among them fails the whole call, as in AWS. */
export const findAll = <Name extends FindableName>(
  state: Ec2State,
  name: Name,
  ids: readonly string[] | undefined,
): Findable[Name][] =>
  ids === undefined || ids.length === 0
    ? [...ways[name].among(state).values()]
    : [...new Set(ids)].map((id) => find(state, name, id));

/** Security group rules are kept in their groups. */
export function findRule(state: Ec2State, ruleId: string): { group: SecurityGroup; rule: SecurityGroupRule } {
  for (const group of state.securityGroups.values()) {
    const rule = group.rules.get(ruleId);
    if (rule !== undefined) return { group, rule };
  }
  throw new AwsError('InvalidSecurityGroupRuleId.NotFound', `The security group rule ID '${ruleId}' does not exist`);
}
