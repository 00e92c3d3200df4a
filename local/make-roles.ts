import { policiesOf } from '../permissions/policies.ts';
import { type RoleSpec, trustOf } from '../permissions/role.ts';
import type { Principal } from '../simulator/principal.ts';
import type { World } from '../simulator/world.ts';

/** IAM is global, and its calls go to this Region. */
const IAM_REGION = 'us-east-1';

/** Puts roles into a world, with their trust and their policies, as `infra/` deploys them. */
export async function makeRoles(
  world: World,
  account: string,
  principal: Principal,
  roles: readonly RoleSpec[],
): Promise<void> {
  const call = (operation: string, input: object): Promise<object> =>
    world.invoke({ service: 'iam', operation, input, place: { account, region: IAM_REGION }, principal });
  for (const role of roles) {
    const { name: RoleName, description: Description } = role;
    await call('CreateRole', { RoleName, Description, AssumeRolePolicyDocument: JSON.stringify(trustOf(role)) });
    for (const { name: PolicyName, document } of policiesOf(role, { account })) {
      await call('CreatePolicy', { PolicyName, PolicyDocument: JSON.stringify(document) });
      await call('AttachRolePolicy', { RoleName, PolicyArn: `arn:aws:iam::${account}:policy/${PolicyName}` });
    }
  }
}
