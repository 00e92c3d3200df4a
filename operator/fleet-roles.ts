import type { Role } from '@aws-sdk/client-iam';
import { type Dialogue, type ReadCall, readOrAbsent, type WriteCall, write } from '../control-plane/model/aws-call.ts';
import { Fault, isFault } from '../control-plane/model/faults.ts';
import { canonicalJson } from '../control-plane/model/fingerprint.ts';
import type { Fleet } from '../control-plane/model/fleet.ts';
import { FLEET_TAG } from '../control-plane/model/ownership.ts';
import { GLOBAL_REGION } from '../control-plane/model/region.ts';
import { policyOf, type RoleSpec, trustOf } from '../permissions/role.ts';
import { fleetRolesOf } from '../permissions/roles.ts';

/** What became of one of a fleet's two roles. */
export interface RoleDone {
  readonly name: string;
  /** `theirs`: somebody made it who is not Landbridge, so it is left alone. */
  readonly did: 'made' | 'changed' | 'as it was' | 'theirs';
}

type Call = ReadCall | WriteCall;

/** The one policy of such a role that is ours; its owner may give it others. */
const POLICY = 'landbridge';

/** IAM gives documents back percent-encoded, and what stands in its place need not. */
const decoded = (document = '{}'): string => (document.startsWith('%') ? decodeURIComponent(document) : document);

const isDocument = (found: string | undefined, wanted: object): boolean => {
  try {
    return canonicalJson(JSON.parse(decoded(found))) === canonicalJson(wanted);
  } catch {
    return false;
  }
};

/** '/team/' of arn:aws:iam::111122223333:role/team/NAME; most roles have none. */
const pathIn = (arn: string): string | undefined => /:role(\/.*\/)[^/]+$/.exec(arn)?.[1];

function* make(role: RoleSpec, arn: string, fleet: string): Dialogue<Call, Role | undefined> {
  const path = pathIn(arn);
  try {
    yield* write(GLOBAL_REGION, 'iam', 'createRole', {
      RoleName: role.name,
      ...(path !== undefined && { Path: path }),
      Description: role.description,
      AssumeRolePolicyDocument: JSON.stringify(trustOf(role)),
      Tags: [{ Key: FLEET_TAG, Value: fleet }],
    });
    return undefined;
  } catch (error) {
    if (!isFault(error, 'Conflict') && !isFault(error, 'Rejected')) throw error;
    // Somebody else was quicker: it is looked at like any other.
    const found = yield* readOrAbsent(GLOBAL_REGION, 'iam', 'getRole', { RoleName: role.name });
    if (found?.Role === undefined) throw error;
    return found.Role;
  }
}

function* ensure(role: RoleSpec, arn: string, fleet: Fleet): Dialogue<Call, RoleDone> {
  const { name } = role;
  const found = yield* readOrAbsent(GLOBAL_REGION, 'iam', 'getRole', { RoleName: name });
  const standing = found?.Role ?? (yield* make(role, arn, fleet.name));
  const document = policyOf(role, fleet);
  if (standing === undefined) {
    yield* putPolicy(name, document);
    return { name, did: 'made' };
  }
  if (standing.Arn !== arn)
    throw new Fault(
      'Rejected',
      `roles: there is no ${arn}, and its name is taken by ${standing.Arn}: name that, or another`,
    );
  const owner = standing.Tags?.find(({ Key }) => Key === FLEET_TAG)?.Value;
  if (owner === undefined) return { name, did: 'theirs' };
  if (owner !== fleet.name)
    throw new Fault('Rejected', `roles: ${name} is the fleet ${owner}'s: name a role of ${fleet.name}'s own, or none`);
  let did: RoleDone['did'] = 'as it was';
  if (!isDocument(standing.AssumeRolePolicyDocument, trustOf(role))) {
    const PolicyDocument = JSON.stringify(trustOf(role));
    yield* write(GLOBAL_REGION, 'iam', 'updateAssumeRolePolicy', { RoleName: name, PolicyDocument });
    did = 'changed';
  }
  const policy = yield* readOrAbsent(GLOBAL_REGION, 'iam', 'getRolePolicy', { RoleName: name, PolicyName: POLICY });
  if (!isDocument(policy?.PolicyDocument, document)) {
    yield* putPolicy(name, document);
    did = 'changed';
  }
  return { name, did };
}

function* putPolicy(RoleName: string, document: object): Dialogue<WriteCall, void> {
  const PolicyDocument = JSON.stringify(document);
  yield* write(GLOBAL_REGION, 'iam', 'putRolePolicy', { RoleName, PolicyName: POLICY, PolicyDocument });
}

/** Whoever makes the roles: Lambda and API Gateway take those of their own account alone, and every join would end with that. */
export function refuseStrangers({ roles, account }: Pick<Fleet, 'roles' | 'account'>): void {
  for (const [field, arn] of Object.entries(roles))
    if (!arn.startsWith(`arn:aws:iam::${account}:role/`))
      throw new Fault('Rejected', `roles.${field}: ${arn} is no role of account ${account}: name one of it, or none`);
}

/**
 * Makes what a fleet's replicas run as, or brings it up to date; IAM is global, so two roles serve every Region. A role that
 * somebody else has made and the fleet file names is theirs: it is not changed.
 *
 * Out     what was done with each
 * Faults  Rejected where a role is another fleet's, or its name is taken; Forbidden where whoever asks may not
 * Bounds  two reads for each role that is as it should be, and no write
 */
export function* ensureFleetRoles(fleet: Fleet): Dialogue<Call, readonly RoleDone[]> {
  const [forFunctions, forGateway] = fleetRolesOf(fleet);
  const { roles } = fleet;
  refuseStrangers(fleet);
  if (forFunctions === undefined || forGateway === undefined) throw new Error('a fleet has two roles');
  const done = [yield* ensure(forFunctions, roles.function, fleet)];
  if (roles.invoke !== roles.function) return [...done, yield* ensure(forGateway, roles.invoke, fleet)];
  if (done.every(({ did }) => did === 'theirs')) return done;
  throw new Fault('Rejected', `roles: functions and API Gateway cannot share ${roles.function}: name two, or none`);
}

/** The same as commands of the AWS CLI, for somebody who may. */
export function fleetRoleCommands(fleet: Fleet): readonly string[] {
  const quoted = (document: object): string => `'${JSON.stringify(document)}'`;
  const arns = [fleet.roles.function, fleet.roles.invoke];
  const under = (path: string | undefined): string => (path === undefined ? '' : ` --path ${path}`);
  return fleetRolesOf(fleet).flatMap((role, index) => [
    `aws iam create-role --role-name ${role.name}${under(pathIn(arns[index] ?? ''))} --tags Key=${FLEET_TAG},Value=${fleet.name} --assume-role-policy-document ${quoted(trustOf(role))}`,
    `aws iam put-role-policy --role-name ${role.name} --policy-name ${POLICY} --policy-document ${quoted(policyOf(role, fleet))}`,
  ]);
}
