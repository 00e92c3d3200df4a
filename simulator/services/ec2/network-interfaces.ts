import type { NetworkInterface as NetworkInterfaceView } from '@aws-sdk/client-ec2';
import { AwsError } from '../../aws-error.ts';
import { formatIp, holdsIp, lastOf, parseIp } from '../../ip.ts';
import { zoneIdOf } from '../../regions.ts';
import { oncePerToken } from './client-tokens.ts';
import { invalidValue } from './errors.ts';
import type { FilterTable } from './filters.ts';
import { find, findAll } from './find.ts';
import { newId } from './ids.ts';
import { furtherPages, listed } from './listing.ts';
import type { Ec2Call, Operation } from './operation.ts';
import type { Ec2State, NetworkInterface, SecurityGroup, Subnet } from './state.ts';
import { takeAddress } from './subnets.ts';
import { keepTags, tagsFor, tagsOf } from './tags.ts';

type Wanted = Pick<NetworkInterface, 'type' | 'description' | 'groupIds' | 'endpointId'>;

/** An interface in a subnet, with an address of it. */
export function addNetworkInterface(subnet: Subnet, wanted: Wanted, call: Ec2Call, address = takeAddress(subnet)) {
  const made: NetworkInterface = {
    id: newId('eni', call),
    vpcId: subnet.vpcId,
    subnetId: subnet.id,
    zone: subnet.zone,
    address,
    mac: `02:${call.world.random.hex(10).replace(/..(?=.)/g, '$&:')}`,
    ...wanted,
  };
  call.state.networkInterfaces.set(made.id, made);
  return made;
}

/** Takes an interface away and frees its address. */
export function removeNetworkInterface({ id, subnetId, address }: NetworkInterface, state: Ec2State): void {
  state.networkInterfaces.delete(id);
  state.subnets.get(subnetId)?.taken.delete(address);
  state.tags.delete(id);
}

/** The groups named, all of this VPC; without any, its default one. */
export function groupsIn(vpcId: string, groupIds: readonly string[] | undefined, state: Ec2State): SecurityGroup[] {
  const ids =
    groupIds !== undefined && groupIds.length > 0 ? groupIds : [find(state, 'vpc', vpcId).defaultSecurityGroupId];
  const groups = [...new Set(ids)].map((id) => find(state, 'security-group', id));
  const stranger = groups.find((group) => group.vpcId !== vpcId);
  if (stranger !== undefined)
    throw new AwsError('InvalidParameter', `Security group ${stranger.id} and ${vpcId} belong to different networks`);
  if (groups.length > state.quotas.groupsPerInterface)
    throw new AwsError(
      'SecurityGroupsPerInterfaceLimitExceeded',
      'The maximum number of security groups per interface has been reached.',
    );
  return groups;
}

export const createNetworkInterface: Operation<'CreateNetworkInterface'> = (input, call) => {
  const { state } = call;
  const made = oncePerToken(state.clientTokens.networkInterfaces, input, call.nowMs, () => {
    const subnet = find(state, 'subnet', input.SubnetId);
    const groupIds = new Set(groupsIn(subnet.vpcId, input.Groups, state).map(({ id }) => id));
    const tags = tagsFor('network-interface', input.TagSpecifications);
    const address = input.PrivateIpAddress === undefined ? undefined : addressIn(subnet, input.PrivateIpAddress);
    const wanted: Wanted = {
      type: 'interface',
      description: input.Description ?? '',
      groupIds,
      endpointId: undefined,
    };
    const added = addNetworkInterface(subnet, wanted, call, address);
    keepTags(state, added.id, tags);
    return added;
  });
  return { NetworkInterface: viewOf(made, call), ...(input.ClientToken && { ClientToken: input.ClientToken }) };
};

function addressIn(subnet: Subnet, text: string): number {
  const address = parseIp(text);
  if (address === undefined) throw invalidValue(text, 'privateIpAddress');
  if (!holdsIp(subnet.cidr, address) || address < subnet.cidr.first + 4 || address === lastOf(subnet.cidr))
    throw invalidValue(text, 'privateIpAddress', `Address is not usable in ${subnet.id}.`);
  if (subnet.taken.has(address)) throw new AwsError('InvalidIPAddress.InUse', `The address '${text}' is in use`);
  subnet.taken.add(address);
  return address;
}

export const deleteNetworkInterface: Operation<'DeleteNetworkInterface'> = (input, { state }) => {
  const found = find(state, 'network-interface', input.NetworkInterfaceId);
  if (found.endpointId !== undefined)
    throw new AwsError('OperationNotPermitted', `You are not allowed to manage 'ela-attach' attachments.`);
  removeNetworkInterface(found, state);
  return {};
};

const isManaged = ({ endpointId }: NetworkInterface): boolean => endpointId !== undefined;
const statusOf = (one: NetworkInterface): 'in-use' | 'available' => (isManaged(one) ? 'in-use' : 'available');

const filters: FilterTable<NetworkInterface> = {
  'addresses.primary': () => true,
  'addresses.private-ip-address': ({ address }) => formatIp(address),
  'attachment.attachment-id': () => undefined,
  'attachment.instance-id': () => undefined,
  'attachment.status': (one) => (isManaged(one) ? 'attached' : undefined),
  'availability-zone': ({ zone }) => zone,
  'availability-zone-id': ({ zone }) => zoneIdOf(zone),
  description: ({ description }) => description,
  'group-id': ({ groupIds }) => [...groupIds],
  'group-name': ({ groupIds }, { state }) => [...groupIds].map((id) => state.securityGroups.get(id)?.name),
  'interface-type': ({ type }) => type,
  'mac-address': ({ mac }) => mac,
  'network-interface-id': ({ id }) => id,
  'owner-id': (_one, { place }) => place.account,
  'private-ip-address': ({ address }) => formatIp(address),
  'requester-id': (one, { place }) => (isManaged(one) ? place.account : undefined),
  'requester-managed': isManaged,
  'source-dest-check': () => true,
  status: statusOf,
  'subnet-id': ({ subnetId }) => subnetId,
  'vpc-id': ({ vpcId }) => vpcId,
};

export const describeNetworkInterfaces: Operation<'DescribeNetworkInterfaces'> = (input, call) => {
  const page = listed(findAll(call.state, 'network-interface', input.NetworkInterfaceIds), input, filters, call);
  return { NetworkInterfaces: page.items.map((one) => viewOf(one, call)), ...furtherPages(page) };
};

const viewOf = (one: NetworkInterface, { state, place }: Ec2Call): NetworkInterfaceView => ({
  NetworkInterfaceId: one.id,
  VpcId: one.vpcId,
  SubnetId: one.subnetId,
  AvailabilityZone: one.zone,
  AvailabilityZoneId: zoneIdOf(one.zone),
  OwnerId: place.account,
  Description: one.description,
  InterfaceType: one.type,
  MacAddress: one.mac,
  PrivateIpAddress: formatIp(one.address),
  PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: formatIp(one.address) }],
  Ipv6Addresses: [],
  Groups: [...one.groupIds].map((id) => {
    const GroupName = state.securityGroups.get(id)?.name;
    return { GroupId: id, ...(GroupName !== undefined && { GroupName }) };
  }),
  RequesterManaged: isManaged(one),
  SourceDestCheck: true,
  Status: statusOf(one),
  TagSet: tagsOf(state, one.id),
  ...(isManaged(one) && { Attachment: { Status: 'attached', DeleteOnTermination: false, DeviceIndex: 1 } }),
});
