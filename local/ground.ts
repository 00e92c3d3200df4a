import { type Dialogue, type ReadCall, readOrAbsent, type WriteCall, write } from '../control-plane/model/aws-call.ts';
import { isFault } from '../control-plane/model/faults.ts';
import type { Fleet } from '../control-plane/model/fleet.ts';
import { GLOBAL_REGION } from '../control-plane/model/region.ts';

type Call = ReadCall | WriteCall;

const trusting = (service: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });

/** The state table, if it is not there yet. */
export function* ensureTable(region: string, TableName: string): Dialogue<Call, void> {
  const found = yield* readOrAbsent(region, 'dynamodb', 'describeTable', { TableName });
  if (found !== undefined) return;
  yield* write(region, 'dynamodb', 'createTable', {
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
  });
  yield* write(region, 'dynamodb', 'updateTimeToLive', {
    TableName,
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  });
}

export function* ensureRole(RoleName: string, service: string): Dialogue<Call, string> {
  const found = yield* readOrAbsent(GLOBAL_REGION, 'iam', 'getRole', { RoleName });
  if (found?.Role?.Arn !== undefined) return found.Role.Arn;
  try {
    const { Role } = yield* write(GLOBAL_REGION, 'iam', 'createRole', {
      RoleName,
      AssumeRolePolicyDocument: trusting(service),
      Tags: [{ Key: 'landbridge:fleet', Value: 'landbridge' }],
    });
    return Role?.Arn ?? '';
  } catch (error) {
    if (!isFault(error, 'Conflict') && !isFault(error, 'Rejected')) throw error;
    const again = yield* readOrAbsent(GLOBAL_REGION, 'iam', 'getRole', { RoleName });
    if (again?.Role?.Arn === undefined) throw error;
    return again.Role.Arn;
  }
}

/** What a fleet's replicas run as; IAM is global, so two roles serve every Region. */
export function* ensureFleetRoles({ roles }: Fleet): Dialogue<Call, void> {
  yield* ensureRole(roles.function.split('/').at(-1) ?? roles.function, 'lambda.amazonaws.com');
  yield* ensureRole(roles.invoke.split('/').at(-1) ?? roles.invoke, 'apigateway.amazonaws.com');
}

/** A certificate for the fleet's domain in one Region, if none is issued yet. On AWS an operator has them issued. */
export function* ensureCertificate(region: string, DomainName: string): Dialogue<Call, void> {
  const { CertificateSummaryList = [] } = (yield* readOrAbsent(region, 'acm', 'listCertificates', {})) ?? {};
  if (CertificateSummaryList.some((certificate) => certificate.DomainName === DomainName)) return;
  yield* write(region, 'acm', 'requestCertificate', { DomainName, ValidationMethod: 'DNS' });
}
