import type { Vpc as VpcView } from '@aws-sdk/client-ec2';
import { AwsError } from '../../aws-error.ts';
import { formatCidr } from '../../ip.ts';
import { cidrIn } from './cidr-parameters.ts';
import { dependencyViolation, notSimulated } from './errors.ts';
import type { FilterTable } from './filters.ts';
import { find, findAll } from './find.ts';
import { newId } from './ids.ts';
import { furtherPages, listed } from './listing.ts';
import { addNetworkAcl } from './network-acls.ts';
import type { Ec2Call, Operation } from './operation.ts';
import { endPeering, isLive } from './peering-status.ts';
import { associateRouteTable } from './route-table-associations.ts';
import { addRouteTable } from './route-tables.ts';
import { addSecurityGroup } from './security-groups.ts';
import type { Ec2State, Peering, Vpc } from './state.ts';
import { keepTags, tagsFor, tagsOf } from './tags.ts';
import { refuseVpcSize } from './vpc-cidrs.ts';

/**
 * A VPC comes with a main route table, a default network ACL that lets all through and a default security group
 * that lets its own members in and everything out.
 *
 * Source    docs.aws.amazon.com/vpc/latest/userguide/create-vpc.html
 */
export const createVpc: Operation<'CreateVpc'> = (input, call) => {
  const { state, place } = call;
  if (input.AmazonProvidedIpv6CidrBlock === true || input.Ipv6CidrBlock !== undefined) throw notSimulated('IPv6');
  if (input.Ipv4IpamPoolId !== undefined) throw notSimulated('IPAM');
  const cidr = cidrIn(input.CidrBlock, 'cidrBlock');
  refuseVpcSize(cidr);
  const tags = tagsFor('vpc', input.TagSpecifications);
  if (state.vpcs.size >= state.quotas.vpcs)
    throw new AwsError('VpcLimitExceeded', 'The maximum number of VPCs has been reached.');

  const vpcId = newId('vpc', call);
  const vpc: Vpc = {
    id: vpcId,
    ownerId: place.account,
    cidrs: [{ id: newId('vpc-cidr-assoc', call), cidr }],
    tenancy: input.InstanceTenancy === 'dedicated' ? 'dedicated' : 'default',
    dnsSupport: true,
    dnsHostnames: false,
    networkAddressUsageMetrics: false,
    mainRouteTable: associateRouteTable(addRouteTable(vpcId, call), undefined, call),
    defaultNetworkAclId: addNetworkAcl(vpcId, 'default', call).id,
    defaultSecurityGroupId: addSecurityGroup(vpcId, 'default', 'default VPC security group', call).id,
    peerings: new Set(),
  };
  state.vpcs.set(vpcId, vpc);
  keepTags(state, vpcId, tags);
  return { Vpc: viewOf(vpc, state) };
};

/**
 * What was asked of another account and has no answer yet does not hold a VPC: it goes with it. What another account
 * asked, and what is agreed on, does.
 *
 * Source    docs.aws.amazon.com/vpc/latest/peering/delete-vpc-peering-connection.html
 */
const goesAlong = ({ requester, accepter, acceptedAtMs }: Peering, vpc: Vpc): boolean =>
  requester.vpcId === vpc.id && requester.account !== accepter.account && acceptedAtMs === undefined;

export const deleteVpc: Operation<'DeleteVpc'> = (input, { state, nowMs, world }) => {
  const vpc = find(state, 'vpc', input.VpcId);
  const others = (item: { readonly vpcId: string | undefined }): boolean => item.vpcId === vpc.id;
  const inUse =
    state.subnets.values().some(others) ||
    state.endpoints.values().some(others) ||
    state.internetGateways.values().some(others) ||
    state.routeTables.values().some((table) => others(table) && table.id !== vpc.mainRouteTable.routeTableId) ||
    state.networkAcls.values().some((acl) => others(acl) && !acl.isDefault) ||
    state.securityGroups.values().some((group) => others(group) && group.id !== vpc.defaultSecurityGroupId) ||
    vpc.peerings.values().some((peering) => isLive(peering, nowMs) && !goesAlong(peering, vpc));
  if (inUse) throw dependencyViolation('vpc', vpc.id);
  for (const peering of vpc.peerings)
    if (isLive(peering, nowMs)) endPeering(peering, state.place.account, nowMs, world.timings);
  state.routeTableAssociations.delete(vpc.mainRouteTable.id);
  state.routeTables.delete(vpc.mainRouteTable.routeTableId);
  state.networkAcls.delete(vpc.defaultNetworkAclId);
  state.securityGroups.delete(vpc.defaultSecurityGroupId);
  state.vpcs.delete(vpc.id);
  for (const id of [vpc.id, vpc.mainRouteTable.routeTableId, vpc.defaultNetworkAclId, vpc.defaultSecurityGroupId])
    state.tags.delete(id);
  return {};
};

const primaryCidrOf = (vpc: Vpc): string =>
  vpc.cidrs
    .slice(0, 1)
    .map(({ cidr }) => formatCidr(cidr))
    .join('');

const filters: FilterTable<Vpc> = {
  cidr: primaryCidrOf,
  'cidr-block-association.cidr-block': (vpc) => vpc.cidrs.map(({ cidr }) => formatCidr(cidr)),
  'cidr-block-association.association-id': (vpc) => vpc.cidrs.map(({ id }) => id),
  'cidr-block-association.state': () => 'associated',
  'dhcp-options-id': () => 'default',
  'ipv6-cidr-block-association.ipv6-cidr-block': () => undefined,
  'ipv6-cidr-block-association.ipv6-pool': () => undefined,
  'ipv6-cidr-block-association.association-id': () => undefined,
  'ipv6-cidr-block-association.state': () => undefined,
  'is-default': () => false,
  isDefault: () => false,
  'owner-id': (vpc) => vpc.ownerId,
  state: () => 'available',
  'vpc-id': (vpc) => vpc.id,
};

export const describeVpcs: Operation<'DescribeVpcs'> = (input, call) => {
  const page = listed(findAll(call.state, 'vpc', input.VpcIds), input, filters, call);
  return { Vpcs: page.items.map((vpc) => viewOf(vpc, call.state)), ...furtherPages(page) };
};

const viewOf = (vpc: Vpc, state: Ec2State): VpcView => ({
  VpcId: vpc.id,
  OwnerId: vpc.ownerId,
  State: 'available',
  CidrBlock: primaryCidrOf(vpc),
  CidrBlockAssociationSet: vpc.cidrs.map(({ id, cidr }) => ({
    AssociationId: id,
    CidrBlock: formatCidr(cidr),
    CidrBlockState: { State: 'associated' },
  })),
  DhcpOptionsId: 'default',
  InstanceTenancy: vpc.tenancy,
  IsDefault: false,
  Tags: tagsOf(state, vpc.id),
});

/** One attribute a call, as in AWS. */
export const modifyVpcAttribute: Operation<'ModifyVpcAttribute'> = (input, { state }) => {
  const vpc = find(state, 'vpc', input.VpcId);
  const changes = [input.EnableDnsSupport, input.EnableDnsHostnames, input.EnableNetworkAddressUsageMetrics];
  if (changes.filter((change) => change !== undefined).length !== 1)
    throw new AwsError(
      'InvalidParameterCombination',
      'Exactly one of enableDnsSupport, enableDnsHostnames and enableNetworkAddressUsageMetrics must be given',
    );
  vpc.dnsSupport = input.EnableDnsSupport?.Value ?? vpc.dnsSupport;
  vpc.dnsHostnames = input.EnableDnsHostnames?.Value ?? vpc.dnsHostnames;
  vpc.networkAddressUsageMetrics = input.EnableNetworkAddressUsageMetrics?.Value ?? vpc.networkAddressUsageMetrics;
  return {};
};

export const describeVpcAttribute: Operation<'DescribeVpcAttribute'> = (input, { state }: Ec2Call) => {
  const vpc = find(state, 'vpc', input.VpcId);
  switch (input.Attribute) {
    case 'enableDnsSupport':
      return { VpcId: vpc.id, EnableDnsSupport: { Value: vpc.dnsSupport } };
    case 'enableDnsHostnames':
      return { VpcId: vpc.id, EnableDnsHostnames: { Value: vpc.dnsHostnames } };
    case 'enableNetworkAddressUsageMetrics':
      return { VpcId: vpc.id, EnableNetworkAddressUsageMetrics: { Value: vpc.networkAddressUsageMetrics } };
    case undefined:
      throw new AwsError('MissingParameter', 'The request must contain the parameter attribute');
  }
};
