import type { EC2 } from '@aws-sdk/client-ec2';
import type { Ec2State } from '../../services/ec2/state.ts';
import type { Access } from '../access.ts';
import { type ActionTable, anywhereEach, requestTags } from './action-table.ts';
import { created, type Ec2Call, each, existing } from './ec2-resources.ts';

/** The subnet that a route table's association is of; a VPC's main association is of none. */
const associatedSubnet = ({ state }: Ec2Call, associationId: string | undefined) =>
  state.routeTableAssociations.get(associationId ?? '');

/** Where an association is of a subnet, that subnet is asked about too. */
function reassociated(call: Ec2Call, action: string, associationId: string | undefined, tableId?: string): Access[] {
  const association = associatedSubnet(call, associationId);
  const table = existing(call, action, tableId ?? association?.routeTableId ?? 'rtb-');
  return association?.subnetId === undefined ? [table] : [table, existing(call, action, association.subnetId)];
}

/** Rules of a group, and those that are tagged as they are made. */
const authorized =
  (action: string) =>
  (
    input: { GroupId?: string | undefined; TagSpecifications?: Parameters<typeof created>[3] },
    call: Ec2Call,
  ): readonly Access[] => {
    const group = existing(call, action, input.GroupId);
    if (input.TagSpecifications === undefined) return [group];
    return [group, ...created(call, action, 'security-group-rule', input.TagSpecifications)];
  };

const ofGroup =
  (action: string) =>
  (input: { GroupId?: string | undefined }, call: Ec2Call): readonly Access[] => [
    existing(call, action, input.GroupId),
  ];

const ofRouteTable =
  (action: string) =>
  (input: { RouteTableId?: string | undefined }, call: Ec2Call): readonly Access[] => [
    existing(call, action, input.RouteTableId),
  ];

const ofNetworkAcl =
  (action: string) =>
  (input: { NetworkAclId?: string | undefined }, call: Ec2Call): readonly Access[] => [
    existing(call, action, input.NetworkAclId),
  ];

const ofPeering =
  (action: string) =>
  (input: { VpcPeeringConnectionId?: string | undefined }, call: Ec2Call): readonly Access[] => [
    existing(call, action, input.VpcPeeringConnectionId),
  ];

const gatewayAndVpc =
  (action: string) =>
  (input: { InternetGatewayId?: string | undefined; VpcId?: string | undefined }, call: Ec2Call): readonly Access[] => [
    existing(call, action, input.InternetGatewayId),
    existing(call, action, input.VpcId),
  ];

/** Names of the attributes that a request changes: those of its members that are not `except`. */
const attributesIn = (input: object, except: readonly string[]): readonly string[] =>
  Object.entries(input).flatMap(([name, value]) => (value === undefined || except.includes(name) ? [] : [name]));

/**
 * What EC2 asks of IAM. Nothing that is listed takes a resource; what is made is named by its type alone.
 *
 * Bounds   a default security group that a request leaves out is not asked about
 * Source   Service Authorization Reference, "Actions, resources, and condition keys for Amazon EC2"
 */
export const ec2Actions: ActionTable<EC2, Ec2State> = {
  ...anywhereEach('ec2', [
    'DescribeAvailabilityZones',
    'DescribeInternetGateways',
    'DescribeNetworkAcls',
    'DescribeNetworkInterfaces',
    'DescribeRegions',
    'DescribeRouteTables',
    'DescribeSecurityGroupRules',
    'DescribeSecurityGroups',
    'DescribeSubnets',
    'DescribeTags',
    'DescribeVpcEndpoints',
    'DescribeVpcEndpointServices',
    'DescribeVpcPeeringConnections',
    'DescribeVpcs',
  ]),
  DescribeVpcAttribute: (input, call) => [existing(call, 'DescribeVpcAttribute', input.VpcId)],

  CreateVpc: (input, call) => created(call, 'CreateVpc', 'vpc', input.TagSpecifications),
  DeleteVpc: (input, call) => [existing(call, 'DeleteVpc', input.VpcId)],
  ModifyVpcAttribute: (input, call) => [
    existing(call, 'ModifyVpcAttribute', input.VpcId, { 'ec2:attribute': attributesIn(input, ['VpcId']) }),
  ],
  AssociateVpcCidrBlock: (input, call) => [existing(call, 'AssociateVpcCidrBlock', input.VpcId)],
  DisassociateVpcCidrBlock(input, call) {
    const holds = ({ cidrs }: { cidrs: readonly { id: string }[] }) =>
      cidrs.some(({ id }) => id === input.AssociationId);
    const vpc = [...call.state.vpcs.values()].find(holds);
    return [existing(call, 'DisassociateVpcCidrBlock', vpc?.id ?? 'vpc-')];
  },

  CreateSubnet: (input, call) => [
    ...created(call, 'CreateSubnet', 'subnet', input.TagSpecifications),
    existing(call, 'CreateSubnet', input.VpcId),
  ],
  DeleteSubnet: (input, call) => [existing(call, 'DeleteSubnet', input.SubnetId)],

  CreateRouteTable: (input, call) => [
    ...created(call, 'CreateRouteTable', 'route-table', input.TagSpecifications),
    existing(call, 'CreateRouteTable', input.VpcId),
  ],
  DeleteRouteTable: ofRouteTable('DeleteRouteTable'),
  CreateRoute: ofRouteTable('CreateRoute'),
  ReplaceRoute: ofRouteTable('ReplaceRoute'),
  DeleteRoute: ofRouteTable('DeleteRoute'),
  AssociateRouteTable: (input, call) => [
    existing(call, 'AssociateRouteTable', input.RouteTableId),
    ...each(call, 'AssociateRouteTable', input.SubnetId === undefined ? [] : [input.SubnetId]),
    ...each(call, 'AssociateRouteTable', input.GatewayId === undefined ? [] : [input.GatewayId]),
  ],
  DisassociateRouteTable: (input, call) => reassociated(call, 'DisassociateRouteTable', input.AssociationId),
  ReplaceRouteTableAssociation: (input, call) =>
    reassociated(call, 'ReplaceRouteTableAssociation', input.AssociationId, input.RouteTableId),

  CreateNetworkAcl: (input, call) => [
    ...created(call, 'CreateNetworkAcl', 'network-acl', input.TagSpecifications),
    existing(call, 'CreateNetworkAcl', input.VpcId),
  ],
  DeleteNetworkAcl: ofNetworkAcl('DeleteNetworkAcl'),
  CreateNetworkAclEntry: ofNetworkAcl('CreateNetworkAclEntry'),
  ReplaceNetworkAclEntry: ofNetworkAcl('ReplaceNetworkAclEntry'),
  DeleteNetworkAclEntry: ofNetworkAcl('DeleteNetworkAclEntry'),
  ReplaceNetworkAclAssociation(input, call) {
    const { AssociationId } = input;
    const subnet = [...call.state.subnets.values()].find(({ networkAcl }) => networkAcl.id === AssociationId);
    return [
      existing(call, 'ReplaceNetworkAclAssociation', input.NetworkAclId),
      existing(call, 'ReplaceNetworkAclAssociation', subnet?.id ?? 'subnet-'),
    ];
  },

  CreateSecurityGroup: (input, call) => [
    ...created(call, 'CreateSecurityGroup', 'security-group', input.TagSpecifications),
    ...each(call, 'CreateSecurityGroup', input.VpcId === undefined ? [] : [input.VpcId]),
  ],
  DeleteSecurityGroup: ofGroup('DeleteSecurityGroup'),
  AuthorizeSecurityGroupIngress: authorized('AuthorizeSecurityGroupIngress'),
  AuthorizeSecurityGroupEgress: authorized('AuthorizeSecurityGroupEgress'),
  RevokeSecurityGroupIngress: ofGroup('RevokeSecurityGroupIngress'),
  RevokeSecurityGroupEgress: ofGroup('RevokeSecurityGroupEgress'),
  UpdateSecurityGroupRuleDescriptionsIngress: ofGroup('UpdateSecurityGroupRuleDescriptionsIngress'),
  UpdateSecurityGroupRuleDescriptionsEgress: ofGroup('UpdateSecurityGroupRuleDescriptionsEgress'),
  ModifySecurityGroupRules: (input, call) => [
    existing(call, 'ModifySecurityGroupRules', input.GroupId),
    ...each(
      call,
      'ModifySecurityGroupRules',
      input.SecurityGroupRules?.map(({ SecurityGroupRuleId }) => SecurityGroupRuleId ?? ''),
    ),
  ],

  CreateNetworkInterface: (input, call) => [
    ...created(call, 'CreateNetworkInterface', 'network-interface', input.TagSpecifications),
    existing(call, 'CreateNetworkInterface', input.SubnetId),
    ...each(call, 'CreateNetworkInterface', input.Groups),
  ],
  DeleteNetworkInterface: (input, call) => [existing(call, 'DeleteNetworkInterface', input.NetworkInterfaceId)],

  CreateInternetGateway: (input, call) =>
    created(call, 'CreateInternetGateway', 'internet-gateway', input.TagSpecifications),
  DeleteInternetGateway: (input, call) => [existing(call, 'DeleteInternetGateway', input.InternetGatewayId)],
  AttachInternetGateway: gatewayAndVpc('AttachInternetGateway'),
  DetachInternetGateway: gatewayAndVpc('DetachInternetGateway'),

  /** The VPC that is asked about is always the requester's. Source: VPC Peering Guide, "Identity and access management". */
  CreateVpcPeeringConnection(input, call) {
    const { account, region } = call.place;
    const peer = { account: input.PeerOwnerId ?? account, region: input.PeerRegion ?? region };
    return [
      existing(call, 'CreateVpcPeeringConnection', input.VpcId),
      ...created(call, 'CreateVpcPeeringConnection', 'vpc-peering-connection', input.TagSpecifications, {
        'ec2:requestervpc': `arn:aws:ec2:${region}:${account}:vpc/${input.VpcId}`,
        'ec2:acceptervpc': `arn:aws:ec2:${peer.region}:${peer.account}:vpc/${input.PeerVpcId}`,
      }),
    ];
  },
  AcceptVpcPeeringConnection(input, call) {
    const peering = call.state.peerings.get(input.VpcPeeringConnectionId ?? '');
    return [
      existing(call, 'AcceptVpcPeeringConnection', input.VpcPeeringConnectionId),
      existing(call, 'AcceptVpcPeeringConnection', peering?.accepter.vpcId ?? 'vpc-'),
    ];
  },
  DeleteVpcPeeringConnection: ofPeering('DeleteVpcPeeringConnection'),
  RejectVpcPeeringConnection: ofPeering('RejectVpcPeeringConnection'),
  ModifyVpcPeeringConnectionOptions: (input, call) => [
    existing(call, 'ModifyVpcPeeringConnectionOptions', input.VpcPeeringConnectionId, {
      'ec2:attribute': attributesIn(input, ['VpcPeeringConnectionId']),
    }),
  ],

  CreateVpcEndpoint: (input, call) => [
    existing(call, 'CreateVpcEndpoint', input.VpcId),
    ...created(call, 'CreateVpcEndpoint', 'vpc-endpoint', input.TagSpecifications, {
      'ec2:vpceservicename': input.ServiceName,
      'ec2:vpceserviceowner': input.ServiceName?.startsWith('com.amazonaws.') === true ? 'amazon' : undefined,
      'ec2:vpceserviceregion': input.ServiceRegion ?? call.place.region,
    }),
    ...each(call, 'CreateVpcEndpoint', input.SubnetIds),
    ...each(call, 'CreateVpcEndpoint', input.SecurityGroupIds),
    ...each(call, 'CreateVpcEndpoint', input.RouteTableIds),
  ],
  ModifyVpcEndpoint: (input, call) => [
    existing(call, 'ModifyVpcEndpoint', input.VpcEndpointId, {
      'ec2:attribute': attributesIn(input, ['VpcEndpointId']),
    }),
    ...each(call, 'ModifyVpcEndpoint', input.AddSubnetIds),
    ...each(call, 'ModifyVpcEndpoint', input.RemoveSubnetIds),
    ...each(call, 'ModifyVpcEndpoint', input.AddSecurityGroupIds),
    ...each(call, 'ModifyVpcEndpoint', input.RemoveSecurityGroupIds),
  ],
  DeleteVpcEndpoints: (input, call) => each(call, 'DeleteVpcEndpoints', input.VpcEndpointIds),

  CreateTags(input, call) {
    const tags = requestTags(input.Tags);
    return each(call, 'CreateTags', input.Resources).map((access) => ({ ...access, requestTags: tags }));
  },
  /** Without tags all of a resource's go, and no key is named. */
  DeleteTags(input, call) {
    const tagKeys = input.Tags?.map(({ Key }) => Key ?? '');
    const tags = requestTags(input.Tags?.filter(({ Value }) => Value !== undefined));
    return each(call, 'DeleteTags', input.Resources).map((access) => ({ ...access, tagKeys, requestTags: tags }));
  },
};
