import { type Dialogue, type ReadCall, readOrAbsent } from '../../control-plane/model/aws-call.ts';
import { canonicalJson } from '../../control-plane/model/fingerprint.ts';
import { GLOBAL_REGION } from '../../control-plane/model/region.ts';
import { type MembersDeployed, memberRolesOf } from '../../permissions/member-roles.ts';
import { policiesOf } from '../../permissions/policies.ts';
import { type RoleSpec, trustOf } from '../../permissions/role.ts';
import { type Finding, fine, problemOf } from './finding.ts';

/** How a role of a member's account is, against how it should be. */
export type RoleSeen = 'as it should be' | 'missing' | 'of another trust' | 'of other policies';

const same = (found: string | undefined, wanted: object): boolean => {
  const text = found?.startsWith('%') === true ? decodeURIComponent(found) : found;
  return text !== undefined && canonicalJson(JSON.parse(text)) === canonicalJson(wanted);
};

function* seen(role: RoleSpec, account: string): Dialogue<ReadCall, RoleSeen> {
  const found = yield* readOrAbsent(GLOBAL_REGION, 'iam', 'getRole', { RoleName: role.name });
  if (found?.Role === undefined) return 'missing';
  // Whom it lets in, and by which external ids: a fleet that is not among them is refused.
  if (!same(found.Role.AssumeRolePolicyDocument, trustOf(role))) return 'of another trust';
  for (const { name, document } of policiesOf(role, { account })) {
    const PolicyArn = `arn:aws:iam::${account}:policy/${name}`;
    const policy = yield* readOrAbsent(GLOBAL_REGION, 'iam', 'getPolicy', { PolicyArn });
    const VersionId = policy?.Policy?.DefaultVersionId;
    if (VersionId === undefined) return 'of other policies';
    const version = yield* readOrAbsent(GLOBAL_REGION, 'iam', 'getPolicyVersion', { PolicyArn, VersionId });
    if (!same(version?.PolicyVersion?.Document, document)) return 'of other policies';
  }
  return 'as it should be';
}

/** Reads every role that members of these fleets take in an account. */
export function* memberRolesSeen(members: MembersDeployed): Dialogue<ReadCall, ReadonlyMap<string, RoleSeen>> {
  const found = new Map<string, RoleSeen>();
  for (const role of memberRolesOf(members)) found.set(role.name, yield* seen(role, members.account));
  return found;
}

/** A command about an account that has members, with all that its roles are made of: what is left out would be taken from them. */
export function memberCommand(
  verb: 'deploy' | 'doctor',
  { account, controlPlane, fleets, home, standby = 'none', peers = [], operators = [] }: Omit<MembersDeployed, 'table'>,
): string {
  const beside = peers.length === 0 ? '' : ` --peer-accounts ${peers.join(' ')}`;
  const whoLooks = operators.length === 0 ? '' : ` --operators ${operators.join(' ')}`;
  return `landbridge ${verb} --member-account ${account} --control-plane ${controlPlane} --fleets ${fleets.join(' ')} --home ${home} --standby ${standby}${beside}${whoLooks}`;
}

export function judgeMemberRoles(members: MembersDeployed, roles: ReadonlyMap<string, RoleSeen>): readonly Finding[] {
  const { account, controlPlane, fleets } = members;
  const remedy = memberCommand('deploy', members);
  const wrong = [...roles].filter(([, how]) => how !== 'as it should be');
  if (wrong.length === 0)
    return [
      fine('members', account, `${roles.size} roles are there, and let ${controlPlane} in for ${fleets.join(', ')}`),
    ];
  return wrong.map(([name, how]) => problemOf('members', account, `the role ${name} is ${how}`, remedy));
}
