import type { NetworkAcl as NetworkAclView } from '@aws-sdk/client-ec2';
import { AwsError } from '../../aws-error.ts';
import { ANYWHERE, formatCidr } from '../../ip.ts';
import { oncePerToken } from './client-tokens.ts';
import { dependencyViolation } from './errors.ts';
import type { FilterTable } from './filters.ts';
import { find, findAll } from './find.ts';
import { newId } from './ids.ts';
import { furtherPages, listed } from './listing.ts';
import type { Ec2Call, Operation } from './operation.ts';
import type { Ec2State, NetworkAcl, NetworkAclEntry, Subnet } from './state.ts';
import { keepTags, tagsFor, tagsOf } from './tags.ts';

const ALL_THROUGH = {
  number: 100,
  protocol: '-1',
  action: 'allow',
  cidr: ANYWHERE,
  ports: undefined,
  icmp: undefined,
} as const;

/** What every list ends in, shown as rule 32767 and not to be changed. */
const LAST_WORD = {
  number: 32_767,
  protocol: '-1',
  action: 'deny',
  cidr: ANYWHERE,
  ports: undefined,
  icmp: undefined,
} as const;

/** The default list lets all through; one of one's own lets nothing through until it is told to. */
export function addNetworkAcl(vpcId: string, kind: 'default' | 'own', call: Ec2Call): NetworkAcl {
  const isDefault = kind === 'default';
  const acl: NetworkAcl = {
    id: newId('acl', call),
    vpcId,
    isDefault,
    entries: isDefault ? [true, false].map((egress) => ({ ...ALL_THROUGH, egress })) : [],
  };
  call.state.networkAcls.set(acl.id, acl);
  return acl;
}

export const createNetworkAcl: Operation<'CreateNetworkAcl'> = (input, call) => {
  const { state } = call;
  const acl = oncePerToken(state.clientTokens.networkAcls, input, call.nowMs, () => {
    const vpc = find(state, 'vpc', input.VpcId);
    const tags = tagsFor('network-acl', input.TagSpecifications);
    const siblings = state.networkAcls.values().filter(({ vpcId }) => vpcId === vpc.id);
    if ([...siblings].length >= state.quotas.networkAclsPerVpc)
      throw new AwsError('NetworkAclLimitExceeded', 'The maximum number of network ACLs has been reached.');
    const made = addNetworkAcl(vpc.id, 'own', call);
    keepTags(state, made.id, tags);
    return made;
  });
  return { NetworkAcl: viewOf(acl, call), ...(input.ClientToken && { ClientToken: input.ClientToken }) };
};

export const deleteNetworkAcl: Operation<'DeleteNetworkAcl'> = (input, { state }) => {
  const acl = find(state, 'network-acl', input.NetworkAclId);
  if (acl.isDefault) throw new AwsError('InvalidParameterValue', `cannot delete default network ACL ${acl.id}`);
  if (subnetsUnder(acl, state).length > 0) throw dependencyViolation('networkAcl', acl.id);
  state.networkAcls.delete(acl.id);
  state.tags.delete(acl.id);
  return {};
};

/** Puts a subnet under another list; the association gets a new id. */
export const replaceNetworkAclAssociation: Operation<'ReplaceNetworkAclAssociation'> = (input, call) => {
  const { state } = call;
  const subnet = state.subnets.values().find(({ networkAcl }) => networkAcl.id === input.AssociationId);
  if (subnet === undefined)
    throw new AwsError('InvalidAssociationID.NotFound', `The association ID '${input.AssociationId}' does not exist`);
  const acl = find(state, 'network-acl', input.NetworkAclId);
  if (acl.vpcId !== subnet.vpcId)
    throw new AwsError('InvalidParameterValue', `${acl.id} and ${subnet.id} belong to different networks`);
  subnet.networkAcl = { id: newId('aclassoc', call), networkAclId: acl.id };
  return { NewAssociationId: subnet.networkAcl.id };
};

const subnetsUnder = (acl: NetworkAcl, state: Ec2State): Subnet[] =>
  state.subnets
    .values()
    .filter(({ networkAcl }) => networkAcl.networkAclId === acl.id)
    .toArray();

const perAssociation =
  (valueOf: (subnet: Subnet) => string): FilterTable<NetworkAcl>[string] =>
  (acl, { state }) =>
    subnetsUnder(acl, state).map(valueOf);

const allEntriesOf = (acl: NetworkAcl): NetworkAclEntry[] => [
  ...acl.entries,
  ...[true, false].map((egress) => ({ ...LAST_WORD, egress })),
];

const perEntry =
  (valueOf: (entry: NetworkAclEntry) => string | number | boolean | undefined): FilterTable<NetworkAcl>[string] =>
  (acl) =>
    allEntriesOf(acl).map(valueOf);

const filters: FilterTable<NetworkAcl> = {
  'association.association-id': perAssociation(({ networkAcl }) => networkAcl.id),
  'association.network-acl-id': perAssociation(({ networkAcl }) => networkAcl.networkAclId),
  'association.subnet-id': perAssociation(({ id }) => id),
  default: ({ isDefault }) => isDefault,
  'entry.cidr': perEntry(({ cidr }) => formatCidr(cidr)),
  'entry.icmp.code': perEntry(({ icmp }) => icmp?.code),
  'entry.icmp.type': perEntry(({ icmp }) => icmp?.type),
  'entry.ipv6-cidr': () => undefined,
  'entry.port-range.from': perEntry(({ ports }) => ports?.from),
  'entry.port-range.to': perEntry(({ ports }) => ports?.to),
  'entry.protocol': perEntry(({ protocol }) => protocol),
  'entry.rule-action': perEntry(({ action }) => action),
  'entry.egress': perEntry(({ egress }) => egress),
  'entry.rule-number': perEntry(({ number }) => number),
  'network-acl-id': ({ id }) => id,
  'owner-id': (_acl, { place }) => place.account,
  'vpc-id': ({ vpcId }) => vpcId,
};

export const describeNetworkAcls: Operation<'DescribeNetworkAcls'> = (input, call) => {
  const page = listed(findAll(call.state, 'network-acl', input.NetworkAclIds), input, filters, call);
  return { NetworkAcls: page.items.map((acl) => viewOf(acl, call)), ...furtherPages(page) };
};

const viewOf = (acl: NetworkAcl, { state, place }: Ec2Call): NetworkAclView => ({
  NetworkAclId: acl.id,
  VpcId: acl.vpcId,
  IsDefault: acl.isDefault,
  OwnerId: place.account,
  Associations: subnetsUnder(acl, state).map(({ id, networkAcl }) => ({
    NetworkAclAssociationId: networkAcl.id,
    NetworkAclId: acl.id,
    SubnetId: id,
  })),
  Entries: allEntriesOf(acl).map(({ number, egress, protocol, action, cidr, ports, icmp }) => ({
    RuleNumber: number,
    Egress: egress,
    Protocol: protocol,
    RuleAction: action,
    CidrBlock: formatCidr(cidr),
    ...(ports && { PortRange: { From: ports.from, To: ports.to } }),
    ...(icmp && { IcmpTypeCode: { Type: icmp.type, Code: icmp.code } }),
  })),
  Tags: tagsOf(state, acl.id),
});
