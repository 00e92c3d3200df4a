import { beforeEach, describe, expect, test } from 'vitest';
import { type Item, N, S, tableWorld } from './table-world.ts';

let table: Awaited<ReturnType<typeof tableWorld>>;
beforeEach(async () => {
  table = await tableWorld();
});
const key = { pk: S('p'), sk: S('s') };

describe('items', () => {
  test('share nothing with what was put and what was got', async () => {
    const item: Item = { ...key, map: { M: { list: { L: [S('a')] } } }, bytes: { B: new Uint8Array([1]) } };
    await table.put(item);
    item['map']?.M?.['list']?.L?.push(S('b'));
    item['bytes']?.B?.set([9]);
    const got = await table.get('p', 's');
    got?.['map']?.M?.['list']?.L?.push(S('c'));
    expect(await table.get('p', 's')).toEqual({
      ...key,
      map: { M: { list: { L: [S('a')] } } },
      bytes: { B: new Uint8Array([1]) },
    });
  });

  test('a failed condition answers with the item, if asked to, and changes nothing', async () => {
    await table.put({ ...key, fence: N(7) });
    const error = await table.aws.refused('PutItem', {
      TableName: 'fleet',
      Item: { ...key, fence: N(6) },
      ConditionExpression: 'fence < :fence',
      ExpressionAttributeValues: { ':fence': N(6) },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    expect(error).toMatchObject({
      code: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      fields: { Item: { ...key, fence: N(7) } },
    });
    expect(await table.get('p', 's')).toEqual({ ...key, fence: N(7) });
  });

  test('are replaced, deleted, and given back as they were', async () => {
    await table.put({ ...key, n: N(1) });
    const old = await table.aws.call('PutItem', {
      TableName: 'fleet',
      Item: { ...key, m: N(2) },
      ReturnValues: 'ALL_OLD',
    });
    expect(old.Attributes).toEqual({ ...key, n: N(1) });
    const gone = await table.aws.call('DeleteItem', { TableName: 'fleet', Key: key, ReturnValues: 'ALL_OLD' });
    expect(gone.Attributes).toEqual({ ...key, m: N(2) });
    expect(await table.aws.call('DeleteItem', { TableName: 'fleet', Key: key, ReturnValues: 'ALL_OLD' })).toEqual({});
  });

  test('cost what their size says', async () => {
    const capacity = { ReturnConsumedCapacity: 'TOTAL' as const };
    const wrote = await table.aws.call('PutItem', {
      TableName: 'fleet',
      Item: { ...key, body: S('x'.repeat(3_000)) },
      ...capacity,
    });
    expect(wrote.ConsumedCapacity).toEqual({ TableName: 'fleet', CapacityUnits: 3 });
    const read = await table.aws.call('GetItem', { TableName: 'fleet', Key: key, ConsistentRead: true, ...capacity });
    expect(read.ConsumedCapacity?.CapacityUnits).toBe(1);
  });

  // biome-ignore format: a table is read down its columns
  test.for<{ why: string; Item: Item; message: string }>([
    { why: 'no key',           Item: { pk: S('p') },                        message: 'One or more parameter values were invalid: Missing the key sk in the item' },
    { why: 'a wrong type',     Item: { ...key, sk: N(1) },                  message: 'One or more parameter values were invalid: Type mismatch for key sk expected: S actual: N' },
    { why: 'an empty key',     Item: { ...key, sk: S('') },                 message: 'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: sk' },
    { why: 'a long hash key',  Item: { ...key, pk: S('x'.repeat(2_049)) },  message: 'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes' },
    { why: 'a long range key', Item: { ...key, sk: S('x'.repeat(1_025)) },  message: 'One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes' },
    { why: 'too big',          Item: { ...key, a: S('x'.repeat(409_600)) }, message: 'Item size has exceeded the maximum allowed size' },
    { why: 'an empty set',     Item: { ...key, a: { SS: [] } },             message: 'One or more parameter values were invalid: An string set  may not be empty' },
    { why: 'a doubled member', Item: { ...key, a: { NS: ['1', '1.0'] } },   message: 'One or more parameter values were invalid: Input collection [1, 1] contains duplicates.' },
    { why: 'no value',         Item: { ...key, a: {} as never },            message: 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes' },
    { why: 'two values',       Item: { ...key, a: { S: 'a', N: '1' } as never }, message: 'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes' },
  ])('with $why are refused', async ({ Item, message }) => {
    expect(await table.aws.refused('PutItem', { TableName: 'fleet', Item })).toMatchObject({ code: 'ValidationException', message });
  });

  test('are asked for by their whole key and nothing else', async () => {
    for (const Key of [{ pk: S('p') }, { ...key, more: S('x') }, { pk: S('p'), sk: N(1) }])
      expect(await table.aws.refused('GetItem', { TableName: 'fleet', Key })).toMatchObject({
        message: 'The provided key element does not match the schema',
      });
    expect(await table.aws.refused('GetItem', { TableName: 'gone', Key: key })).toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'Requested resource not found',
    });
    expect(await table.aws.refused('GetItem', { TableName: 'fleet', Key: key, AttributesToGet: ['a'] })).toMatchObject({
      message: 'AttributesToGet is not simulated: use an expression',
    });
  });
});

describe('transactions', () => {
  const put = (sk: string, more: object = {}) => ({
    Put: { TableName: 'fleet', Item: { pk: S('p'), sk: S(sk) }, ...more },
  });

  test('write all or nothing, and say in order what stood in the way', async () => {
    await table.put({ ...key, n: N(1) });
    const error = await table.aws.refused('TransactWriteItems', {
      TransactItems: [
        put('new'),
        {
          ConditionCheck: {
            TableName: 'fleet',
            Key: key,
            ConditionExpression: 'n = :two',
            ExpressionAttributeValues: { ':two': N(2) },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
        put('other', { ConditionExpression: 'attribute_exists(pk)' }),
      ],
    });
    expect(error).toMatchObject({
      code: 'TransactionCanceledException',
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ConditionalCheckFailed]',
    });
    expect(error.fields['CancellationReasons']).toEqual([
      { Code: 'None' },
      { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: { ...key, n: N(1) } },
      { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
    ]);
    expect(await table.get('p', 'new')).toBeUndefined();
  });

  test('put, update, delete and check in one go', async () => {
    await table.put({ ...key, n: N(1) }, { pk: S('p'), sk: S('old') });
    await table.aws.call('TransactWriteItems', {
      TransactItems: [
        put('new'),
        {
          Update: {
            TableName: 'fleet',
            Key: key,
            UpdateExpression: 'ADD n :one',
            ExpressionAttributeValues: { ':one': N(1) },
          },
        },
        { Delete: { TableName: 'fleet', Key: { pk: S('p'), sk: S('old') } } },
        {
          ConditionCheck: {
            TableName: 'fleet',
            Key: { pk: S('p'), sk: S('gone') },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
      ],
    });
    const { Responses } = await table.aws.call('TransactGetItems', {
      TransactItems: ['new', 's', 'old'].map((sk) => ({ Get: { TableName: 'fleet', Key: { pk: S('p'), sk: S(sk) } } })),
    });
    expect(Responses).toEqual([{ Item: { pk: S('p'), sk: S('new') } }, { Item: { ...key, n: N(2) } }, {}]);
  });

  test('an update that does not fit its item cancels', async () => {
    await table.put({ ...key, s: S('text') });
    const error = await table.aws.refused('TransactWriteItems', {
      TransactItems: [
        {
          Update: {
            TableName: 'fleet',
            Key: key,
            UpdateExpression: 'ADD s :one',
            ExpressionAttributeValues: { ':one': N(1) },
          },
        },
      ],
    });
    expect(error.fields['CancellationReasons']).toEqual([
      { Code: 'ValidationError', Message: 'An operand in the update expression has an incorrect data type' },
    ]);
  });

  test('with one token are made once in ten minutes', async () => {
    const add = (by: number) => ({
      ClientRequestToken: 'once',
      TransactItems: [
        {
          Update: {
            TableName: 'fleet',
            Key: key,
            UpdateExpression: 'ADD n :by',
            ExpressionAttributeValues: { ':by': N(by) },
          },
        },
      ],
    });
    await table.aws.call('TransactWriteItems', add(1));
    await table.aws.pass(599);
    await table.aws.call('TransactWriteItems', add(1));
    expect(await table.get('p', 's')).toMatchObject({ n: N(1) });
    expect(await table.aws.refused('TransactWriteItems', add(2))).toMatchObject({
      code: 'IdempotentParameterMismatchException',
    });
    await table.aws.pass(1);
    await table.aws.call('TransactWriteItems', add(1));
    expect(await table.get('p', 's')).toMatchObject({ n: N(2) });
  });

  test('name each item once, and a hundred at most', async () => {
    expect(await table.aws.refused('TransactWriteItems', { TransactItems: [put('a'), put('a')] })).toMatchObject({
      message: 'Transaction request cannot include multiple operations on one item',
    });
    const many = Array.from({ length: 101 }, (_, at) => put(String(at)));
    expect(await table.aws.refused('TransactWriteItems', { TransactItems: many })).toMatchObject({
      code: 'ValidationException',
    });
  });
});

test('batches write and read, each item once, up to their limits', async () => {
  const keys = Array.from({ length: 25 }, (_, at) => ({ pk: S('p'), sk: S(String(at)) }));
  const puts = keys.map((Item) => ({ PutRequest: { Item } }));
  expect(await table.aws.call('BatchWriteItem', { RequestItems: { fleet: puts } })).toEqual({ UnprocessedItems: {} });
  await table.aws.call('BatchWriteItem', {
    RequestItems: { fleet: [{ DeleteRequest: { Key: { pk: S('p'), sk: S('0') } } }] },
  });
  const { Responses } = await table.aws.call('BatchGetItem', { RequestItems: { fleet: { Keys: keys } } });
  expect(Responses?.['fleet']).toEqual(keys.slice(1));
  const refusals = [
    await table.aws.refused('BatchWriteItem', { RequestItems: { fleet: [...puts, { PutRequest: { Item: key } }] } }),
    await table.aws.refused('BatchWriteItem', { RequestItems: { fleet: [puts[0] ?? {}, puts[0] ?? {}] } }),
    await table.aws.refused('BatchGetItem', {
      RequestItems: { fleet: { Keys: Array.from({ length: 101 }, (_, at) => ({ pk: S('p'), sk: S(String(at)) })) } },
    }),
    await table.aws.refused('BatchGetItem', { RequestItems: { fleet: { Keys: [key, key] } } }),
  ];
  expect(refusals.map(({ message }) => message)).toEqual([
    'Too many items requested for the BatchWriteItem call',
    'Provided list of item keys contains duplicates',
    'Too many items requested for the BatchGetItem call',
    'Provided list of item keys contains duplicates',
  ]);
});
