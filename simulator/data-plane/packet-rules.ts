import { holdsIp, type Ip } from '../ip.ts';
import type { Ec2State, NetworkAclEntry, SecurityGroupRule, Subnet } from '../services/ec2/state.ts';

export const HTTPS_PORT = 443;
/** Stands for the ephemeral port a caller takes: in the ranges of Linux (32768-60999) and of IANA (49152-65535) alike. */
export const CALLER_PORT = 50_000;

/** Who is at the other end, as far as rules that name security groups can tell. */
export interface OtherEnd {
  readonly groupIds: Iterable<string>;
  readonly peeringId: string | undefined;
}

const isTcp = (protocol: string): boolean => protocol === 'tcp' || protocol === '6';

function matches(rule: SecurityGroupRule, peer: Ip, port: number, other: OtherEnd | undefined): boolean {
  if (rule.protocol !== '-1') {
    if (!isTcp(rule.protocol)) return false;
    if (rule.fromPort !== -1 && (port < rule.fromPort || port > rule.toPort)) return false;
  }
  if (rule.peer.kind === 'ipv4') return holdsIp(rule.peer.cidr, peer);
  if (rule.peer.kind !== 'group' || other === undefined) return false;
  for (const groupId of other.groupIds) if (groupId === rule.peer.groupId) return true;
  return false;
}

/** The first rule that allows it, by id; rules only ever allow. `says` names the groups where none does. */
export function securityGroupVerdict(
  state: Ec2State,
  groupIds: Iterable<string>,
  egress: boolean,
  peer: Ip,
  port: number,
  other: OtherEnd | undefined,
): { readonly ruleId: string | undefined; readonly says: string } {
  const asked: string[] = [];
  for (const groupId of groupIds) {
    const group = state.securityGroups.get(groupId);
    asked.push(groupId);
    if (group === undefined) continue;
    for (const rule of group.rules.values())
      if (rule.egress === egress && matches(rule, peer, port, other)) return { ruleId: rule.id, says: '' };
  }
  return { ruleId: undefined, says: asked.length === 0 ? 'no security group' : asked.join(', ') };
}

export interface AclVerdict {
  readonly allows: boolean;
  readonly aclId: string;
  /** The number of the entry that decided; what none matches is denied by the last, '*'. */
  readonly entry: number | '*';
  readonly says: string;
}

const entryMatches = (entry: NetworkAclEntry, peer: Ip, port: number): boolean =>
  (entry.protocol === '-1' ||
    (entry.protocol === '6' && (entry.ports === undefined || (port >= entry.ports.from && port <= entry.ports.to)))) &&
  holdsIp(entry.cidr, peer);

/** The first entry that matches decides. Stateless: each direction is asked for itself. */
export function networkAclVerdict(
  state: Ec2State,
  subnet: Subnet,
  egress: boolean,
  peer: Ip,
  port: number,
): AclVerdict {
  const aclId = subnet.networkAcl.networkAclId;
  for (const entry of state.networkAcls.get(aclId)?.entries ?? []) {
    if (entry.egress !== egress || !entryMatches(entry, peer, port)) continue;
    const allows = entry.action === 'allow';
    return { allows, aclId, entry: entry.number, says: allows ? '' : `entry ${entry.number} of ${aclId}` };
  }
  return { allows: false, aclId, entry: '*', says: `${aclId}, which has no entry that allows it,` };
}
