import type { Subnet as SubnetView } from '@aws-sdk/client-ec2';
import { AwsError } from '../../aws-error.ts';
import { formatCidr, holdsCidr, type Ip, lastOf, overlap, sizeOf } from '../../ip.ts';
import { zoneIdOf, zonesOf } from '../../regions.ts';
import { cidrIn } from './cidr-parameters.ts';
import { dependencyViolation, invalidValue, notSimulated } from './errors.ts';
import type { FilterTable } from './filters.ts';
import { find, findAll } from './find.ts';
import { arnOf, newId } from './ids.ts';
import { furtherPages, listed } from './listing.ts';
import type { Ec2Call, Operation } from './operation.ts';
import type { Subnet } from './state.ts';
import { keepTags, tagsFor, tagsOf } from './tags.ts';

/** The first four addresses of a subnet and its last are AWS's. Source    docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
const KEPT_AT_THE_START = 4;
const KEPT = KEPT_AT_THE_START + 1;

export const createSubnet: Operation<'CreateSubnet'> = (input, call) => {
  const { state } = call;
  const vpc = find(state, 'vpc', input.VpcId);
  if (input.Ipv6CidrBlock !== undefined || input.Ipv6Native === true) throw notSimulated('IPv6');
  const cidr = cidrIn(input.CidrBlock, 'cidrBlock');
  if (cidr.prefixLength > 28 || !vpc.cidrs.some((own) => holdsCidr(own.cidr, cidr)))
    throw new AwsError('InvalidSubnet.Range', `The CIDR '${formatCidr(cidr)}' is invalid.`);
  const siblings = [...state.subnets.values()].filter(({ vpcId }) => vpcId === vpc.id);
  if (siblings.some((sibling) => overlap(sibling.cidr, cidr)))
    throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${formatCidr(cidr)}' conflicts with another subnet`);
  if (siblings.length >= state.quotas.subnetsPerVpc)
    throw new AwsError('SubnetLimitExceeded', 'The maximum number of subnets has been reached.');
  const zone = zoneFor(input, call);
  const tags = tagsFor('subnet', input.TagSpecifications);
  const subnet: Subnet = {
    id: newId('subnet', call),
    vpcId: vpc.id,
    cidr,
    zone,
    routeTable: undefined,
    networkAcl: { id: newId('aclassoc', call), networkAclId: vpc.defaultNetworkAclId },
    taken: new Set(),
  };
  state.subnets.set(subnet.id, subnet);
  keepTags(state, subnet.id, tags);
  return { Subnet: viewOf(subnet, call) };
};

interface ZoneInput {
  readonly AvailabilityZone?: string | undefined;
  readonly AvailabilityZoneId?: string | undefined;
}

/** The zone asked for by name or id; without a wish, the first. */
function zoneFor({ AvailabilityZone, AvailabilityZoneId }: ZoneInput, { place }: Ec2Call): string {
  const zones = zonesOf(place.region);
  const zone = zones.find(({ name, id }) => name === (AvailabilityZone ?? name) && id === (AvailabilityZoneId ?? id));
  if (zone !== undefined) return zone.name;
  const names = zones.map(({ name }) => name).join(', ');
  throw invalidValue(
    AvailabilityZone ?? AvailabilityZoneId,
    AvailabilityZone === undefined ? 'availabilityZoneId' : 'availabilityZone',
    `Subnets can currently only be created in the following availability zones: ${names}.`,
  );
}

export const deleteSubnet: Operation<'DeleteSubnet'> = (input, { state }) => {
  const subnet = find(state, 'subnet', input.SubnetId);
  if (state.networkInterfaces.values().some(({ subnetId }) => subnetId === subnet.id))
    throw dependencyViolation('subnet', subnet.id);
  if (subnet.routeTable !== undefined) state.routeTableAssociations.delete(subnet.routeTable.id);
  state.subnets.delete(subnet.id);
  state.tags.delete(subnet.id);
  return {};
};

const freeAddressesIn = (subnet: Subnet): number => sizeOf(subnet.cidr) - KEPT - subnet.taken.size;

const filters: FilterTable<Subnet> = {
  'availability-zone': ({ zone }) => zone,
  availabilityZone: ({ zone }) => zone,
  'availability-zone-id': ({ zone }) => zoneIdOf(zone),
  availabilityZoneId: ({ zone }) => zoneIdOf(zone),
  'available-ip-address-count': freeAddressesIn,
  'cidr-block': ({ cidr }) => formatCidr(cidr),
  cidr: ({ cidr }) => formatCidr(cidr),
  cidrBlock: ({ cidr }) => formatCidr(cidr),
  'default-for-az': () => false,
  defaultForAz: () => false,
  'ipv6-native': () => false,
  'map-public-ip-on-launch': () => false,
  'owner-id': (_subnet, { place }) => place.account,
  state: () => 'available',
  'subnet-arn': ({ id }, call) => arnOf('subnet', id, call),
  'subnet-id': ({ id }) => id,
  'vpc-id': ({ vpcId }) => vpcId,
};

export const describeSubnets: Operation<'DescribeSubnets'> = (input, call) => {
  const page = listed(findAll(call.state, 'subnet', input.SubnetIds), input, filters, call);
  return { Subnets: page.items.map((subnet) => viewOf(subnet, call)), ...furtherPages(page) };
};

const viewOf = (subnet: Subnet, call: Ec2Call): SubnetView => ({
  SubnetId: subnet.id,
  SubnetArn: arnOf('subnet', subnet.id, call),
  VpcId: subnet.vpcId,
  OwnerId: call.place.account,
  State: 'available',
  CidrBlock: formatCidr(subnet.cidr),
  AvailableIpAddressCount: freeAddressesIn(subnet),
  AvailabilityZone: subnet.zone,
  AvailabilityZoneId: zoneIdOf(subnet.zone),
  DefaultForAz: false,
  MapPublicIpOnLaunch: false,
  AssignIpv6AddressOnCreation: false,
  Ipv6CidrBlockAssociationSet: [],
  Ipv6Native: false,
  Tags: tagsOf(call.state, subnet.id),
});

/** Takes the lowest free address of a subnet. */
export function takeAddress(subnet: Subnet): Ip {
  for (let ip = subnet.cidr.first + KEPT_AT_THE_START; ip < lastOf(subnet.cidr); ip += 1) {
    if (subnet.taken.has(ip)) continue;
    subnet.taken.add(ip);
    return ip;
  }
  throw new AwsError(
    'InsufficientFreeAddressesInSubnet',
    `The specified subnet does not have enough free addresses to satisfy the request.`,
  );
}
