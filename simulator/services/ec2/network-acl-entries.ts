import { AwsError } from '../../aws-error.ts';
import { cidrIn } from './cidr-parameters.ts';
import { invalidValue, notSimulated, required } from './errors.ts';
import { find } from './find.ts';
import type { Operation } from './operation.ts';
import { protocolNumberOf } from './protocols.ts';
import type { NetworkAcl, NetworkAclEntry } from './state.ts';

type EntryInput = Parameters<Operation<'CreateNetworkAclEntry'>>[0];

function entryFrom(input: EntryInput): NetworkAclEntry {
  const number = required(input.RuleNumber, 'ruleNumber');
  if (number < 1 || number > 32_766) throw invalidValue(number, 'ruleNumber', 'It must lie between 1 and 32766.');
  if (input.Ipv6CidrBlock !== undefined) throw notSimulated('IPv6');
  const protocol = protocolNumberOf(required(input.Protocol, 'protocol'));
  const hasPorts = protocol === '6' || protocol === '17';
  const from = hasPorts ? required(input.PortRange?.From, 'portRange.from') : 0;
  const to = hasPorts ? required(input.PortRange?.To, 'portRange.to') : 0;
  if (from < 0 || to > 65_535 || from > to) throw invalidValue(`${from}-${to}`, 'portRange');
  return {
    number,
    egress: required(input.Egress, 'egress'),
    protocol,
    action: required(input.RuleAction, 'ruleAction'),
    cidr: cidrIn(input.CidrBlock, 'cidrBlock'),
    ports: hasPorts ? { from, to } : undefined,
    icmp: protocol === '1' ? { type: input.IcmpTypeCode?.Type ?? -1, code: input.IcmpTypeCode?.Code ?? -1 } : undefined,
  };
}

const indexOf = (acl: NetworkAcl, number: number | undefined, egress: boolean | undefined): number =>
  acl.entries.findIndex((entry) => entry.number === number && entry.egress === egress);

const noSuchEntry = (number: number): AwsError =>
  new AwsError('InvalidNetworkAclEntry.NotFound', `The network acl entry identified by ${number} does not exist`);

export const createEntry: Operation<'CreateNetworkAclEntry'> = (input, { state }) => {
  const acl = find(state, 'network-acl', input.NetworkAclId);
  const entry = entryFrom(input);
  if (indexOf(acl, entry.number, entry.egress) >= 0)
    throw new AwsError(
      'NetworkAclEntryAlreadyExists',
      `The network acl entry identified by ${entry.number} already exists.`,
    );
  if (acl.entries.filter(({ egress }) => egress === entry.egress).length >= state.quotas.rulesPerNetworkAcl)
    throw new AwsError('NetworkAclEntryLimitExceeded', 'The maximum number of network acl entries has been reached.');
  acl.entries = [...acl.entries, entry].toSorted((a, b) => a.number - b.number);
  return {};
};

export const replaceEntry: Operation<'ReplaceNetworkAclEntry'> = (input, { state }) => {
  const acl = find(state, 'network-acl', input.NetworkAclId);
  const entry = entryFrom(input);
  const index = indexOf(acl, entry.number, entry.egress);
  if (index < 0) throw noSuchEntry(entry.number);
  acl.entries = acl.entries.with(index, entry);
  return {};
};

export const deleteEntry: Operation<'DeleteNetworkAclEntry'> = (input, { state }) => {
  const acl = find(state, 'network-acl', input.NetworkAclId);
  const number = required(input.RuleNumber, 'ruleNumber');
  const index = indexOf(acl, number, required(input.Egress, 'egress'));
  if (index < 0) throw noSuchEntry(number);
  acl.entries = acl.entries.toSpliced(index, 1);
  return {};
};
