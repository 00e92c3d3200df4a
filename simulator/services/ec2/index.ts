import type { EC2 } from '@aws-sdk/client-ec2';
import type { Service } from '../../service.ts';
import { beforeEach } from './before-each.ts';
import { describeEndpointServices } from './endpoint-services.ts';
import { describeEndpoints } from './endpoint-view.ts';
import * as endpoints from './endpoints.ts';
import * as internetGateways from './internet-gateways.ts';
import * as networkAclEntries from './network-acl-entries.ts';
import * as networkAcls from './network-acls.ts';
import * as networkInterfaces from './network-interfaces.ts';
import { describePeerings } from './peering-view.ts';
import * as peerings from './peerings.ts';
import { describeRegions, describeZones } from './regions-and-zones.ts';
import * as associations from './route-table-associations.ts';
import * as routeTables from './route-tables.ts';
import * as routes from './routes.ts';
import * as rules from './security-group-rules.ts';
import * as securityGroups from './security-groups.ts';
import { type Ec2State, ec2Home } from './state.ts';
import * as subnets from './subnets.ts';
import * as tags from './tags.ts';
import * as vpcCidrs from './vpc-cidrs.ts';
import * as vpcs from './vpcs.ts';

/** EC2's networking: what a private fleet needs of it, IPv4 only. */
export const ec2: Service<EC2, Ec2State> = {
  ...ec2Home,
  eventSource: 'ec2.amazonaws.com',
  operations: beforeEach({
    DescribeRegions: describeRegions,
    DescribeAvailabilityZones: describeZones,

    CreateVpc: vpcs.createVpc,
    DeleteVpc: vpcs.deleteVpc,
    DescribeVpcs: vpcs.describeVpcs,
    DescribeVpcAttribute: vpcs.describeVpcAttribute,
    ModifyVpcAttribute: vpcs.modifyVpcAttribute,
    AssociateVpcCidrBlock: vpcCidrs.associateVpcCidrBlock,
    DisassociateVpcCidrBlock: vpcCidrs.disassociateVpcCidrBlock,

    CreateSubnet: subnets.createSubnet,
    DeleteSubnet: subnets.deleteSubnet,
    DescribeSubnets: subnets.describeSubnets,

    CreateRouteTable: routeTables.createRouteTable,
    DeleteRouteTable: routeTables.deleteRouteTable,
    DescribeRouteTables: routeTables.describeRouteTables,
    AssociateRouteTable: associations.associate,
    DisassociateRouteTable: associations.disassociate,
    ReplaceRouteTableAssociation: associations.replaceAssociation,
    CreateRoute: routes.createRoute,
    ReplaceRoute: routes.replaceRoute,
    DeleteRoute: routes.deleteRoute,

    CreateNetworkAcl: networkAcls.createNetworkAcl,
    DeleteNetworkAcl: networkAcls.deleteNetworkAcl,
    DescribeNetworkAcls: networkAcls.describeNetworkAcls,
    ReplaceNetworkAclAssociation: networkAcls.replaceNetworkAclAssociation,
    CreateNetworkAclEntry: networkAclEntries.createEntry,
    ReplaceNetworkAclEntry: networkAclEntries.replaceEntry,
    DeleteNetworkAclEntry: networkAclEntries.deleteEntry,

    CreateSecurityGroup: securityGroups.createSecurityGroup,
    DeleteSecurityGroup: securityGroups.deleteSecurityGroup,
    DescribeSecurityGroups: securityGroups.describeSecurityGroups,
    DescribeSecurityGroupRules: rules.describeRules,
    AuthorizeSecurityGroupIngress: rules.authorizeIngress,
    AuthorizeSecurityGroupEgress: rules.authorizeEgress,
    RevokeSecurityGroupIngress: rules.revokeIngress,
    RevokeSecurityGroupEgress: rules.revokeEgress,
    ModifySecurityGroupRules: rules.modifyRules,
    UpdateSecurityGroupRuleDescriptionsIngress: rules.updateDescriptionsIngress,
    UpdateSecurityGroupRuleDescriptionsEgress: rules.updateDescriptionsEgress,

    CreateVpcPeeringConnection: peerings.createPeering,
    AcceptVpcPeeringConnection: peerings.acceptPeering,
    RejectVpcPeeringConnection: peerings.rejectPeering,
    DeleteVpcPeeringConnection: peerings.deletePeering,
    DescribeVpcPeeringConnections: describePeerings,
    ModifyVpcPeeringConnectionOptions: peerings.modifyPeeringOptions,

    CreateVpcEndpoint: endpoints.createEndpoint,
    ModifyVpcEndpoint: endpoints.modifyEndpoint,
    DeleteVpcEndpoints: endpoints.deleteEndpoints,
    DescribeVpcEndpoints: describeEndpoints,
    DescribeVpcEndpointServices: describeEndpointServices,

    CreateNetworkInterface: networkInterfaces.createNetworkInterface,
    DeleteNetworkInterface: networkInterfaces.deleteNetworkInterface,
    DescribeNetworkInterfaces: networkInterfaces.describeNetworkInterfaces,

    CreateInternetGateway: internetGateways.createInternetGateway,
    AttachInternetGateway: internetGateways.attachInternetGateway,
    DetachInternetGateway: internetGateways.detachInternetGateway,
    DeleteInternetGateway: internetGateways.deleteInternetGateway,
    DescribeInternetGateways: internetGateways.describeInternetGateways,

    CreateTags: tags.createTags,
    DeleteTags: tags.deleteTags,
    DescribeTags: tags.describeTags,
  }),
};
