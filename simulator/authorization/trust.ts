import { hasCome } from '../horizon.ts';
import { type Principal, serviceActing } from '../principal.ts';
import type { Place } from '../service.ts';
import type { IamRole } from '../services/iam/state.ts';
import type { World } from '../world.ts';
import type { Access, Context } from './access.ts';
import { lets } from './decide.ts';
import { accountOf, roleAt } from './identity.ts';
import { policyOf } from './policy.ts';
import type { Question } from './question.ts';

/** What assuming a role asks of IAM: its trust policy is the resource's own. */
export const assuming = (role: IamRole, context: Context, requestTags?: Access['requestTags']): Access => ({
  action: 'sts:AssumeRole',
  resource: role.arn,
  tags: role.tags,
  policy: policyOf(role.trustPolicy).statements,
  context,
  requestTags,
});

const asked = (access: Access, principal: Principal, place: Place, world: World): Question => ({
  principal,
  principalTags:
    principal.roleArn === undefined ? undefined : roleAt(world, principal.roleArn, principal.account)?.tags,
  access,
  place,
  owner: accountOf(access.resource),
  world,
});

/** Whether a role's trust policy lets somebody assume it. What the caller's own policies say is asked elsewhere. */
export const trusts = (role: IamRole, caller: Principal, context: Context, place: Place, world: World): boolean =>
  hasCome(role.assumableFromMs, world.clock.nowMs()) && lets(asked(assuming(role, context), caller, place, world));

/** Whether a service may act as a role on behalf of a resource: the confused deputy's question. */
export const canAssume = (
  role: IamRole,
  service: string,
  source: { readonly arn: string; readonly place: Place },
  world: World,
): boolean => {
  const { account } = source.place;
  const context = { 'aws:sourcearn': source.arn, 'aws:sourceaccount': account };
  return trusts(role, serviceActing(service, account), context, source.place, world);
};
