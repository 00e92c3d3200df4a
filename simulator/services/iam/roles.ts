import type { IAM, Role } from '@aws-sdk/client-iam';
import { AwsError } from '../../aws-error.ts';
import type { Operations } from '../../service.ts';
import { addTags, checkedName, checkedPath, findRole, paged, tagList, uniqueId, validationError } from './naming.ts';
import { refuseUnknownPolicy } from './policies.ts';
import { encodedDocument, statementsOf } from './policy-document.ts';
import type { IamRole, IamState } from './state.ts';

/** Roles: made, trusted, tagged, bounded, deleted. */
export const roleOperations = {
  CreateRole(input, call) {
    const name = checkedName('roleName', input.RoleName, 64);
    const path = checkedPath(input.Path);
    const { AssumeRolePolicyDocument: trustPolicy = '' } = input;
    statementsOf(trustPolicy, 'trust');
    const sessionSeconds = sessionLength(input.MaxSessionDuration ?? 3_600);
    if (input.PermissionsBoundary !== undefined) refuseUnknownPolicy(call, input.PermissionsBoundary);
    if (call.state.roles.has(name))
      throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`, { status: 409 });
    const role: IamRole = {
      name,
      path,
      arn: `arn:aws:iam::${call.place.account}:role${path}${name}`,
      id: uniqueId('AROA', call),
      createdAtMs: call.nowMs,
      assumableFromMs: call.nowMs,
      description: input.Description,
      maxSessionSeconds: sessionSeconds,
      trustPolicy,
      inlinePolicies: new Map(),
      attachedPolicies: new Set(),
      permissionsBoundary: input.PermissionsBoundary,
      tags: new Map(),
    };
    addTags(role.tags, input.Tags);
    call.state.roles.set(name, role);
    return { Role: describeRole(role) };
  },

  GetRole(input, call) {
    return { Role: { ...describeRole(findRole(call, input.RoleName)), RoleLastUsed: {} } };
  },

  ListRoles(input, { state }) {
    const roles = [...state.roles.values()]
      .filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const { page, next } = paged(roles, input);
    // Lists leave out tags and boundaries. Source: ListRoles, "IAM resource-listing operations return a subset of the available attributes".
    return { Roles: page.map((role) => summaryOf(role)), ...next };
  },

  UpdateRole(input, call) {
    const role = findRole(call, input.RoleName);
    if (input.MaxSessionDuration !== undefined) role.maxSessionSeconds = sessionLength(input.MaxSessionDuration);
    if (input.Description !== undefined) role.description = input.Description;
    return {};
  },

  DeleteRole(input, call) {
    const { name, attachedPolicies, inlinePolicies } = findRole(call, input.RoleName);
    if (attachedPolicies.size > 0)
      throw new AwsError('DeleteConflict', 'Cannot delete entity, must detach all policies first.', { status: 409 });
    if (inlinePolicies.size > 0)
      throw new AwsError('DeleteConflict', 'Cannot delete entity, must delete policies first.', { status: 409 });
    call.state.roles.delete(name);
    return {};
  },

  UpdateAssumeRolePolicy(input, call) {
    const role = findRole(call, input.RoleName);
    statementsOf(input.PolicyDocument, 'trust');
    role.trustPolicy = input.PolicyDocument ?? '';
    return {};
  },

  PutRolePermissionsBoundary(input, call) {
    const role = findRole(call, input.RoleName);
    refuseUnknownPolicy(call, input.PermissionsBoundary);
    role.permissionsBoundary = input.PermissionsBoundary;
    return {};
  },

  DeleteRolePermissionsBoundary(input, call) {
    findRole(call, input.RoleName).permissionsBoundary = undefined;
    return {};
  },

  TagRole(input, call) {
    addTags(findRole(call, input.RoleName).tags, input.Tags);
    return {};
  },

  UntagRole(input, call) {
    const { tags } = findRole(call, input.RoleName);
    for (const key of input.TagKeys ?? []) tags.delete(key);
    return {};
  },

  ListRoleTags(input, call) {
    const { page, next } = paged(tagList(findRole(call, input.RoleName).tags), input);
    return { Tags: page, ...next };
  },
} satisfies Operations<IAM, IamState>;

function sessionLength(seconds: number): number {
  if (seconds < 3_600 || seconds > 43_200)
    throw validationError(
      `1 validation error detected: Value '${seconds}' at 'maxSessionDuration' failed to satisfy constraint: Member must have value ${seconds < 3_600 ? 'greater than or equal to 3600' : 'less than or equal to 43200'}`,
    );
  return seconds;
}

const summaryOf = (role: IamRole): Role => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: role.arn,
  CreateDate: new Date(role.createdAtMs),
  AssumeRolePolicyDocument: encodedDocument(role.trustPolicy),
  MaxSessionDuration: role.maxSessionSeconds,
  ...(role.description !== undefined && { Description: role.description }),
});

const describeRole = (role: IamRole): Role => ({
  ...summaryOf(role),
  ...(role.permissionsBoundary !== undefined && {
    PermissionsBoundary: {
      PermissionsBoundaryType: 'PermissionsBoundaryPolicy' as const,
      PermissionsBoundaryArn: role.permissionsBoundary,
    },
  }),
  ...(role.tags.size > 0 && { Tags: tagList(role.tags) }),
});
