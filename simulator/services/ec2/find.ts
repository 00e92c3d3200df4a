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
  /** The request's field that names it, in AWS's errors. */
  readonly parameter: string;
  readonly code: string;
  /** What AWS says does not exist. */
  readonly named: string;
  among(state: Ec2State): ReadonlyMap<string, Item>;
}

/** Source    docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html; the spelling of ID and Id is AWS's */
// biome-ignore format: a table is read down its columns
const ways: { readonly [Name in FindableName]: HowToFind<Findable[Name]> } = {
  vpc:                       { parameter: 'vpcId',                  code: 'InvalidVpcID.NotFound',                  named: 'vpc ID',                  among: (state) => state.vpcs },
  subnet:                    { parameter: 'subnetId',               code: 'InvalidSubnetID.NotFound',               named: 'subnet ID',               among: (state) => state.subnets },
  'route-table':             { parameter: 'routeTableId',           code: 'InvalidRouteTableID.NotFound',           named: 'routeTable ID',           among: (state) => state.routeTables },
  'route-table-association': { parameter: 'associationId',          code: 'InvalidAssociationID.NotFound',          named: 'association ID',          among: (state) => state.routeTableAssociations },
  'network-acl':             { parameter: 'networkAclId',           code: 'InvalidNetworkAclID.NotFound',           named: 'networkAcl ID',           among: (state) => state.networkAcls },
  'security-group':          { parameter: 'groupId',                code: 'InvalidGroup.NotFound',                  named: 'security group',          among: (state) => state.securityGroups },
  peering:                   { parameter: 'vpcPeeringConnectionId', code: 'InvalidVpcPeeringConnectionID.NotFound', named: 'vpcPeeringConnection ID', among: (state) => state.peerings },
  endpoint:                  { parameter: 'vpcEndpointId',          code: 'InvalidVpcEndpointId.NotFound',          named: 'Vpc Endpoint Id',         among: (state) => state.endpoints },
  'network-interface':       { parameter: 'networkInterfaceId',     code: 'InvalidNetworkInterfaceID.NotFound',     named: 'networkInterface ID',     among: (state) => state.networkInterfaces },
  'internet-gateway':        { parameter: 'internetGatewayId',      code: 'InvalidInternetGatewayID.NotFound',      named: 'internetGateway ID',      among: (state) => state.internetGateways },
};

export const notFound = (name: FindableName, id: string): AwsError =>
  new AwsError(ways[name].code, `The ${ways[name].named} '${id}' does not exist`);

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
