import { beforeEach, expect, test } from 'vitest';
import type { AwsError } from '../../../simulator/aws-error.ts';
import { refusalCode } from '../service-world.ts';
import { weatherWorld } from './weather-world.ts';

const TableName = 'fleets';
const key = (pk: string) => ({ pk: { S: pk } });
const put = (pk: string) => ({ Put: { TableName, Item: key(pk) } });

let it: ReturnType<typeof weatherWorld>;
beforeEach(async () => {
  it = weatherWorld();
  await it.ask('dynamodb', 'CreateTable', {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  });
  await it.clock.runFor(5_000);
});

const refused = async (operation: string, input: object): Promise<AwsError> =>
  it.clock.runUntil(
    it.ask('dynamodb', operation, input).then(
      () => expect.unreachable(`${operation} should be refused`),
      (error: AwsError) => error,
    ),
  );

// biome-ignore format: a table is read down its columns
test.for([
  { operation: 'PutItem',    input: { TableName, Item: key('a') } },
  { operation: 'UpdateItem', input: { TableName, Key: key('a') } },
  { operation: 'DeleteItem', input: { TableName, Key: key('a') } },
])('$operation of an item that is in somebody’s transaction is refused, and nothing is done', async ({ operation, input }) => {
  it.storm.conflicts({ share: 1 });
  expect(await refused(operation, input)).toMatchObject({ code: 'TransactionConflictException' });
  it.storm.clear();
  expect(await it.get('dynamodb', 'Scan', { TableName })).toMatchObject({ Count: 0 });
});

test('a transaction says in its reasons which of its items it was, a checked one among them, and that no condition failed', async () => {
  const check = { ConditionCheck: { TableName, Key: key('c'), ConditionExpression: 'attribute_not_exists(pk)' } };
  const TransactItems = [put('a'), put('b'), check];
  const end = it.storm.conflicts({ share: 1 });
  const struck = new Set<number>();
  for (let time = 0; time < 50; time += 1) {
    const { code, fields } = await refused('TransactWriteItems', { TransactItems });
    expect(code).toBe('TransactionCanceledException');
    const reasons = fields['CancellationReasons'] as { Code: string }[];
    expect(reasons.map(({ Code }) => Code).toSorted()).toEqual(['None', 'None', 'TransactionConflict']);
    struck.add(reasons.findIndex(({ Code }) => Code !== 'None'));
  }
  expect(struck).toEqual(new Set([0, 1, 2]));
  expect(it.storm.struck()).toEqual([
    { kind: 'conflicting', service: 'dynamodb', operation: 'TransactWriteItems', times: 50 },
  ]);
  end();
  await it.get('dynamodb', 'TransactWriteItems', { TransactItems });
});

// biome-ignore format: a table is read down its columns
test.for([
  { service: 'eventbridge',     operation: 'PutRule',            says: 'ConcurrentModificationException' },
  { service: 'cloudwatch-logs', operation: 'PutRetentionPolicy', says: 'OperationAbortedException' },
  { service: 'route-53',        operation: 'AssociateVPCWithHostedZone', says: 'PriorRequestNotComplete' },
  { service: 'api-gateway',     operation: 'UpdateRestApi',      says: 'ConflictException' },
  { service: 'lambda',          operation: 'UpdateFunctionCode', says: 'ResourceConflictException' },
  { service: 'iam',             operation: 'DeleteRole',         says: 'ConcurrentModification' },
  { service: 'sns',             operation: 'TagResource',        says: 'ConcurrentAccess' },
] as const)('$service $operation beside somebody else’s is $says', async ({ service, operation, says }) => {
  it.storm.conflicts({ share: 1, only: (request) => request.service === service });
  expect(await refusalCode(it.get(service, operation))).toBe(says);
});

test('reads, batches and EC2 have none', async () => {
  it.storm.conflicts({ share: 1 });
  const batch = { RequestItems: { [TableName]: [{ PutRequest: { Item: key('a') } }] } };
  expect(await refusalCode(it.get('dynamodb', 'BatchWriteItem', batch))).toBe('no error');
  expect(await refusalCode(it.get('dynamodb', 'GetItem', { TableName, Key: key('a') }))).toBe('no error');
  expect(await refusalCode(it.get('ec2', 'CreateVpc', { CidrBlock: '10.0.0.0/16' }))).toBe('no error');
  expect(await refusalCode(it.get('eventbridge', 'ListRules'))).toBe('no error');
});
