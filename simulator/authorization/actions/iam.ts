import type { IAM } from '@aws-sdk/client-iam';
import type { Call } from '../../service.ts';
import type { IamState } from '../../services/iam/state.ts';
import type { Access, Context } from '../access.ts';
import { type ActionTable, anywhereEach, requestTags, withTagging } from './action-table.ts';

type IamCall = Call<IamState>;

/** A role by its name: its ARN has its path in it, which no request names. */
function role(call: IamCall, action: string, name = '', context?: Context): Access {
  const found = call.state.roles.get(name);
  return {
    action: `iam:${action}`,
    resource: found?.arn ?? `arn:aws:iam::${call.place.account}:role/${name}`,
    tags: found?.tags,
    absent: found === undefined,
    context: { 'iam:permissionsboundary': found?.permissionsBoundary, ...context },
  };
}

interface RoleRequest {
  readonly RoleName?: string | undefined;
  readonly PolicyArn?: string | undefined;
}

const ofRole =
  (action: string) =>
  ({ RoleName }: RoleRequest, call: IamCall): readonly Access[] => [role(call, action, RoleName)];

const attaching =
  (action: string) =>
  ({ RoleName, PolicyArn }: RoleRequest, call: IamCall): readonly Access[] => [
    role(call, action, RoleName, { 'iam:policyarn': PolicyArn }),
  ];

const ofPolicy =
  (action: string) =>
  ({ PolicyArn = '' }: RoleRequest, call: IamCall): readonly Access[] => {
    const found = call.state.policies.get(PolicyArn);
    return [{ action: `iam:${action}`, resource: PolicyArn, tags: found?.tags, absent: found === undefined }];
  };

/**
 * What IAM asks of itself.
 *
 * Source  Service Authorization Reference, "Actions, resources, and condition keys for AWS Identity and Access Management"
 */
export const iamActions: ActionTable<IAM, IamState> = {
  ...anywhereEach('iam', ['ListPolicies', 'ListRoles']),
  CreateRole: ({ RoleName, Path = '/', PermissionsBoundary, Tags }, call) =>
    withTagging(
      {
        action: 'iam:CreateRole',
        resource: `arn:aws:iam::${call.place.account}:role${Path}${RoleName}`,
        requestTags: requestTags(Tags),
        context: { 'iam:permissionsboundary': PermissionsBoundary },
      },
      'iam:TagRole',
    ),
  GetRole: ofRole('GetRole'),
  UpdateRole: ofRole('UpdateRole'),
  DeleteRole: ofRole('DeleteRole'),
  UpdateAssumeRolePolicy: ofRole('UpdateAssumeRolePolicy'),
  PutRolePermissionsBoundary: ({ RoleName, PermissionsBoundary }, call) => [
    role(call, 'PutRolePermissionsBoundary', RoleName, { 'iam:permissionsboundary': PermissionsBoundary }),
  ],
  DeleteRolePermissionsBoundary: ofRole('DeleteRolePermissionsBoundary'),
  PutRolePolicy: ofRole('PutRolePolicy'),
  GetRolePolicy: ofRole('GetRolePolicy'),
  DeleteRolePolicy: ofRole('DeleteRolePolicy'),
  ListRolePolicies: ofRole('ListRolePolicies'),
  AttachRolePolicy: attaching('AttachRolePolicy'),
  DetachRolePolicy: attaching('DetachRolePolicy'),
  ListAttachedRolePolicies: ofRole('ListAttachedRolePolicies'),
  ListRoleTags: ofRole('ListRoleTags'),
  TagRole: (input, call) => [{ ...role(call, 'TagRole', input.RoleName), requestTags: requestTags(input.Tags) }],
  UntagRole: (input, call) => [{ ...role(call, 'UntagRole', input.RoleName), tagKeys: input.TagKeys }],

  CreatePolicy: ({ PolicyName, Path = '/', Tags }, call) =>
    withTagging(
      {
        action: 'iam:CreatePolicy',
        resource: `arn:aws:iam::${call.place.account}:policy${Path}${PolicyName}`,
        requestTags: requestTags(Tags),
      },
      'iam:TagPolicy',
    ),
  GetPolicy: ofPolicy('GetPolicy'),
  GetPolicyVersion: ofPolicy('GetPolicyVersion'),
  DeletePolicy: ofPolicy('DeletePolicy'),
};
