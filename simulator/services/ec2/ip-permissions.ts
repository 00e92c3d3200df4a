import type { IpPermission } from '@aws-sdk/client-ec2';
import { AwsError } from '../../aws-error.ts';
import { formatCidr, parseCidr } from '../../ip.ts';
import { required } from './errors.ts';
import type { FilterTable, FilterValue } from './filters.ts';
import { notFound } from './find.ts';
import type { Ec2Call } from './operation.ts';
import { protocolNameOf } from './protocols.ts';
import type { RulePeer, SecurityGroup, SecurityGroupRule } from './state.ts';

/** A rule without the group it is in: what callers write and what is compared. */
export type RuleTerms = Pick<SecurityGroupRule, 'protocol' | 'fromPort' | 'toPort' | 'peer' | 'description'>;

const hasPorts = (protocol: string): boolean => protocol === 'tcp' || protocol === 'udp';
const isIcmp = (protocol: string): boolean => protocol === 'icmp' || protocol === 'icmpv6';

/** Protocol and ports in the form they are kept in, or AWS's complaint about them. */
export function portsIn(input: {
  readonly IpProtocol?: string | undefined;
  readonly FromPort?: number | undefined;
  readonly ToPort?: number | undefined;
}): Pick<RuleTerms, 'protocol' | 'fromPort' | 'toPort'> {
  const protocol = protocolNameOf(required(input.IpProtocol, 'ipProtocol'));
  if (isIcmp(protocol)) return { protocol, fromPort: input.FromPort ?? -1, toPort: input.ToPort ?? -1 };
  if (!hasPorts(protocol)) return { protocol, fromPort: -1, toPort: -1 };
  const fromPort = required(input.FromPort, 'fromPort');
  const toPort = required(input.ToPort, 'toPort');
  for (const port of [fromPort, toPort])
    if (port < 0 || port > 65_535) throw new AwsError('InvalidParameterValue', `Invalid TCP/UDP port (${port})`);
  if (fromPort > toPort)
    throw new AwsError('InvalidParameterValue', `Invalid TCP/UDP port range (${fromPort}:${toPort})`);
  return { protocol, fromPort, toPort };
}

export function ipv4Peer(text: string): RulePeer {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw new AwsError('InvalidParameterValue', `CIDR block ${text} is malformed`);
  return { kind: 'ipv4', cidr };
}

/**
 * A group of this Region, here or at the other end of a peering: between Regions groups cannot be referred to.
 *
 * Source    docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html
 */
export function groupPeer(groupId: string, peeringId: string | undefined, call: Ec2Call): RulePeer {
  if (!call.state.securityGroups.has(groupId)) throw notFound('security-group', groupId);
  return { kind: 'group', groupId, account: call.place.account, peeringId };
}

/** One rule per peer of each permission. */
export function rulesIn(permissions: readonly IpPermission[], call: Ec2Call): RuleTerms[] {
  return permissions.flatMap((permission) => {
    const ports = portsIn(permission);
    const rule = (peer: RulePeer, description: string | undefined): RuleTerms => ({ ...ports, peer, description });
    const rules = [
      ...(permission.IpRanges ?? []).map((range) =>
        rule(ipv4Peer(required(range.CidrIp, 'cidrIp')), range.Description),
      ),
      ...(permission.Ipv6Ranges ?? []).map((range) =>
        rule({ kind: 'ipv6', text: required(range.CidrIpv6, 'cidrIpv6') }, range.Description),
      ),
      ...(permission.PrefixListIds ?? []).map((list) =>
        rule({ kind: 'prefix-list', id: required(list.PrefixListId, 'prefixListId') }, list.Description),
      ),
      ...(permission.UserIdGroupPairs ?? []).map((pair) =>
        rule(groupPeer(required(pair.GroupId, 'groupId'), pair.VpcPeeringConnectionId, call), pair.Description),
      ),
    ];
    if (rules.length === 0)
      throw new AwsError('InvalidParameterValue', 'Invalid value for IP permission: it names no source or destination');
    return rules;
  });
}

export const peerText = (peer: RulePeer): string => {
  switch (peer.kind) {
    case 'ipv4':
      return formatCidr(peer.cidr);
    case 'ipv6':
      return peer.text;
    case 'group':
      return peer.groupId;
    case 'prefix-list':
      return peer.id;
  }
};

/** Descriptions do not count: two rules that differ in nothing else are the same rule. */
export const isSameRule = (a: RuleTerms, b: RuleTerms): boolean =>
  a.protocol === b.protocol &&
  a.fromPort === b.fromPort &&
  a.toPort === b.toPort &&
  a.peer.kind === b.peer.kind &&
  peerText(a.peer) === peerText(b.peer);

/** A group's rules of one direction, those of the same protocol and ports gathered in one permission. */
export function permissionsOf(group: SecurityGroup, egress: boolean): IpPermission[] {
  const permissions = new Map<string, Required<Omit<IpPermission, 'FromPort' | 'ToPort'>>>();
  for (const { egress: isEgress, protocol, fromPort, toPort, peer, description } of group.rules.values()) {
    if (isEgress !== egress) continue;
    const key = `${protocol} ${fromPort} ${toPort}`;
    let permission = permissions.get(key);
    if (permission === undefined) {
      permission = {
        IpProtocol: protocol,
        ...((hasPorts(protocol) || isIcmp(protocol)) && { FromPort: fromPort, ToPort: toPort }),
        IpRanges: [],
        Ipv6Ranges: [],
        PrefixListIds: [],
        UserIdGroupPairs: [],
      };
      permissions.set(key, permission);
    }
    const Description = description === undefined ? {} : { Description: description };
    switch (peer.kind) {
      case 'ipv4':
        permission.IpRanges?.push({ CidrIp: formatCidr(peer.cidr), ...Description });
        break;
      case 'ipv6':
        permission.Ipv6Ranges?.push({ CidrIpv6: peer.text, ...Description });
        break;
      case 'prefix-list':
        permission.PrefixListIds?.push({ PrefixListId: peer.id, ...Description });
        break;
      case 'group':
        permission.UserIdGroupPairs?.push({
          GroupId: peer.groupId,
          UserId: peer.account,
          ...(peer.peeringId !== undefined && { VpcPeeringConnectionId: peer.peeringId }),
          ...Description,
        });
    }
  }
  return [...permissions.values()];
}

/** Filters on a group's rules of one direction; `prefix` is '' or 'egress.'. */
export function permissionFilters(prefix: string, egress: boolean): FilterTable<SecurityGroup> {
  const perRule =
    (valueOf: (rule: SecurityGroupRule, call: Ec2Call) => string | number | undefined) =>
    (group: SecurityGroup, call: Ec2Call): FilterValue =>
      group.rules
        .values()
        .filter((rule) => rule.egress === egress)
        .map((rule) => valueOf(rule, call))
        .toArray();
  const ofKind = (kind: RulePeer['kind']) => perRule(({ peer }) => (peer.kind === kind ? peerText(peer) : undefined));
  return {
    [`${prefix}ip-permission.cidr`]: ofKind('ipv4'),
    [`${prefix}ip-permission.ipv6-cidr`]: ofKind('ipv6'),
    [`${prefix}ip-permission.group-id`]: ofKind('group'),
    [`${prefix}ip-permission.prefix-list-id`]: ofKind('prefix-list'),
    [`${prefix}ip-permission.group-name`]: perRule(({ peer }, { state }) =>
      peer.kind === 'group' ? state.securityGroups.get(peer.groupId)?.name : undefined,
    ),
    [`${prefix}ip-permission.user-id`]: perRule(({ peer }) => (peer.kind === 'group' ? peer.account : undefined)),
    [`${prefix}ip-permission.protocol`]: perRule(({ protocol }) => protocol),
    [`${prefix}ip-permission.from-port`]: perRule(({ fromPort }) => fromPort),
    [`${prefix}ip-permission.to-port`]: perRule(({ toPort }) => toPort),
  };
}
