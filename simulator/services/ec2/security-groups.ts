import type { SecurityGroup as SecurityGroupView } from '@aws-sdk/client-ec2';
import { AwsError } from '../../aws-error.ts';
import { ANYWHERE } from '../../ip.ts';
import { required } from './errors.ts';
import type { FilterTable } from './filters.ts';
import { find, findAll } from './find.ts';
import { arnOf, newId } from './ids.ts';
import { permissionFilters, permissionsOf } from './ip-permissions.ts';
import { furtherPages, listed } from './listing.ts';
import type { Ec2Call, Operation } from './operation.ts';
import type { RulePeer, SecurityGroup } from './state.ts';
import { keepTags, tagsFor, tagsOf } from './tags.ts';

/** Every new group lets everything out; the default one lets its own members in besides. */
export function addSecurityGroup(vpcId: string, name: string, description: string, call: Ec2Call): SecurityGroup {
  const group: SecurityGroup = { id: newId('sg', call), name, description, vpcId, rules: new Map() };
  const everything = (egress: boolean, peer: RulePeer): void => {
    const id = newId('sgr', call);
    group.rules.set(id, {
      id,
      groupId: group.id,
      egress,
      protocol: '-1',
      fromPort: -1,
      toPort: -1,
      peer,
      description: undefined,
    });
  };
  if (name === 'default')
    everything(false, { kind: 'group', groupId: group.id, account: call.place.account, peeringId: undefined });
  everything(true, { kind: 'ipv4', cidr: ANYWHERE });
  call.state.securityGroups.set(group.id, group);
  return group;
}

export const createSecurityGroup: Operation<'CreateSecurityGroup'> = (input, call) => {
  const { state } = call;
  const name = required(input.GroupName, 'groupName');
  const description = required(input.Description, 'groupDescription');
  if (input.VpcId === undefined) throw new AwsError('VPCIdNotSpecified', 'No default VPC for this user');
  const vpc = find(state, 'vpc', input.VpcId);
  if (name === 'default')
    throw new AwsError('InvalidParameterValue', 'Cannot use reserved security group name: default');
  if (name.startsWith('sg-'))
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${name}) for parameter GroupName is invalid. Group names may not be in the format sg-*`,
    );
  if (state.securityGroups.values().some((other) => other.vpcId === vpc.id && other.name === name))
    throw new AwsError('InvalidGroup.Duplicate', `The security group '${name}' already exists for VPC '${vpc.id}'`);
  if (state.securityGroups.size >= state.quotas.securityGroups)
    throw new AwsError('SecurityGroupLimitExceeded', 'The maximum number of security groups has been reached.');
  const tags = tagsFor('security-group', input.TagSpecifications);
  const group = addSecurityGroup(vpc.id, name, description, call);
  keepTags(state, group.id, tags);
  return {
    GroupId: group.id,
    SecurityGroupArn: arnOf('security-group', group.id, call),
    Tags: tagsOf(state, group.id),
  };
};

export const deleteSecurityGroup: Operation<'DeleteSecurityGroup'> = (input, { state }) => {
  const group = find(state, 'security-group', input.GroupId);
  if (group.name === 'default')
    throw new AwsError(
      'CannotDelete',
      `the specified group: "${group.id}" name: "default" cannot be deleted by a user`,
    );
  const isReferredTo = state.securityGroups
    .values()
    .some(
      (other) =>
        other.id !== group.id &&
        other.rules.values().some(({ peer }) => peer.kind === 'group' && peer.groupId === group.id),
    );
  if (isReferredTo || state.networkInterfaces.values().some(({ groupIds }) => groupIds.has(group.id)))
    throw new AwsError('DependencyViolation', `resource ${group.id} has a dependent object`);
  state.securityGroups.delete(group.id);
  for (const id of [group.id, ...group.rules.keys()]) state.tags.delete(id);
  return { Return: true, GroupId: group.id };
};

const filters: FilterTable<SecurityGroup> = {
  description: ({ description }) => description,
  ...permissionFilters('', false),
  ...permissionFilters('egress.', true),
  'group-id': ({ id }) => id,
  'group-name': ({ name }) => name,
  'owner-id': (_group, { place }) => place.account,
  'vpc-id': ({ vpcId }) => vpcId,
};

export const describeSecurityGroups: Operation<'DescribeSecurityGroups'> = (input, call) => {
  if (input.GroupNames !== undefined && input.GroupNames.length > 0)
    // Names are for groups of a default VPC, and none is simulated.
    throw new AwsError('InvalidGroup.NotFound', `The security group '${input.GroupNames.join(', ')}' does not exist`);
  const page = listed(findAll(call.state, 'security-group', input.GroupIds), input, filters, call);
  return { SecurityGroups: page.items.map((group) => viewOf(group, call)), ...furtherPages(page) };
};

const viewOf = (group: SecurityGroup, call: Ec2Call): SecurityGroupView => ({
  GroupId: group.id,
  GroupName: group.name,
  Description: group.description,
  VpcId: group.vpcId,
  OwnerId: call.place.account,
  SecurityGroupArn: arnOf('security-group', group.id, call),
  IpPermissions: permissionsOf(group, false),
  IpPermissionsEgress: permissionsOf(group, true),
  Tags: tagsOf(call.state, group.id),
});
