import type { AttributeValue, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Item, N, S, tableWorld } from './table-world.ts';

const numbered = {
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' as const },
    { AttributeName: 'n', AttributeType: 'N' as const },
    { AttributeName: 'state', AttributeType: 'S' as const },
    { AttributeName: 't', AttributeType: 'N' as const },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' as const },
    { AttributeName: 'n', KeyType: 'RANGE' as const },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-state',
      KeySchema: [
        { AttributeName: 'state', KeyType: 'HASH' as const },
        { AttributeName: 't', KeyType: 'RANGE' as const },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' as const },
    },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: 'by-time',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' as const },
        { AttributeName: 't', KeyType: 'RANGE' as const },
      ],
      Projection: { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: ['note'] },
    },
  ],
};

async function filled() {
  const table = await tableWorld(numbered);
  for (const n of [10, 2, 33, 1, 20])
    await table.put({ pk: S('p'), n: N(n), t: N(100 - n), state: S(n > 5 ? 'big' : 'small'), note: S(`note ${n}`) });
  await table.put({ pk: S('q'), n: N(7) });
  const query = (more: Partial<QueryCommandInput>) =>
    table.aws.call('Query', {
      TableName: 'fleet',
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': S('p') },
      ...more,
    });
  const numbers = (items: Item[] | undefined) => items?.map((item) => Number(item['n']?.N));
  return { ...table, query, numbers };
}

describe('queries', () => {
  // biome-ignore format: a table is read down its columns
  test.for<[condition: string, numbers: number[]]>([
    ['pk = :pk',                          [1, 2, 10, 20, 33]],
    ['pk = :pk AND n = :ten',             [10]],
    ['n > :ten AND pk = :pk',             [20, 33]],
    ['pk = :pk AND n >= :ten',            [10, 20, 33]],
    ['pk = :pk AND n < :ten',             [1, 2]],
    ['(pk = :pk) AND (n <= :ten)',        [1, 2, 10]],
    ['pk = :pk AND n BETWEEN :ten AND :x', [10, 20]],
  ])('%s finds %j', async ([KeyConditionExpression, expected]) => {
    const { query, numbers } = await filled();
    const values: Item = { ':pk': S('p'), ':ten': N('1E1'), ':x': N('20.0') };
    const ExpressionAttributeValues = Object.fromEntries(Object.entries(values).filter(([name]) => KeyConditionExpression.includes(name)));
    expect(numbers((await query({ KeyConditionExpression, ExpressionAttributeValues })).Items)).toEqual(expected);
    const backwards = await query({ KeyConditionExpression, ExpressionAttributeValues, ScanIndexForward: false });
    expect(numbers(backwards.Items)).toEqual(expected.toReversed());
  });

  test('begin with a prefix, in the order of bytes', async () => {
    const table = await tableWorld();
    for (const sk of ['run#2', 'run#10', 'run', 'ruN#1', 'run$', 'run#é']) await table.put({ pk: S('p'), sk: S(sk) });
    const { Items } = await table.aws.call('Query', {
      TableName: 'fleet',
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      ExpressionAttributeValues: { ':pk': S('p'), ':sk': S('run#') },
    });
    expect(Items?.map((item) => item['sk']?.S)).toEqual(['run#10', 'run#2', 'run#é']);
  });

  test('page by a limit that counts what the filter drops', async () => {
    const { query, numbers } = await filled();
    const filter = {
      FilterExpression: '#s = :big',
      ExpressionAttributeNames: { '#s': 'state' },
      ExpressionAttributeValues: { ':pk': S('p'), ':big': S('big') },
      Limit: 3,
    };
    const first = await query(filter);
    expect(first).toMatchObject({ Count: 1, ScannedCount: 3, LastEvaluatedKey: { pk: S('p'), n: N(10) } });
    const second = await query({ ...filter, ExclusiveStartKey: first.LastEvaluatedKey });
    expect(numbers(second.Items)).toEqual([20, 33]);
    expect(second).not.toHaveProperty('LastEvaluatedKey');
  });

  test('stop after a megabyte', async () => {
    const { query, put, numbers } = await filled();
    for (let n = 100; n < 106; n += 1) await put({ pk: S('big'), n: N(n), body: S('x'.repeat(300_000)) });
    const big = { ExpressionAttributeValues: { ':pk': S('big') } };
    const first = await query(big);
    expect(numbers(first.Items)).toEqual([100, 101, 102, 103]);
    expect(numbers((await query({ ...big, ExclusiveStartKey: first.LastEvaluatedKey })).Items)).toEqual([104, 105]);
  });

  test('count', async () => {
    const { query } = await filled();
    expect(await query({ Select: 'COUNT' })).toEqual({ Count: 5, ScannedCount: 5 });
  });

  test('of a global index see what is projected, and only items that have its key', async () => {
    const { query } = await filled();
    const { Items } = await query({
      IndexName: 'by-state',
      KeyConditionExpression: '#s = :big',
      ExpressionAttributeNames: { '#s': 'state' },
      ExpressionAttributeValues: { ':big': S('big') },
    });
    expect(Items).toEqual([33, 20, 10].map((n) => ({ pk: S('p'), n: N(n), t: N(100 - n), state: S('big') })));
  });

  test('of an index follow an item that changes its key, and page between equal keys', async () => {
    const { aws, query, numbers } = await filled();
    for (const n of [10, 20])
      await aws.call('UpdateItem', {
        TableName: 'fleet',
        Key: { pk: S('p'), n: N(n) },
        UpdateExpression: 'SET #s = :s, t = :zero',
        ExpressionAttributeNames: { '#s': 'state' },
        ExpressionAttributeValues: { ':s': S('same'), ':zero': N(0) },
      });
    const same = {
      IndexName: 'by-state',
      KeyConditionExpression: '#s = :s',
      ExpressionAttributeNames: { '#s': 'state' },
      ExpressionAttributeValues: { ':s': S('same') },
      Limit: 1,
    };
    const first = await query(same);
    const second = await query({ ...same, ExclusiveStartKey: first.LastEvaluatedKey });
    expect([numbers(first.Items), numbers(second.Items)]).toEqual([[10], [20]]);
    const big = await query({ ...same, ExpressionAttributeValues: { ':s': S('big') }, Limit: 9 });
    expect(numbers(big.Items)).toEqual([33]);
  });

  test('of a local index see what is included, and fetch more when asked by name', async () => {
    const { query } = await filled();
    const late = { IndexName: 'by-time', Limit: 1, ConsistentRead: true };
    expect((await query(late)).Items).toEqual([{ pk: S('p'), n: N(33), t: N(67), note: S('note 33') }]);
    const named = { ...late, ProjectionExpression: '#s', ExpressionAttributeNames: { '#s': 'state' } };
    expect((await query(named)).Items).toEqual([{ state: S('big') }]);
  });

  // biome-ignore format: a table is read down its columns
  test.for<[more: Partial<QueryCommandInput>, message: string]>([
    [{ KeyConditionExpression: 'n = :pk' },                    'Query condition missed key schema element: pk'],
    [{ KeyConditionExpression: 'pk > :pk' },                   'Query key condition not supported'],
    [{ KeyConditionExpression: 'pk = :pk OR n = :pk' },        'Invalid operator used in KeyConditionExpression: OR'],
    [{ KeyConditionExpression: 'pk = :pk AND pk = :pk' },      'KeyConditionExpressions must only contain one condition per key'],
    [{ KeyConditionExpression: 'pk = :pk AND n = :pk' },       'One or more parameter values were invalid: Condition parameter type does not match schema type'],
    [{ KeyConditionExpression: 'pk = :pk AND rest = :pk' },   'Query condition missed key schema element: n'],
    [{ IndexName: 'none' },                                    'The table does not have the specified index: none'],
    [{ IndexName: 'by-state', ConsistentRead: true },          'Consistent reads are not supported on global secondary indexes'],
    [{ ExclusiveStartKey: { pk: S('p') } },                    'The provided starting key is invalid'],
    [{ ExclusiveStartKey: { pk: S('other'), n: N(1) } },       'The provided starting key is outside query boundaries based on provided conditions'],
  ])('%j are refused', async ([more, message]) => {
    const { aws } = await filled();
    const request = { TableName: 'fleet', KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': S('p') }, ...more };
    expect(await aws.refused('Query', request)).toMatchObject({ code: 'ValidationException', message });
  });
});

describe('scans', () => {
  test('visit every item once, in pages and segments, whatever is deleted in between', async () => {
    const { aws, put } = await tableWorld();
    const all = Array.from({ length: 60 }, (_, at) => ({ pk: S(`p${at % 20}`), sk: S(`s${at}`) }));
    await put(...all);
    const seen: string[] = [];
    for (const Segment of [0, 1, 2]) {
      let start: Record<string, AttributeValue> | undefined;
      do {
        const page = await aws.call('Scan', {
          TableName: 'fleet',
          Segment,
          TotalSegments: 3,
          Limit: 4,
          ...(start !== undefined && { ExclusiveStartKey: start }),
        });
        seen.push(...(page.Items ?? []).map((item) => item['sk']?.S ?? ''));
        start = page.LastEvaluatedKey;
        if (start !== undefined) await aws.call('DeleteItem', { TableName: 'fleet', Key: start });
      } while (start !== undefined);
    }
    expect(seen.toSorted()).toEqual(all.map(({ sk }) => sk.S ?? '').toSorted());
  });

  test('filter, and read indexes', async () => {
    const { aws, numbers } = await filled();
    const { Items, ScannedCount } = await aws.call('Scan', {
      TableName: 'fleet',
      FilterExpression: 'n > :ten',
      ExpressionAttributeValues: { ':ten': N(10) },
    });
    expect([numbers(Items), ScannedCount]).toEqual([[20, 33], 6]);
    expect((await aws.call('Scan', { TableName: 'fleet', IndexName: 'by-state', Select: 'COUNT' })).Count).toBe(5);
  });
});

test('a partition answers as a sorted list would, whatever was written to it', async () => {
  const write = fc.record({ sk: fc.integer({ min: -20, max: 20 }), gone: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(write, { maxLength: 60 }), fc.integer({ min: -20, max: 20 }), async (writes, from) => {
      const { aws, put, query, numbers } = await filled();
      const expected = new Set<number>();
      for (const { sk, gone } of writes) {
        if (gone) await aws.call('DeleteItem', { TableName: 'fleet', Key: { pk: S('r'), n: N(sk) } });
        else await put({ pk: S('r'), n: N(sk) });
        expected[gone ? 'delete' : 'add'](sk);
      }
      const { Items } = await query({
        KeyConditionExpression: 'pk = :pk AND n >= :from',
        ExpressionAttributeValues: { ':pk': S('r'), ':from': N(from) },
      });
      expect(numbers(Items)).toEqual([...expected].filter((n) => n >= from).toSorted((a, b) => a - b));
    }),
    { numRuns: 50 },
  );
});
