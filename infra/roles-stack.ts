import { type App, Stack } from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import { policiesOf } from '../permissions/policies.ts';
import { type RoleSpec, trustOf } from '../permissions/role.ts';
import { logicalName } from './functions.ts';
import type { InfraSettings } from './settings.ts';
import { acknowledge, wildcardsOf } from './suppressions.ts';

/** IAM is global: every role of Landbridge's in one stack, made before anything that runs as one of them. */
export function rolesStack(app: App, { account, home }: InfraSettings, roles: readonly RoleSpec[]): Stack {
  const stack = new Stack(app, 'LandbridgeRoles', {
    stackName: 'landbridge-roles',
    description: 'Landbridge: every role, computed from what is declared to be needed',
    env: { account, region: home },
  });
  makeRoles(stack, account, roles);
  return stack;
}

/** Roles with their trust and their policies, which are managed ones: each role has its own. */
export function makeRoles(stack: Stack, account: string, roles: readonly RoleSpec[]): void {
  for (const role of roles) {
    const { name, description } = role;
    const managedPolicyArns = policiesOf(role, { account }).map(({ name: managedPolicyName, document }) => {
      const policy = new CfnManagedPolicy(
        stack,
        `${logicalName(managedPolicyName.replace(/^landbridge-/, ''))}Policy`,
        {
          managedPolicyName,
          description: `What ${name} may do`,
          policyDocument: document,
        },
      );
      acknowledge(policy, wildcardsOf(role, document.Statement));
      return policy.ref;
    });
    new CfnRole(stack, logicalName(name.replace(/^landbridge-/, '')), {
      roleName: name,
      description,
      assumeRolePolicyDocument: trustOf(role),
      managedPolicyArns,
    });
  }
}
