import { beforeEach, describe, expect, test } from 'vitest';
import { AwsError } from '../../../simulator/aws-error.ts';
import { type Principal, rootOf } from '../../../simulator/principal.ts';
import {
  ACCOUNT,
  documentOf,
  GuardedWorld,
  OTHER,
  REGION,
  refusalOf,
  type Written,
} from '../authorization/guarded-world.ts';

const TABLE = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/state`;
const THERE = 'us-east-1';
const REPLICA = TABLE.replace(REGION, THERE);

let aws: GuardedWorld;
beforeEach(async () => {
  aws = new GuardedWorld();
  await create('state');
});

const ask = <Output = Record<string, unknown>>(
  operation: string,
  input: object,
  who = rootOf(ACCOUNT),
  region = REGION,
) => aws.call<Output>('dynamodb', operation, input, who, region);

async function create(TableName: string, who = rootOf(ACCOUNT), more: object = {}): Promise<void> {
  await ask(
    'CreateTable',
    {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      ...more,
    },
    who,
  );
  await aws.clock.runFor(5_000);
}

const S = (text: string) => ({ S: text });

/** 'allowed', or the code that says otherwise. */
async function outcome(answer: Promise<unknown>): Promise<string> {
  try {
    await answer;
    return 'allowed';
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return error.code;
  }
}

const statement = (more: Partial<Written> = {}): Written => ({
  Sid: 'watch',
  Principal: { AWS: OTHER },
  Action: [
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'dynamodb:BatchWriteItem',
    'dynamodb:BatchGetItem',
  ],
  Resource: TABLE,
  Condition: {
    'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['health#payments'] },
    ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${OTHER}:role/watch` },
  },
  ...more,
});

async function attach(statements: readonly Written[], ResourceArn = TABLE, region = REGION): Promise<string> {
  const input = { ResourceArn, Policy: documentOf(statements) };
  const { RevisionId } = await ask<{ RevisionId: string }>('PutResourcePolicy', input, rootOf(ACCOUNT), region);
  await aws.clock.runFor(15_000);
  return RevisionId;
}

const watch = (name = 'watch', statements: readonly Written[] = [{ Action: 'dynamodb:*', Resource: '*' }]) =>
  aws.role(name, statements, { account: OTHER });

describe('a table of another account, by its ARN', () => {
  const Item = { pk: S('health#payments'), at: S('now') };
  const put = (who: Principal, pk = 'health#payments', TableName = TABLE) =>
    ask('PutItem', { TableName, Item: { ...Item, pk: S(pk) } }, who);

  test('is open to whom both accounts let in, for the partitions that its policy names', async () => {
    const who = await watch();
    expect(await outcome(put(who)), 'no policy yet').toBe('AccessDeniedException');
    await attach([statement()]);
    expect(await outcome(put(who))).toBe('allowed');
    expect(await outcome(put(who, 'fleet#payments')), 'another partition').toBe('AccessDeniedException');
    expect(await outcome(put(await watch('curious'))), 'another role').toBe('AccessDeniedException');
    const mute = await aws.role('mute', [], { account: OTHER });
    expect((await refusalOf(put(mute))).message).toContain('because no identity-based policy allows');
    expect(await ask('GetItem', { TableName: TABLE, Key: { pk: S('health#payments') } })).toEqual({ Item });
    expect(await outcome(put(who, 'health#payments', 'state')), 'by name it would be their own').toBe(
      'ResourceNotFoundException',
    );
  });

  test('in batches and transactions, each table by itself and each item by its partition', async () => {
    await create('own', rootOf(OTHER));
    const who = await watch();
    await attach([statement(), statement({ Sid: 'check', Action: 'dynamodb:ConditionCheckItem' })]);
    const write = (pk: string) => ({ PutRequest: { Item: { ...Item, pk: S(pk) } } });
    const batch = (pk: string) =>
      ask('BatchWriteItem', { RequestItems: { [TABLE]: [write(pk)], own: [write('anything')] } }, who);
    expect(await outcome(batch('health#payments'))).toBe('allowed');
    expect(await outcome(batch('health#orders'))).toBe('AccessDeniedException');
    const { Responses } = await ask(
      'BatchGetItem',
      { RequestItems: { [TABLE]: { Keys: [{ pk: S('health#payments') }] }, own: { Keys: [{ pk: S('anything') }] } } },
      who,
    );
    expect(Responses).toEqual({ [TABLE]: [Item], own: [{ ...Item, pk: S('anything') }] });
    const transaction = (pk: string) =>
      ask(
        'TransactWriteItems',
        {
          TransactItems: [
            { Put: { TableName: TABLE, Item: { ...Item, pk: S(pk) } } },
            { Put: { TableName: 'own', Item: { ...Item, pk: S(pk) } } },
          ],
        },
        who,
      );
    expect(await outcome(transaction('health#payments')), 'the same key in two tables').toBe('allowed');
    expect(await outcome(transaction('fleet#payments'))).toBe('AccessDeniedException');
    const check = { TableName: TABLE, Key: { pk: S('health#payments') }, ConditionExpression: 'attribute_exists(pk)' };
    expect(await outcome(ask('TransactWriteItems', { TransactItems: [{ ConditionCheck: check }] }, who))).toBe(
      'allowed',
    );
  });

  test('and its indexes, where the policy names them', async () => {
    const KeySchema = [{ AttributeName: 'at', KeyType: 'HASH' }];
    await create('indexed', rootOf(ACCOUNT), {
      AttributeDefinitions: ['pk', 'at'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      GlobalSecondaryIndexes: [{ IndexName: 'by-time', KeySchema, Projection: { ProjectionType: 'ALL' } }],
    });
    const indexed = TABLE.replace('state', 'indexed');
    const who = await watch();
    const query = () =>
      ask(
        'Query',
        {
          TableName: indexed,
          IndexName: 'by-time',
          KeyConditionExpression: '#at = :now',
          ExpressionAttributeNames: { '#at': 'at' },
          ExpressionAttributeValues: { ':now': S('now') },
        },
        who,
      );
    const toAll = { Principal: { AWS: OTHER }, Action: 'dynamodb:Query' };
    await attach([{ ...toAll, Resource: indexed }], indexed);
    expect(await outcome(query())).toBe('AccessDeniedException');
    await attach([{ ...toAll, Resource: [indexed, `${indexed}/index/*`] }], indexed);
    expect(await outcome(query())).toBe('allowed');
  });

  test('is in the Region that is asked, and in no other', async () => {
    await attach([statement()]);
    const Key = { pk: S('x') };
    expect(await refusalOf(ask('GetItem', { TableName: TABLE, Key }, rootOf(ACCOUNT), THERE))).toMatchObject({
      code: 'ValidationException',
    });
  });

  test('is described and deleted by who may, and never made: nor is its time to live set', async () => {
    const who = await watch();
    await attach([statement({ Action: 'dynamodb:*', Condition: { StringEquals: { 'aws:PrincipalAccount': OTHER } } })]);
    expect(await ask('DescribeTable', { TableName: TABLE }, who)).toMatchObject({ Table: { TableArn: TABLE } });
    const TimeToLiveSpecification = { AttributeName: 'until', Enabled: true };
    expect(await outcome(ask('UpdateTimeToLive', { TableName: TABLE, TimeToLiveSpecification }, who))).toBe(
      'AccessDeniedException',
    );
    expect(await outcome(create(TABLE.replace('state', 'new'), who))).toBe('AccessDeniedException');
    expect(await outcome(ask('DeleteTable', { TableName: TABLE }, who))).toBe('allowed');
    await aws.clock.runFor(5_000);
    expect(await outcome(ask('DescribeTable', { TableName: 'state' }))).toBe('ResourceNotFoundException');
  });

  test('that is encrypted with a key of AWS’s is out of reach of other accounts', async () => {
    await create('sealed', rootOf(ACCOUNT), { SSESpecification: { Enabled: true, SSEType: 'KMS' } });
    const sealed = TABLE.replace('state', 'sealed');
    await attach([statement({ Resource: sealed })], sealed);
    expect(await outcome(put(await watch(), 'health#payments', sealed))).toBe('AccessDeniedException');
    expect(await outcome(put(rootOf(ACCOUNT), 'health#payments', sealed))).toBe('allowed');
  });
});

describe('a policy', () => {
  const Policy = documentOf([statement()]);
  const get = (ResourceArn = TABLE, region = REGION) =>
    ask('GetResourcePolicy', { ResourceArn }, rootOf(ACCOUNT), region);
  const putPolicy = (more: object = {}) =>
    ask<{ RevisionId: string }>('PutResourcePolicy', { ResourceArn: TABLE, Policy, ...more });

  test('is read, and in force, some seconds after it was put or deleted', async () => {
    const who = await watch();
    const item = () => outcome(ask('GetItem', { TableName: TABLE, Key: { pk: S('health#payments') } }, who));
    const { RevisionId } = await putPolicy();
    expect([await outcome(get()), await item()]).toEqual(['PolicyNotFoundException', 'AccessDeniedException']);
    await aws.clock.runFor(2_000);
    expect(await get()).toEqual({ Policy, RevisionId });
    expect(await item()).toBe('allowed');
    await aws.clock.runFor(13_000);
    expect(await ask('DeleteResourcePolicy', { ResourceArn: TABLE })).toEqual({ RevisionId });
    expect([await get(), await item()]).toEqual([{ Policy, RevisionId }, 'allowed']);
    await aws.clock.runFor(2_000);
    expect([await outcome(get()), await item()]).toEqual(['PolicyNotFoundException', 'AccessDeniedException']);
  });

  test('put as it is keeps its revision; another one waits for 15 seconds', async () => {
    const { RevisionId } = await putPolicy();
    expect(await putPolicy()).toEqual({ RevisionId });
    const other = { Policy: documentOf([statement({ Sid: 'other' })]) };
    expect(await outcome(putPolicy(other))).toBe('ResourceInUseException');
    expect(await outcome(ask('DeleteResourcePolicy', { ResourceArn: TABLE }))).toBe('ResourceInUseException');
    await aws.clock.runFor(15_000);
    expect((await putPolicy(other)).RevisionId).not.toBe(RevisionId);
  });

  test('is put and deleted on condition of its revision', async () => {
    expect(await outcome(putPolicy({ ExpectedRevisionId: '1' }))).toBe('PolicyNotFoundException');
    const { RevisionId } = await putPolicy({ ExpectedRevisionId: 'NO_POLICY' });
    await aws.clock.runFor(15_000);
    expect(await outcome(putPolicy({ ExpectedRevisionId: 'NO_POLICY' }))).toBe('PolicyNotFoundException');
    const remove = (ExpectedRevisionId?: string) =>
      outcome(ask('DeleteResourcePolicy', { ResourceArn: TABLE, ExpectedRevisionId }));
    expect(await remove('1')).toBe('PolicyNotFoundException');
    expect(await remove(RevisionId)).toBe('allowed');
    expect(await remove(), 'a second time').toBe('allowed');
    expect(await remove(RevisionId), 'a second time, on condition').toBe('PolicyNotFoundException');
  });

  test('is each replica’s own', async () => {
    await ask('UpdateTable', { TableName: TABLE, ReplicaUpdates: [{ Create: { RegionName: THERE } }] });
    await aws.clock.runFor(30_000);
    await attach([statement()]);
    expect(await outcome(get(REPLICA, THERE))).toBe('PolicyNotFoundException');
    await attach([statement({ Sid: 'there', Resource: REPLICA })], REPLICA, THERE);
    expect(String((await get())['Policy'])).toContain('"watch"');
    expect(String((await get(REPLICA, THERE))['Policy'])).toContain('"there"');
  });

  test('may come with its table, and goes with it', async () => {
    const made = TABLE.replace('state', 'made');
    await create('made', rootOf(ACCOUNT), { ResourcePolicy: documentOf([statement({ Resource: made })]) });
    expect(String((await get(made))['Policy'])).toContain('"watch"');
    await ask('DeleteTable', { TableName: 'made' });
    await aws.clock.runFor(5_000);
    expect(await outcome(get(made))).toBe('ResourceNotFoundException');
    await create('made');
    expect(await outcome(get(made))).toBe('PolicyNotFoundException');
  });

  test('may deny what one’s own account allows, but never keeps its root from the policy', async () => {
    const own = await aws.role('own', [{ Action: 'dynamodb:*', Resource: '*' }]);
    await attach([{ Effect: 'Deny', Principal: '*', Action: 'dynamodb:*', Resource: TABLE }]);
    const Key = { pk: S('x') };
    expect((await refusalOf(ask('GetItem', { TableName: 'state', Key }, own))).message).toContain(
      'with an explicit deny in a resource-based policy',
    );
    expect(await outcome(ask('DeleteResourcePolicy', { ResourceArn: TABLE }, own))).toBe('AccessDeniedException');
    expect(await outcome(ask('DeleteResourcePolicy', { ResourceArn: TABLE }))).toBe('allowed');
  });

  const anybody = { Principal: '*', Action: 'dynamodb:GetItem', Resource: TABLE };
  // biome-ignore format: a table is read down its columns
  test.for<{ why: string; input: object; code: string }>([
    { why: 'what is no JSON',        input: { Policy: '{' },                                            code: 'ValidationException' },
    { why: 'no statement',           input: { Policy: documentOf([]) },                                 code: 'ValidationException' },
    { why: 'no principal',           input: { Policy: documentOf([{ Action: '*', Resource: TABLE }]) }, code: 'ValidationException' },
    { why: 'another table',          input: { Policy: documentOf([statement({ Resource: `${TABLE}-2` })]) }, code: 'ValidationException' },
    { why: 'more than 20 KB',        input: { Policy: documentOf([statement({ Sid: 'x'.repeat(20_480) })]) }, code: 'ValidationException' },
    { why: 'the public',             input: { Policy: documentOf([anybody]) },                          code: 'ValidationException' },
    { why: 'a table that is not there', input: { ResourceArn: `${TABLE}-2` },                           code: 'ResourceNotFoundException' },
    { why: 'a name',                 input: { ResourceArn: 'state' },                                   code: 'ValidationException' },
    { why: 'nobody in particular of one account', input: { Policy: documentOf([{ ...anybody, Condition: { StringEquals: { 'aws:PrincipalAccount': OTHER } } }]) }, code: 'allowed' },
  ])('of $why: $code', async ({ input, code }) => {
    expect(await outcome(putPolicy(input))).toBe(code);
  });
});
