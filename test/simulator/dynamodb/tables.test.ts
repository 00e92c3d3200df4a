import { describe, expect, test } from 'vitest';
import { dynamodb } from '../../../simulator/services/dynamodb/index.ts';
import { ACCOUNT, IRELAND, ServiceWorld, VIRGINIA } from '../service-world.ts';
import { N, S, tableWorld } from './table-world.ts';

const hashOnly = {
  TableName: 'plain',
  BillingMode: 'PAY_PER_REQUEST' as const,
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
};

describe('tables', () => {
  test('are being created for a while, and until then nobody can use them', async () => {
    const aws = new ServiceWorld(dynamodb);
    const { TableDescription: table } = await aws.call('CreateTable', {
      ...hashOnly,
      Tags: [{ Key: 'a', Value: '1' }],
    });
    expect(table).toMatchObject({
      TableStatus: 'CREATING',
      TableArn: `arn:aws:dynamodb:${VIRGINIA}:${ACCOUNT}:table/plain`,
    });
    expect(await aws.refused('GetItem', { TableName: 'plain', Key: { id: S('1') } })).toMatchObject({
      code: 'ResourceNotFoundException',
    });
    expect(await aws.refused('DeleteTable', { TableName: 'plain' })).toMatchObject({ code: 'ResourceInUseException' });
    expect(await aws.refused('CreateTable', hashOnly)).toMatchObject({
      code: 'ResourceInUseException',
      message: 'Table already exists: plain',
    });
    await aws.pass(5);
    await aws.call('PutItem', { TableName: 'plain', Item: { id: S('1') } });
    expect((await aws.call('DescribeTable', { TableName: 'plain' })).Table).toMatchObject({
      TableStatus: 'ACTIVE',
      ItemCount: 1,
      KeySchema: hashOnly.KeySchema,
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    });
    expect(await aws.call('ListTagsOfResource', { ResourceArn: table?.TableArn })).toEqual({
      Tags: [{ Key: 'a', Value: '1' }],
    });
    await aws.call('DeleteTable', { TableName: 'plain' });
    expect((await aws.call('DescribeTable', { TableName: 'plain' })).Table?.TableStatus).toBe('DELETING');
    await aws.pass(5);
    expect(await aws.refused('DescribeTable', { TableName: 'plain' })).toMatchObject({
      message: 'Requested resource not found: Table: plain not found',
    });
    await aws.call('CreateTable', hashOnly);
    expect((await aws.call('DescribeTable', { TableName: 'plain' })).Table?.ItemCount).toBe(0);
  });

  test('are listed in pages, Region by Region', async () => {
    const aws = new ServiceWorld(dynamodb);
    for (const TableName of ['ccc', 'aaa', 'bbb']) await aws.call('CreateTable', { ...hashOnly, TableName });
    expect(await aws.call('ListTables', { Limit: 2 })).toEqual({
      TableNames: ['aaa', 'bbb'],
      LastEvaluatedTableName: 'bbb',
    });
    expect(await aws.call('ListTables', { ExclusiveStartTableName: 'bbb' })).toEqual({ TableNames: ['ccc'] });
    expect(await aws.call('ListTables', {}, IRELAND)).toEqual({ TableNames: [] });
  });

  test('gain an index, filled with what is there, and can be protected', async () => {
    const { aws, put } = await tableWorld();
    await put({ pk: S('p'), sk: S('1'), owner: S('me') }, { pk: S('p'), sk: S('2') });
    await aws.call('UpdateTable', {
      TableName: 'fleet',
      AttributeDefinitions: [{ AttributeName: 'owner', AttributeType: 'S' }],
      GlobalSecondaryIndexUpdates: [
        {
          Create: {
            IndexName: 'by-owner',
            KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        },
      ],
      DeletionProtectionEnabled: true,
    });
    expect((await aws.call('Scan', { TableName: 'fleet', IndexName: 'by-owner' })).Items).toEqual([
      { pk: S('p'), sk: S('1'), owner: S('me') },
    ]);
    expect(
      await aws.refused('PutItem', { TableName: 'fleet', Item: { pk: S('p'), sk: S('3'), owner: N(1) } }),
    ).toMatchObject({
      message:
        'One or more parameter values were invalid: Type mismatch for Index Key owner Expected: S Actual: N IndexName: by-owner',
    });
    expect(await aws.refused('DeleteTable', { TableName: 'fleet' })).toMatchObject({ code: 'ValidationException' });
  });

  // biome-ignore format: a table is read down its columns
  test.for<[more: object, message: RegExp]>([
    [{ TableName: 'x' },                                            /'tableName' failed to satisfy constraint/],
    [{ BillingMode: undefined },                                    /ReadCapacityUnits and WriteCapacityUnits must both be specified/],
    [{ KeySchema: [{ AttributeName: 'other', KeyType: 'HASH' }] },  /not defined in AttributeDefinitions. Keys: \[other\]/],
    [{ KeySchema: [{ AttributeName: 'id', KeyType: 'RANGE' }] },    /The first KeySchemaElement is not a HASH key type/],
    [{ AttributeDefinitions: [...hashOnly.AttributeDefinitions, { AttributeName: 'more', AttributeType: 'S' }] }, /Some AttributeDefinitions are not used/],
    [{ ResourcePolicy: '{}' },                                      /it has no statement/],
  ])('%j is refused', async ([more, message]) => {
    const aws = new ServiceWorld(dynamodb);
    const error = await aws.refused('CreateTable', { ...hashOnly, ...more });
    expect(error.code).toBe('ValidationException');
    expect(error.message).toMatch(message);
  });
});

test('expired items can be read for two days more, and are gone then', async () => {
  const { aws, put, get } = await tableWorld();
  await aws.call('UpdateTimeToLive', {
    TableName: 'fleet',
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  });
  const inAMinute = Math.floor(aws.clock.nowMs() / 1_000) + 60;
  await put(
    { pk: S('p'), sk: S('old'), expiresAt: N(inAMinute) },
    { pk: S('p'), sk: S('text'), expiresAt: S(String(inAMinute)) },
    { pk: S('p'), sk: S('ancient'), expiresAt: N(1) },
  );
  await aws.pass(47 * 3_600);
  expect(await get('p', 'old')).toBeDefined();
  await aws.pass(2 * 3_600);
  expect(await get('p', 'old')).toBeUndefined();
  expect(await get('p', 'text'), 'only numbers count').toBeDefined();
  expect(await get('p', 'ancient'), 'nothing from more than five years ago').toBeDefined();
  expect(await aws.call('DescribeTimeToLive', { TableName: 'fleet' })).toEqual({
    TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' },
  });
});
