import type { STS } from '@aws-sdk/client-sts';
import type { StsState } from '../../services/sts/state.ts';
import type { Access } from '../access.ts';
import { accountOf, roleAt } from '../identity.ts';
import { assuming } from '../trust.ts';
import { type ActionTable, requestTags } from './action-table.ts';

/** Everybody may ask who they are. Source: GetCallerIdentity, "No permissions are required to perform this operation". */
const nothing = (): readonly Access[] => [];

/**
 * What STS asks of IAM: for a role, what its trust policy says of the caller and the caller's own policies of the role.
 *
 * Source  Service Authorization Reference, "Actions, resources, and condition keys for AWS Security Token Service"
 */
export const stsActions: ActionTable<STS, StsState> = {
  GetCallerIdentity: nothing,
  GetSessionToken: nothing,
  AssumeRole(input, { world }) {
    const { RoleArn = '', RoleSessionName, ExternalId, SourceIdentity } = input;
    const context = {
      'sts:externalid': ExternalId,
      'sts:rolesessionname': RoleSessionName,
      'sts:sourceidentity': SourceIdentity,
    };
    const found = roleAt(world, RoleArn, accountOf(RoleArn));
    const tags = requestTags(input.Tags);
    // Of a role that is not there nobody learns that it is not: it trusts no one.
    const access: Access =
      found === undefined
        ? { action: 'sts:AssumeRole', resource: RoleArn, context, requestTags: tags, policy: [] }
        : assuming(found, context, tags);
    return tags === undefined ? [access] : [access, { ...access, action: 'sts:TagSession' }];
  },
};
