import { describe, expect, test } from 'vitest';
import { known } from '../../support/known.ts';
import { ACCOUNT, IRELAND, refusal, refusalCode, SYDNEY, VIRGINIA } from '../service-world.ts';
import { globalTable } from './global-table.ts';
import { type Item, N, S, tableWorld } from './table-world.ts';

const update = (...ReplicaUpdates: object[]) => ({ TableName: 'fleet', ReplicaUpdates });

describe('a replica', () => {
  test('of an empty table is being made for half a minute, and the table is UPDATING meanwhile', async () => {
    const { aws, described } = await globalTable();
    await aws.call('UpdateTable', update({ Create: { RegionName: IRELAND } }));
    await aws.pass(29);
    expect(await described()).toMatchObject({ TableStatus: 'UPDATING', Replicas: [{ ReplicaStatus: 'CREATING' }] });
    await aws.pass(1);
    expect(await described()).toMatchObject({ TableStatus: 'ACTIVE', Replicas: [{ ReplicaStatus: 'ACTIVE' }] });
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { after: 67,  table: 'UPDATING', replica: 'CREATING' },
    { after: 69,  table: 'ACTIVE',   replica: 'CREATING' },
    { after: 242, table: 'ACTIVE',   replica: 'CREATING' },
    { after: 244, table: 'UPDATING', replica: 'CREATING' },
    { after: 561, table: 'UPDATING', replica: 'CREATING' },
    { after: 563, table: 'ACTIVE',   replica: 'ACTIVE' },
  ])('of a table with items is $replica after $after s, and the table $table', async ({ after, table, replica }) => {
    const { aws, put, described } = await globalTable();
    await put(VIRGINIA, 'early');
    await aws.call('UpdateTable', update({ Create: { RegionName: IRELAND } }));
    await aws.pass(after);
    expect(await described()).toMatchObject({ TableStatus: table, Replicas: [{ ReplicaStatus: replica }] });
    const another = refusal(aws.call('UpdateTable', update({ Create: { RegionName: SYDNEY } })));
    expect(await another).toMatch(replica === 'ACTIVE' ? /^no error$/ : /^ResourceInUseException/);
  });

  test('is read where it is made only when it is there, with what was written meanwhile', async () => {
    const { aws, get, put, described } = await globalTable();
    await put(VIRGINIA, 'early');
    const { TableDescription } = await aws.call('UpdateTable', update({ Create: { RegionName: IRELAND } }));
    const creating = {
      TableStatus: 'UPDATING',
      GlobalTableVersion: '2019.11.21',
      Replicas: [{ RegionName: IRELAND, ReplicaStatus: 'CREATING' }],
    };
    expect(TableDescription).toMatchObject(creating);
    expect(await described()).toMatchObject(creating);
    expect(await described(IRELAND)).toMatchObject({
      TableStatus: 'CREATING',
      TableArn: `arn:aws:dynamodb:${IRELAND}:${ACCOUNT}:table/fleet`,
      Replicas: [{ RegionName: VIRGINIA, ReplicaStatus: 'ACTIVE' }],
    });
    expect(await refusalCode(get(IRELAND, 'early'))).toBe('ResourceNotFoundException');
    await put(VIRGINIA, 'meanwhile');
    await aws.pass(562);
    expect(await described()).toMatchObject({
      TableStatus: 'ACTIVE',
      Replicas: [{ RegionName: IRELAND, ReplicaStatus: 'ACTIVE' }],
    });
    expect(await described(IRELAND)).toMatchObject({ TableStatus: 'ACTIVE', ItemCount: 2 });
    expect(await get(IRELAND, 'meanwhile')).toBeDefined();
  });

  test('brings streams along, which cannot be switched off', async () => {
    const { aws, described } = await globalTable(IRELAND);
    const streams = { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } };
    expect(await described()).toMatchObject(streams);
    expect(await described(IRELAND)).toMatchObject(streams);
    expect(
      await refusal(aws.call('UpdateTable', { TableName: 'fleet', StreamSpecification: { StreamEnabled: false } })),
    ).toMatch(/Disabling Stream is not allowed for a Global Table replica\.$/);
  });

  test('may be added from any other, and all know of it', async () => {
    const { add, put, get, aws, described } = await globalTable(IRELAND);
    await add(SYDNEY, IRELAND);
    await put(SYDNEY, 'far');
    await aws.pass(1);
    expect(await get(VIRGINIA, 'far')).toBeDefined();
    const regionsOf = async (region: string) => (await described(region)).Replicas?.map(({ RegionName }) => RegionName);
    expect(await regionsOf(VIRGINIA)).toEqual([IRELAND, SYDNEY]);
    expect(await regionsOf(IRELAND)).toEqual([VIRGINIA, SYDNEY]);
    expect(await regionsOf(SYDNEY)).toEqual([VIRGINIA, IRELAND]);
  });

  test('comes and goes one at a time', async () => {
    const { aws } = await globalTable();
    const asked = (...updates: object[]) => refusal(aws.call('UpdateTable', update(...updates)));
    const create = (RegionName: string) => ({ Create: { RegionName } });
    expect(await asked()).toMatch(/^ValidationException: There are no actions specified/);
    expect(await asked(create(IRELAND), create(SYDNEY))).toMatch(
      /^ValidationException: .*more than one create or delete/,
    );
    await aws.call('UpdateTable', update(create(IRELAND)));
    const busy = 'ResourceInUseException: The resource which you are attempting to change is in use.';
    expect(await asked(create(SYDNEY))).toBe(busy);
    expect(await refusal(aws.call('UpdateTable', { TableName: 'fleet', DeletionProtectionEnabled: true }))).toBe(busy);
    expect(await refusal(aws.call('UpdateTable', update(create(SYDNEY)), IRELAND))).toMatch(
      /^ValidationException: .* while the replica is being added to table with name: fleet in region eu-west-1\.$/,
    );
    await aws.call('UpdateTimeToLive', {
      TableName: 'fleet',
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    });
    await aws.pass(30);
    expect(await asked(create(SYDNEY))).toBe('no error');
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { why: 'is there already',             update: { Create: { RegionName: IRELAND } },  says: /one or more replicas already existed as tables/ },
    { why: 'is none',                      update: { Delete: { RegionName: SYDNEY } },   says: /were not part of the global table\. .*\[ap-southeast-2\]\.$/ },
    { why: 'is this Region’s',             update: { Create: { RegionName: VIRGINIA } }, says: /Cannot add or delete the local region through ReplicaUpdates/ },
    { why: 'would be in no Region of AWS', update: { Create: { RegionName: 'mars-1' } }, says: /Region mars-1 is not supported/ },
  ])('that $why is refused', async ({ update: one, says }) => {
    const { aws } = await globalTable(IRELAND);
    expect(await refusal(aws.call('UpdateTable', update(one)))).toMatch(says);
  });

  test('needs capacity on demand', async () => {
    const { aws } = await tableWorld({
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    });
    expect(await refusal(aws.call('UpdateTable', update({ Create: { RegionName: IRELAND } })))).toBe(
      'ValidationException: Table write capacity should either be Pay-Per-Request or AutoScaled.',
    );
  });

  test('is deleted alone, by ReplicaUpdates or by DeleteTable in its Region', async () => {
    const { aws, put, get, described } = await globalTable(IRELAND, SYDNEY);
    await put(IRELAND, 'last words');
    await aws.call('UpdateTable', update({ Delete: { RegionName: IRELAND } }));
    expect(await described()).toMatchObject({
      TableStatus: 'UPDATING',
      Replicas: [{ ReplicaStatus: 'DELETING' }, { ReplicaStatus: 'ACTIVE' }],
    });
    expect(await refusalCode(get(IRELAND, 'last words'))).toBe('ResourceNotFoundException');
    await aws.pass(5);
    expect((await described()).Replicas).toEqual([{ RegionName: SYDNEY, ReplicaStatus: 'ACTIVE' }]);
    expect(await refusalCode(described(IRELAND))).toBe('ResourceNotFoundException');
    expect(await get(VIRGINIA, 'last words')).toBeDefined();
    await aws.call('DeleteTable', { TableName: 'fleet' }, SYDNEY);
    await aws.pass(5);
    expect(await described()).toMatchObject({ TableStatus: 'ACTIVE' });
    expect(await described()).not.toHaveProperty('Replicas');
    expect(await described()).not.toHaveProperty('GlobalTableVersion');
  });

  test('that others were made from stays for a day', async () => {
    const { aws, described } = await globalTable(IRELAND);
    expect(await refusal(aws.call('DeleteTable', { TableName: 'fleet' }))).toMatch(/acted as a source region/);
    expect(await refusal(aws.call('UpdateTable', update({ Delete: { RegionName: VIRGINIA } }), IRELAND))).toMatch(
      /acted as a source region/,
    );
    await aws.pass(24 * 3_600);
    await aws.call('DeleteTable', { TableName: 'fleet' });
    await aws.pass(5);
    expect(await described(IRELAND)).not.toHaveProperty('Replicas');
  });

  test('may come back, with what was written meanwhile', async () => {
    const { aws, add, put, keys } = await globalTable(IRELAND);
    await put(IRELAND, 'before');
    await aws.call('UpdateTable', update({ Delete: { RegionName: IRELAND } }));
    await aws.pass(5);
    await put(VIRGINIA, 'meanwhile');
    await add(IRELAND);
    expect(await keys(IRELAND)).toEqual(['before', 'meanwhile']);
  });

  test('has the settings of the others, and its own protection', async () => {
    const { aws, put, described } = await globalTable(IRELAND);
    await put(IRELAND, 'p', { state: S('up') });
    await aws.call('UpdateTable', {
      TableName: 'fleet',
      AttributeDefinitions: [{ AttributeName: 'state', AttributeType: 'S' }],
      GlobalSecondaryIndexUpdates: [
        {
          Create: {
            IndexName: 'by-state',
            KeySchema: [{ AttributeName: 'state', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        },
      ],
    });
    await aws.call('UpdateTable', { TableName: 'fleet', DeletionProtectionEnabled: true }, IRELAND);
    await aws.pass(1);
    const query = {
      TableName: 'fleet',
      IndexName: 'by-state',
      KeyConditionExpression: '#state = :up',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':up': S('up') },
    };
    for (const region of [VIRGINIA, IRELAND]) expect((await aws.call('Query', query, region)).Count).toBe(1);
    expect((await described()).DeletionProtectionEnabled).toBe(false);
    expect((await described(IRELAND)).DeletionProtectionEnabled).toBe(true);
    expect(await refusal(aws.call('UpdateTable', update({ Delete: { RegionName: IRELAND } })))).toMatch(
      /Cannot delete table fleet in region eu-west-1 because it has deletion protection enabled/,
    );
  });
});

describe('a change', () => {
  test('is read elsewhere a second later, and at once where it was made', async () => {
    const { aws, put, get, remove } = await globalTable(IRELAND);
    await put(IRELAND, 'p');
    expect(await get(IRELAND, 'p')).toBeDefined();
    await aws.clock.runFor(999);
    expect(await get(VIRGINIA, 'p')).toBeUndefined();
    await aws.clock.runFor(1);
    expect(await get(VIRGINIA, 'p')).toBeDefined();
    await remove(VIRGINIA, 'p');
    expect(await get(IRELAND, 'p')).toBeDefined();
    await aws.pass(1);
    expect(await get(IRELAND, 'p')).toBeUndefined();
  });

  test('made last wins, everywhere, in whatever order the changes arrive', async () => {
    const { aws, put, get } = await globalTable(IRELAND, SYDNEY);
    await put(VIRGINIA, 'p', { by: S(VIRGINIA) });
    await aws.clock.runFor(100);
    await put(IRELAND, 'p', { by: S(IRELAND) });
    await aws.clock.runFor(950);
    // What Virginia wrote has arrived in Sydney, what Ireland wrote has not.
    expect((await get(SYDNEY, 'p'))?.['by']).toEqual(S(VIRGINIA));
    expect((await get(IRELAND, 'p'))?.['by']).toEqual(S(IRELAND));
    await aws.pass(1);
    for (const region of [VIRGINIA, IRELAND, SYDNEY]) expect((await get(region, 'p'))?.['by']).toEqual(S(IRELAND));
  });

  test('that was a deletion wins like any other', async () => {
    const { aws, put, get, remove } = await globalTable(IRELAND);
    await put(VIRGINIA, 'p');
    await aws.pass(1);
    await put(VIRGINIA, 'p', { n: N(2) });
    await aws.clock.runFor(10);
    await remove(IRELAND, 'p');
    await aws.pass(2);
    for (const region of [VIRGINIA, IRELAND]) expect(await get(region, 'p')).toBeUndefined();
  });

  test('made at one instant in two Regions ends alike in both', async () => {
    const { aws, put, get } = await globalTable(IRELAND);
    await put(IRELAND, 'p', { by: S(IRELAND) });
    await put(VIRGINIA, 'p', { by: S(VIRGINIA) });
    await aws.pass(1);
    expect(await get(IRELAND, 'p')).toEqual(await get(VIRGINIA, 'p'));
  });

  test('on a condition is judged by what its own Region knows', async () => {
    const { aws, get } = await globalTable(IRELAND);
    const take = (region: string) =>
      aws.call(
        'PutItem',
        {
          TableName: 'fleet',
          Item: { pk: S('lease'), sk: S('a'), by: S(region) },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
        region,
      );
    await take(VIRGINIA);
    await aws.clock.runFor(500);
    await take(IRELAND); // both hold it now: a global table is no place for leases
    await aws.pass(2);
    expect((await get(VIRGINIA, 'lease'))?.['by']).toEqual(S(IRELAND));
    expect(await refusalCode(take(VIRGINIA))).toBe('ConditionalCheckFailedException');
  });

  test('is read consistently in its Region, and only there', async () => {
    const { aws, put } = await globalTable(IRELAND);
    await put(VIRGINIA, 'p');
    const read = async (region: string) =>
      (await aws.call('GetItem', { TableName: 'fleet', Key: { pk: S('p'), sk: S('a') }, ConsistentRead: true }, region))
        .Item;
    expect(await read(VIRGINIA)).toBeDefined();
    expect(await read(IRELAND)).toBeUndefined();
  });

  test('by time to live is made everywhere', async () => {
    const { aws, put, keys } = await globalTable(IRELAND);
    const TimeToLiveSpecification = { AttributeName: 'ttl', Enabled: true };
    await aws.call('UpdateTimeToLive', { TableName: 'fleet', TimeToLiveSpecification });
    const { TimeToLiveDescription } = await aws.call('DescribeTimeToLive', { TableName: 'fleet' }, IRELAND);
    expect(TimeToLiveDescription).toMatchObject({ TimeToLiveStatus: 'ENABLED' });
    await put(VIRGINIA, 'old', { ttl: N(Math.floor(aws.clock.nowMs() / 1_000) + 60) });
    await put(VIRGINIA, 'young');
    await aws.pass(49 * 3_600);
    expect(await keys(VIRGINIA)).toEqual(['young']);
    await aws.pass(1);
    // Ireland has not looked for expired items itself: it was told.
    const inIreland = aws.state(IRELAND).tables.get('fleet');
    if (inIreland !== undefined) inIreland.nextExpirySweepMs = Number.POSITIVE_INFINITY;
    expect(await keys(IRELAND)).toEqual(['young']);
  });
});

describe('a dark Region', () => {
  test('receives when it is light what was written elsewhere', async () => {
    const { aws, put, get, keys } = await globalTable(IRELAND);
    aws.world.outages.darken(IRELAND);
    await put(VIRGINIA, 'p');
    await aws.pass(3_600);
    const asked = refusalCode(get(IRELAND, 'p'));
    await aws.pass(3);
    expect(await asked).toBe('TimeoutError');
    aws.world.outages.lighten(IRELAND);
    expect(await keys(IRELAND)).toEqual(['p']);
  });

  test('sends when it is light what it had not sent, and overwrites nothing newer', async () => {
    const { aws, put, get } = await globalTable(IRELAND);
    await put(IRELAND, 'sent', { by: S(IRELAND) });
    await aws.pass(1);
    await put(IRELAND, 'kept', { by: S(IRELAND) });
    await put(IRELAND, 'overtaken', { by: S(IRELAND) });
    aws.world.outages.darken(IRELAND);
    await aws.pass(600);
    expect(await get(VIRGINIA, 'sent')).toBeDefined();
    expect(await get(VIRGINIA, 'kept')).toBeUndefined();
    await put(VIRGINIA, 'overtaken', { by: S(VIRGINIA) });
    aws.world.outages.lighten(IRELAND);
    expect(await get(VIRGINIA, 'kept')).toBeDefined();
    expect((await get(VIRGINIA, 'overtaken'))?.['by']).toEqual(S(VIRGINIA));
    await aws.pass(1);
    expect((await get(IRELAND, 'overtaken'))?.['by']).toEqual(S(VIRGINIA));
  });

  test('had sent what arrived before it went dark, though nobody had read it', async () => {
    const { aws, put, get } = await globalTable(IRELAND);
    await put(IRELAND, 'p');
    await aws.pass(2);
    aws.world.outages.darken(IRELAND);
    await aws.pass(600);
    expect(await get(VIRGINIA, 'p')).toBeDefined();
  });

  test('gets no replica, and loses none', async () => {
    const { aws, described } = await globalTable(IRELAND);
    aws.world.outages.darken(SYDNEY);
    expect(await refusalCode(aws.call('UpdateTable', update({ Create: { RegionName: SYDNEY } })))).toBe(
      'InternalServerError',
    );
    expect(await described()).toMatchObject({ TableStatus: 'ACTIVE' });
  });
});

describe('many changes', () => {
  test('are read page by page from a replica, as where they were made', async () => {
    const { aws, put, add } = await globalTable(IRELAND);
    for (let at = 0; at < 1_500; at += 1)
      await put(at % 3 === 0 ? IRELAND : VIRGINIA, 'p', {}, String(at).padStart(4, '0'));
    await aws.pass(1);
    await add(SYDNEY);
    const pages = async (region: string) => {
      const counts: number[] = [];
      const seen: number[] = [];
      let start: Item | undefined;
      do {
        const page = await aws.call(
          'Query',
          {
            TableName: 'fleet',
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': S('p') },
            Limit: 700,
            ...(start !== undefined && { ExclusiveStartKey: start }),
          },
          region,
        );
        counts.push(page.Count ?? 0);
        seen.push(...known(page.Items).map(({ sk }) => Number(sk?.S)));
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
      expect(seen).toEqual(seen.toSorted((one, other) => one - other));
      return counts;
    };
    for (const region of [SYDNEY, IRELAND, VIRGINIA]) expect(await pages(region)).toEqual([700, 700, 100]);
  });

  test('at one instant elsewhere take nothing from a Region that wrote a moment ago', async () => {
    const { aws, put, keys } = await globalTable(IRELAND);
    await put(IRELAND, 'p');
    for (let at = 0; at < 4_000; at += 1) await put(VIRGINIA, 'q');
    expect(await keys(IRELAND)).toEqual(['p']);
    await aws.pass(1);
    expect(await keys(IRELAND)).toEqual(['p', 'q']);
  });

  test('cost nothing where nobody reads, and are all there when somebody does', async () => {
    const { aws, put, keys } = await globalTable(IRELAND, SYDNEY);
    await put(SYDNEY, 'first');
    await aws.pass(1);
    const inSydney = known(aws.state(SYDNEY).tables.get('fleet'));
    expect(inSydney.itemCount).toBe(1);
    for (let at = 0; at < 6_000; at += 1) {
      await put(VIRGINIA, `p${at % 100}`);
      await aws.clock.runFor(10);
    }
    expect(inSydney.itemCount).toBe(0);
    const { log } = known(aws.state(VIRGINIA).tables.get('fleet')?.replica);
    expect(log.length).toBeLessThan(1_000);
    expect(await keys(SYDNEY)).toHaveLength(101);
    expect(await keys(IRELAND)).toEqual(await keys(VIRGINIA));
  });
});
