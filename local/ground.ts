import { type Dialogue, type ReadCall, readOrAbsent, type WriteCall, write } from '../control-plane/model/aws-call.ts';
import { isFault } from '../control-plane/model/faults.ts';
import type { Fleet } from '../control-plane/model/fleet.ts';
import { GLOBAL_REGION } from '../control-plane/model/region.ts';
import { converse } from '../handlers/runtime/caller.ts';
import type { Runtime, Settings } from '../handlers/runtime/runtime.ts';
import { policyOf, type RoleSpec, trustOf } from '../permissions/role.ts';
import { fleetRolesOf } from '../permissions/roles.ts';

type Call = ReadCall | WriteCall;

const TABLE_LOOK_EVERY_MS = 500;

/** Where people are told of what the fleet cannot mend by itself. */
export const INCIDENTS_TOPIC = 'landbridge-incidents';

/** The topic in one Region. Making one that is there already answers with that one. */
export function* ensureTopic(region: string): Dialogue<WriteCall, void> {
  yield* write(region, 'sns', 'createTopic', { Name: INCIDENTS_TOPIC });
}

/**
 * The state table, made and active, with the stream that replicas of it are fed by, if it is not there yet. Its replica in
 * the standby is begun, and not waited for.
 */
export async function ensureTable(
  {
    call,
    sleep,
    settings: { home, table: TableName },
  }: Pick<Runtime, 'call' | 'sleep'> & { readonly settings: Pick<Settings, 'home' | 'table'> },
  standby?: string,
): Promise<void> {
  const status = async () => {
    const found = await converse(readOrAbsent(home, 'dynamodb', 'describeTable', { TableName }), call);
    return found?.Table?.TableStatus;
  };
  if ((await status()) !== undefined) return;
  await converse(
    write(home, 'dynamodb', 'createTable', {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
    call,
  );
  while ((await status()) !== 'ACTIVE') await sleep(TABLE_LOOK_EVERY_MS);
  await converse(
    write(home, 'dynamodb', 'updateTimeToLive', {
      TableName,
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    }),
    call,
  );
  if (standby === undefined || standby === home) return;
  const ReplicaUpdates = [{ Create: { RegionName: standby } }];
  await converse(write(home, 'dynamodb', 'updateTable', { TableName, ReplicaUpdates }), call);
}

function* ensureRole(role: RoleSpec): Dialogue<Call, void> {
  const { name: RoleName, description: Description } = role;
  const found = yield* readOrAbsent(GLOBAL_REGION, 'iam', 'getRole', { RoleName });
  if (found?.Role?.Arn !== undefined) return;
  try {
    yield* write(GLOBAL_REGION, 'iam', 'createRole', {
      RoleName,
      Description,
      AssumeRolePolicyDocument: JSON.stringify(trustOf(role)),
      Tags: [{ Key: 'landbridge:fleet', Value: 'landbridge' }],
    });
  } catch (error) {
    if (!isFault(error, 'Conflict') && !isFault(error, 'Rejected')) throw error;
    const again = yield* readOrAbsent(GLOBAL_REGION, 'iam', 'getRole', { RoleName });
    if (again?.Role?.Arn === undefined) throw error;
  }
}

/** What a fleet's replicas run as; IAM is global, so two roles serve every Region. */
export function* ensureFleetRoles(fleet: Fleet): Dialogue<Call, void> {
  for (const role of fleetRolesOf(fleet)) {
    yield* ensureRole(role);
    yield* write(GLOBAL_REGION, 'iam', 'putRolePolicy', {
      RoleName: role.name,
      PolicyName: 'landbridge',
      PolicyDocument: JSON.stringify(policyOf(role, fleet)),
    });
  }
}

/** A certificate for the fleet's domain in one Region, if none is issued yet. On AWS an operator has them issued. */
export function* ensureCertificate(region: string, DomainName: string): Dialogue<Call, void> {
  const { CertificateSummaryList = [] } = (yield* readOrAbsent(region, 'acm', 'listCertificates', {})) ?? {};
  if (CertificateSummaryList.some((certificate) => certificate.DomainName === DomainName)) return;
  yield* write(region, 'acm', 'requestCertificate', { DomainName, ValidationMethod: 'DNS' });
}
