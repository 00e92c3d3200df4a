import { beforeEach, describe, expect, test } from 'vitest';
import { conditionsOf, extraTripMs, isEaten } from '../../../simulator/data-plane/weather.ts';
import { IRELAND, SYDNEY, VIRGINIA } from '../service-world.ts';
import { weatherWorld } from './weather-world.ts';

let it: ReturnType<typeof weatherWorld>;
beforeEach(() => {
  it = weatherWorld();
});

const crossing = (fromRegion: string, toRegion: string) => ({ peeringId: 'pcx-1', fromRegion, toRegion });
const code = async (asked: Promise<unknown>): Promise<string> =>
  it.clock.runUntil(
    asked.then(
      () => 'no error',
      (error: { code?: string }) => error.code ?? 'no code',
    ),
  );

describe('links', () => {
  test('lose everything one way, until that is over', () => {
    const end = it.storm.links({ from: VIRGINIA, to: IRELAND, drop: 1 });
    expect(isEaten(it.world, crossing(VIRGINIA, IRELAND))).toBe(true);
    expect(isEaten(it.world, crossing(IRELAND, VIRGINIA))).toBe(false);
    expect(isEaten(it.world, crossing(VIRGINIA, SYDNEY))).toBe(false);
    end();
    expect(isEaten(it.world, crossing(VIRGINIA, IRELAND))).toBe(false);
  });

  test('lose a share, both ways', () => {
    it.storm.links({ from: VIRGINIA, bothWays: true, drop: 0.5 });
    const lost = (from: string, to: string) =>
      Array.from({ length: 400 }, () => isEaten(it.world, crossing(from, to))).filter(Boolean).length;
    for (const [from, to] of [
      [VIRGINIA, IRELAND],
      [SYDNEY, VIRGINIA],
    ] as const) {
      expect(lost(from, to)).toBeGreaterThan(150);
      expect(lost(from, to)).toBeLessThan(250);
    }
    expect(lost(SYDNEY, IRELAND)).toBe(0);
  });

  test('take longer, by one delay and another, and by jitter', () => {
    it.storm.links({ to: IRELAND, delayMs: 100 });
    it.storm.links({ delayMs: 50, jitterMs: 20 });
    const trips = Array.from({ length: 50 }, () => extraTripMs(it.world, VIRGINIA, IRELAND));
    expect(Math.min(...trips)).toBeGreaterThanOrEqual(130);
    expect(Math.max(...trips)).toBeLessThanOrEqual(170);
    expect(new Set(trips).size).toBeGreaterThan(40);
    expect(extraTripMs(it.world, VIRGINIA, VIRGINIA)).toBe(0);
  });

  test('obey whoever else says something of them', () => {
    conditionsOf(it.world).weather = { eats: ({ toRegion }) => toRegion === SYDNEY, extraLatencyMs: () => 7 };
    it.storm.links({ to: IRELAND, drop: 1, delayMs: 5 });
    expect(isEaten(it.world, crossing(VIRGINIA, SYDNEY))).toBe(true);
    expect(isEaten(it.world, crossing(VIRGINIA, IRELAND))).toBe(true);
    expect(extraTripMs(it.world, VIRGINIA, IRELAND)).toBe(12);
  });
});

describe('a control plane that is down', () => {
  test('of one service in one Region leaves the others', async () => {
    it.storm.controlPlaneDown({ services: ['ec2'], regions: [IRELAND] });
    expect(await code(it.ask('ec2', 'DescribeVpcs', {}, IRELAND))).toBe('ServiceUnavailable');
    expect(await code(it.ask('ec2', 'DescribeVpcs', {}, SYDNEY))).toBe('no error');
    expect(await code(it.ask('lambda', 'ListFunctions', {}, IRELAND))).toBe('no error');
  });

  test('of a Region takes global services along that live in it', async () => {
    it.storm.controlPlaneDown({ regions: [VIRGINIA] });
    expect(await code(it.ask('route-53', 'ListHostedZones', {}, SYDNEY))).toBe('ServiceUnavailable');
    expect(await code(it.ask('iam', 'ListRoles', {}, IRELAND))).toBe('ServiceUnavailable');
  });

  test('leaves the data plane: functions run and items are read', async () => {
    const arn = await it.function('works', async () => 'fine');
    it.storm.controlPlaneDown();
    expect(await it.run(arn)).toEqual({ failed: false, said: 'fine' });
    expect(await code(it.ask('lambda', 'GetFunction', { FunctionName: arn }))).toBe('ServiceUnavailable');
    expect(await code(it.ask('dynamodb', 'GetItem', { TableName: 'none', Key: {} }))).toBe('ResourceNotFoundException');
  });
});

describe('a Region that is isolated', () => {
  test('is reached by nobody outside it', async () => {
    it.storm.isolate(IRELAND);
    expect(await code(it.ask('ec2', 'DescribeVpcs', {}, IRELAND))).toBe('TimeoutError');
    expect(await code(it.ask('ec2', 'DescribeVpcs', {}, SYDNEY))).toBe('no error');
  });

  test('goes on in itself, and reaches nobody', async () => {
    const seen: string[] = [];
    await it.function(
      'inside',
      async (_event, context) => {
        const call = it.callIn(context);
        for (const region of [IRELAND, SYDNEY])
          seen.push(
            await call('ec2', 'DescribeVpcs', {}, region).then(
              () => 'here',
              ({ code: said }: { code: string }) => said,
            ),
          );
        for (const region of [IRELAND, SYDNEY])
          seen.push(
            await it
              .callIn(context, IRELAND)('ec2', 'DescribeVpcs', {}, region)
              .then(
                () => 'here',
                ({ code: said }: { code: string }) => said,
              ),
          );
      },
      IRELAND,
    );
    await it.ask('eventbridge', 'PutRule', { Name: 'tick', ScheduleExpression: 'rate(1 minute)' }, IRELAND);
    const Arn = `arn:aws:lambda:${IRELAND}:${it.world.account}:function:inside`;
    await it.ask(
      'lambda',
      'AddPermission',
      { FunctionName: 'inside', StatementId: 'e', Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com' },
      IRELAND,
    );
    await it.ask('eventbridge', 'PutTargets', { Rule: 'tick', Targets: [{ Id: 'inside', Arn }] }, IRELAND);
    it.storm.isolate(IRELAND);
    await it.clock.runFor(90_000);
    expect(seen).toEqual(['here', 'TimeoutError', 'here', 'TimeoutError']);
  });

  test('loses what crosses its peerings, and finds the world again', () => {
    const end = it.storm.isolate(IRELAND);
    expect(isEaten(it.world, crossing(VIRGINIA, IRELAND))).toBe(true);
    expect(isEaten(it.world, crossing(IRELAND, VIRGINIA))).toBe(true);
    expect(isEaten(it.world, crossing(SYDNEY, VIRGINIA))).toBe(false);
    end();
    expect(isEaten(it.world, crossing(VIRGINIA, IRELAND))).toBe(false);
  });

  test('hears of changes to a global table when it is back', async () => {
    const key = { AttributeName: 'pk', AttributeType: 'S' };
    await it.get('dynamodb', 'CreateTable', {
      TableName: 'state',
      AttributeDefinitions: [key],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
    await it.clock.runFor(10_000);
    await it.get('dynamodb', 'UpdateTable', {
      TableName: 'state',
      ReplicaUpdates: [{ Create: { RegionName: IRELAND } }],
    });
    await it.clock.runFor(60_000);
    const end = it.storm.isolate(IRELAND);
    await it.get('dynamodb', 'PutItem', { TableName: 'state', Item: { pk: { S: 'a' } } });
    await it.clock.runFor(60_000);
    const inIreland = async () => {
      const principal = {
        kind: 'AssumedRole',
        arn: 'arn:aws:sts::111122223333:assumed-role/in/side',
        account: '111122223333',
      } as const;
      const place = { account: it.world.account, region: IRELAND };
      const input = { TableName: 'state', Key: { pk: { S: 'a' } } };
      return await it.clock.runUntil(
        it.world.invoke({ service: 'dynamodb', operation: 'GetItem', input, place, principal, from: IRELAND }),
      );
    };
    expect(await inIreland()).not.toHaveProperty('Item');
    end();
    await it.clock.runFor(5_000);
    expect(await inIreland()).toHaveProperty('Item');
  });
});

test('clocks are wrong by the sum of what several say', () => {
  const end = it.storm.skew(IRELAND, 5_000);
  it.storm.skew(IRELAND, -2_000, { forMs: 1_000 });
  expect(it.world.outages.skewMs(IRELAND)).toBe(3_000);
  end();
  expect(it.world.outages.skewMs(IRELAND)).toBe(-2_000);
});
