import { remembered } from '../data-plane/remembered.ts';
import type { Principal } from '../principal.ts';
import { type IamRole, type IamState, iamHome } from '../services/iam/state.ts';
import type { World } from '../world.ts';
import { awsManagedPolicies } from './aws-managed-policies.ts';
import type { Identity, NamedPolicy } from './decide.ts';
import { type CompiledPolicy, policyOf } from './policy.ts';

const EVERYTHING: Identity = { policies: 'everything', boundary: undefined, tags: undefined };
/** Whoever has no policies: a role that is not there, a user. */
const NOTHING: Identity = { policies: [], boundary: undefined, tags: undefined };

const NO_POLICY = policyOf('{}');

/** 'arn:aws:iam::111122223333:role/folder/name' → 'name' */
const roleNameOf = remembered((arn: string) => ({ name: arn.slice(arn.lastIndexOf('/') + 1) }));

/** The role with this ARN, in its own account's IAM. */
export function roleAt(world: World, arn: string, account: string): IamRole | undefined {
  const role = world.state(iamHome, { account, region: 'us-east-1' }).roles.get(roleNameOf(arn).name);
  return role?.arn === arn ? role : undefined;
}

/** The account in an ARN of IAM's. */
export const accountOf = (arn: string): string => arn.split(':')[4] ?? '';

/** What a principal's own policies and its boundary are, now. */
export function identityOf(world: World, principal: Principal, trustedRoles: ReadonlySet<string>): Identity {
  if (principal.kind === 'Root') return EVERYTHING;
  const { roleArn, account } = principal;
  // Users and their policies are not simulated: one may do everything or nothing.
  if (roleArn === undefined) return trustedRoles.has(roleNameOf(principal.arn).name) ? EVERYTHING : NOTHING;
  const role = roleAt(world, roleArn, account);
  if (role !== undefined) return identityOfRole(role, world.state(iamHome, { account, region: 'us-east-1' }));
  return trustedRoles.has(roleNameOf(roleArn).name) ? EVERYTHING : NOTHING;
}

function identityOfRole(role: IamRole, state: IamState): Identity {
  const policies: NamedPolicy[] = [];
  for (const [name, text] of role.inlinePolicies) policies.push({ name, policy: policyOf(text) });
  for (const arn of role.attachedPolicies) policies.push({ name: arn, policy: managedPolicy(arn, state) });
  const { permissionsBoundary, tags } = role;
  const boundary = permissionsBoundary === undefined ? undefined : managedPolicy(permissionsBoundary, state);
  return { policies, boundary, tags };
}

function managedPolicy(arn: string, { policies }: IamState): CompiledPolicy {
  const text = policies.get(arn)?.document ?? awsManagedPolicies[arn];
  return text === undefined ? NO_POLICY : policyOf(text);
}
