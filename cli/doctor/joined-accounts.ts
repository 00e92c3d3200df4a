import { peersVpcs } from '../../control-plane/kinds/permission-scopes.ts';
import { type Dialogue, type ReadCall, read, readOrAbsent } from '../../control-plane/model/aws-call.ts';
import { GLOBAL_REGION } from '../../control-plane/model/region.ts';
import { roleNameOf } from '../../permissions/roles.ts';
import { type Finding, fine, notChecked, problemOf } from './finding.ts';

/** The one function that asks for peerings, and accepts them. */
const WRITER = roleNameOf('apply-plan');

/**
 * Which of these accounts the deployed roles let VPCs be joined with.
 *
 * Out  `undefined`: the role is not there
 */
export function* accountsJoined(accounts: readonly string[]): Dialogue<ReadCall, ReadonlySet<string> | undefined> {
  const role = yield* readOrAbsent(GLOBAL_REGION, 'iam', 'listAttachedRolePolicies', { RoleName: WRITER });
  if (role === undefined) return undefined;
  const documents: string[] = [];
  for (const { PolicyArn } of role.AttachedPolicies ?? []) {
    const { Policy } = yield* read(GLOBAL_REGION, 'iam', 'getPolicy', { PolicyArn });
    const VersionId = Policy?.DefaultVersionId;
    const { PolicyVersion } = yield* read(GLOBAL_REGION, 'iam', 'getPolicyVersion', { PolicyArn, VersionId });
    documents.push(decodeURIComponent(PolicyVersion?.Document ?? ''));
  }
  const says = documents.join();
  return new Set(accounts.filter((account) => says.includes(`"${peersVpcs.replace('{peer}', account)}"`)));
}

/** Whether what is deployed names the accounts that members live in: a peering with another is refused. */
export function judgeJoined(accounts: readonly string[], joined: ReadonlySet<string> | undefined): readonly Finding[] {
  if (joined === undefined)
    return [notChecked('peerings', accounts.join(', '), `there is no role ${WRITER}: landbridge deploy makes it`)];
  return accounts.map((account) =>
    joined.has(account)
      ? fine('peerings', account, `${WRITER} may join VPCs with those there`)
      : problemOf(
          'peerings',
          account,
          `${WRITER} may join no VPC with those there: roles were deployed before a fleet named this account`,
          `landbridge deploy --fleet-file FILE, which names the accounts of that file and of every fleet in force; before there is a file: --accounts ${account}`,
        ),
  );
}
