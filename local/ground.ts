import { type Dialogue, type ReadCall, readOrAbsent, type WriteCall, write } from '../control-plane/model/aws-call.ts';
import { converse } from '../handlers/runtime/caller.ts';
import type { Runtime, Settings } from '../handlers/runtime/runtime.ts';

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

/** A certificate for the fleet's domain in one Region, if none is issued yet. On AWS an operator has them issued. */
export function* ensureCertificate(region: string, DomainName: string): Dialogue<Call, void> {
  const { CertificateSummaryList = [] } = (yield* readOrAbsent(region, 'acm', 'listCertificates', {})) ?? {};
  if (CertificateSummaryList.some((certificate) => certificate.DomainName === DomainName)) return;
  yield* write(region, 'acm', 'requestCertificate', { DomainName, ValidationMethod: 'DNS' });
}
