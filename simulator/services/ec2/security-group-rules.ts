import type {
  IpPermission,
  SecurityGroupRule as RuleView,
  SecurityGroupRuleDescription,
  SecurityGroupRuleRequest,
  TagSpecification,
} from '@aws-sdk/client-ec2';
import { AwsError } from '../../aws-error.ts';
import { formatCidr } from '../../ip.ts';
import { notSimulated, required } from './errors.ts';
import { find, findRule } from './find.ts';
import { arnOf, newId } from './ids.ts';
import { groupPeer, ipv4Peer, isSameRule, peerText, portsIn, type RuleTerms, rulesIn } from './ip-permissions.ts';
import { furtherPages, listed } from './listing.ts';
import type { Ec2Call, Operation } from './operation.ts';
import type { SecurityGroup, SecurityGroupRule } from './state.ts';
import { keepTags, tagsFor, tagsOf } from './tags.ts';

/** Permissions as a list, or one written flat into the request, as the older form has it. */
interface PermissionsInput {
  readonly IpPermissions?: IpPermission[] | undefined;
  readonly IpProtocol?: string | undefined;
  readonly FromPort?: number | undefined;
  readonly ToPort?: number | undefined;
  readonly CidrIp?: string | undefined;
  readonly SourceSecurityGroupName?: string | undefined;
}

function permissionsIn(input: PermissionsInput): readonly IpPermission[] {
  if (input.SourceSecurityGroupName !== undefined) throw notSimulated('SourceSecurityGroupName');
  if (input.IpPermissions !== undefined && input.IpPermissions.length > 0) return input.IpPermissions;
  return [
    {
      IpProtocol: required(input.IpProtocol, 'ipPermissions'),
      ...(input.FromPort !== undefined && { FromPort: input.FromPort }),
      ...(input.ToPort !== undefined && { ToPort: input.ToPort }),
      ...(input.CidrIp !== undefined && { IpRanges: [{ CidrIp: input.CidrIp }] }),
    },
  ];
}

const twin = (group: SecurityGroup, egress: boolean, terms: RuleTerms): SecurityGroupRule | undefined =>
  group.rules.values().find((rule) => rule.egress === egress && isSameRule(rule, terms));

function duplicate({ protocol, fromPort, toPort, peer }: RuleTerms): AwsError {
  const what = protocol === '-1' ? 'ALL' : `${protocol.toUpperCase()}, from port: ${fromPort}, to port: ${toPort}`;
  return new AwsError(
    'InvalidPermission.Duplicate',
    `the specified rule "peer: ${peerText(peer)}, ${what}, ALLOW" already exists`,
  );
}

interface AuthorizeInput extends PermissionsInput {
  readonly GroupId?: string | undefined;
  readonly TagSpecifications?: TagSpecification[] | undefined;
}

/** All of the rules or none of them. */
const authorize = (egress: boolean) => (input: AuthorizeInput, call: Ec2Call) => {
  const { state } = call;
  const group = find(state, 'security-group', input.GroupId);
  const wanted = rulesIn(permissionsIn(input), call);
  const tags = tagsFor('security-group-rule', input.TagSpecifications);
  wanted.forEach((terms, index) => {
    if (twin(group, egress, terms) !== undefined || wanted.slice(0, index).some((other) => isSameRule(other, terms)))
      throw duplicate(terms);
  });
  const sameWay = group.rules.values().filter((rule) => rule.egress === egress);
  if ([...sameWay].length + wanted.length > state.quotas.rulesPerSecurityGroup)
    throw new AwsError(
      'RulesPerSecurityGroupLimitExceeded',
      'The maximum number of rules per security group has been reached.',
    );
  const made = wanted.map(
    (terms): SecurityGroupRule => ({
      id: newId('sgr', call),
      groupId: group.id,
      egress,
      ...terms,
    }),
  );
  for (const rule of made) {
    group.rules.set(rule.id, rule);
    keepTags(state, rule.id, new Map(tags));
  }
  return { Return: true, SecurityGroupRules: made.map((rule) => viewOf(rule, call)) };
};

export const authorizeIngress: Operation<'AuthorizeSecurityGroupIngress'> = authorize(false);
export const authorizeEgress: Operation<'AuthorizeSecurityGroupEgress'> = authorize(true);

const noSuchRule = (): AwsError =>
  new AwsError('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');

interface RevokeInput extends PermissionsInput {
  readonly GroupId?: string | undefined;
  readonly SecurityGroupRuleIds?: string[] | undefined;
}

/** By the rules' ids or by their terms. */
function rulesToRevoke(group: SecurityGroup, egress: boolean, input: RevokeInput, call: Ec2Call): SecurityGroupRule[] {
  if (input.SecurityGroupRuleIds !== undefined && input.SecurityGroupRuleIds.length > 0)
    return input.SecurityGroupRuleIds.map((id) => {
      const { rule } = findRule(call.state, id);
      if (rule.groupId !== group.id || rule.egress !== egress) throw noSuchRule();
      return rule;
    });
  return rulesIn(permissionsIn(input), call).map((terms) => {
    const rule = twin(group, egress, terms);
    if (rule === undefined) throw noSuchRule();
    return rule;
  });
}

const revoke = (egress: boolean) => (input: RevokeInput, call: Ec2Call) => {
  const group = find(call.state, 'security-group', input.GroupId);
  const rules = rulesToRevoke(group, egress, input, call);
  for (const { id } of rules) {
    group.rules.delete(id);
    call.state.tags.delete(id);
  }
  return {
    Return: true,
    UnknownIpPermissions: [],
    RevokedSecurityGroupRules: rules.map(({ id, groupId, protocol, fromPort, toPort, peer, description }) => ({
      SecurityGroupRuleId: id,
      GroupId: groupId,
      IsEgress: egress,
      IpProtocol: protocol,
      FromPort: fromPort,
      ToPort: toPort,
      ...(peer.kind === 'ipv4' && { CidrIpv4: formatCidr(peer.cidr) }),
      ...(peer.kind === 'ipv6' && { CidrIpv6: peer.text }),
      ...(peer.kind === 'prefix-list' && { PrefixListId: peer.id }),
      ...(peer.kind === 'group' && { ReferencedGroupId: peer.groupId }),
      ...(description !== undefined && { Description: description }),
    })),
  };
};

export const revokeIngress: Operation<'RevokeSecurityGroupIngress'> = revoke(false);
export const revokeEgress: Operation<'RevokeSecurityGroupEgress'> = revoke(true);

interface DescriptionsInput {
  readonly GroupId?: string | undefined;
  readonly IpPermissions?: IpPermission[] | undefined;
  readonly SecurityGroupRuleDescriptions?: SecurityGroupRuleDescription[] | undefined;
}

const describeAnew = (egress: boolean) => (input: DescriptionsInput, call: Ec2Call) => {
  const group = find(call.state, 'security-group', input.GroupId);
  const byId = (input.SecurityGroupRuleDescriptions ?? []).map(({ SecurityGroupRuleId, Description }) => {
    const rule = group.rules.get(required(SecurityGroupRuleId, 'securityGroupRuleId'));
    if (rule === undefined || rule.egress !== egress) throw noSuchRule();
    return { rule, description: Description };
  });
  const byTerms = rulesIn(input.IpPermissions ?? [], call).map((terms) => {
    const rule = twin(group, egress, terms);
    if (rule === undefined) throw noSuchRule();
    return { rule, description: terms.description };
  });
  for (const { rule, description } of [...byId, ...byTerms]) rule.description = description;
  return { Return: true };
};

export const updateDescriptionsIngress: Operation<'UpdateSecurityGroupRuleDescriptionsIngress'> = describeAnew(false);
export const updateDescriptionsEgress: Operation<'UpdateSecurityGroupRuleDescriptionsEgress'> = describeAnew(true);

function termsIn(request: SecurityGroupRuleRequest, call: Ec2Call): RuleTerms {
  const { CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupId, Description } = request;
  const peers = [
    ...(CidrIpv4 === undefined ? [] : [ipv4Peer(CidrIpv4)]),
    ...(CidrIpv6 === undefined ? [] : [{ kind: 'ipv6' as const, text: CidrIpv6 }]),
    ...(PrefixListId === undefined ? [] : [{ kind: 'prefix-list' as const, id: PrefixListId }]),
    ...(ReferencedGroupId === undefined ? [] : [groupPeer(ReferencedGroupId, undefined, call)]),
  ];
  const [peer, ...others] = peers;
  if (peer === undefined || others.length > 0)
    throw new AwsError('InvalidParameterCombination', 'A rule must name exactly one source or destination');
  return { ...portsIn(request), peer, description: Description };
}

/** Changes rules in place: their ids and tags stay. */
export const modifyRules: Operation<'ModifySecurityGroupRules'> = (input, call) => {
  const group = find(call.state, 'security-group', input.GroupId);
  const changes = required(input.SecurityGroupRules, 'securityGroupRules').map((update) => {
    const { rule } = findRule(call.state, required(update.SecurityGroupRuleId, 'securityGroupRuleId'));
    if (rule.groupId !== group.id) throw noSuchRule();
    const terms = termsIn(required(update.SecurityGroupRule, 'securityGroupRule'), call);
    const other = twin(group, rule.egress, terms);
    if (other !== undefined && other !== rule) throw duplicate(terms);
    return { rule, terms };
  });
  for (const { rule, terms } of changes) Object.assign(rule, terms);
  return { Return: true };
};

export const describeRules: Operation<'DescribeSecurityGroupRules'> = (input, call) => {
  const { state } = call;
  const asked = input.SecurityGroupRuleIds ?? [];
  const rules =
    asked.length > 0
      ? [...new Set(asked)].map((id) => findRule(state, id).rule)
      : state.securityGroups
          .values()
          .flatMap((group) => group.rules.values())
          .toArray();
  const page = listed(
    rules,
    input,
    { 'group-id': ({ groupId }) => groupId, 'security-group-rule-id': ({ id }) => id },
    call,
  );
  return { SecurityGroupRules: page.items.map((rule) => viewOf(rule, call)), ...furtherPages(page) };
};

const viewOf = (rule: SecurityGroupRule, call: Ec2Call): RuleView => ({
  SecurityGroupRuleId: rule.id,
  SecurityGroupRuleArn: arnOf('security-group-rule', rule.id, call),
  GroupId: rule.groupId,
  GroupOwnerId: call.place.account,
  IsEgress: rule.egress,
  IpProtocol: rule.protocol,
  FromPort: rule.fromPort,
  ToPort: rule.toPort,
  ...(rule.peer.kind === 'ipv4' && { CidrIpv4: formatCidr(rule.peer.cidr) }),
  ...(rule.peer.kind === 'ipv6' && { CidrIpv6: rule.peer.text }),
  ...(rule.peer.kind === 'prefix-list' && { PrefixListId: rule.peer.id }),
  ...(rule.peer.kind === 'group' && {
    ReferencedGroupInfo: { GroupId: rule.peer.groupId, UserId: rule.peer.account },
  }),
  ...(rule.description !== undefined && { Description: rule.description }),
  Tags: tagsOf(call.state, rule.id),
});
