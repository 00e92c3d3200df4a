import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../simulator/clocks/virtual-clock.ts';
import { Outages } from '../../simulator/outages.ts';
import { rootOf } from '../../simulator/principal.ts';
import { dynamodb } from '../../simulator/services/dynamodb/index.ts';
import { iam } from '../../simulator/services/iam/index.ts';
import { invoke, machine, toyWorld } from './engine/toy-world.ts';
import { ACCOUNT, IRELAND, refusal, refusalCode, ServiceWorld, SYDNEY, VIRGINIA } from './service-world.ts';

describe('calls', () => {
  const newWorld = () => new ServiceWorld(dynamodb, iam);

  test('hang for as long as a client waits, where nothing answers', async () => {
    const aws = newWorld();
    aws.world.outages.darken(IRELAND);
    const startedMs = aws.clock.nowMs();
    const asked = refusal(aws.call('ListTables', {}, IRELAND));
    await aws.pass(3);
    expect(await asked).toBe('TimeoutError: dynamodb ListTables: eu-west-1 did not answer within 3 s');
    expect(aws.clock.nowMs() - startedMs).toBe(3_000);
    expect(await aws.call('ListTables', {})).toMatchObject({ TableNames: [] });
  });

  test('leave no trace where they never arrived', async () => {
    const aws = newWorld();
    const made: string[] = [];
    aws.world.watchers.add(({ operation }) => made.push(operation));
    aws.world.outages.darken(IRELAND);
    const asked = refusalCode(aws.call('ListTables', {}, IRELAND));
    await aws.pass(3);
    await asked;
    expect(made).toEqual([]);
  });

  test('to a global service go to Virginia, from wherever they come', async () => {
    const aws = newWorld();
    aws.world.outages.darken(VIRGINIA);
    const asked = refusalCode(aws.ask(iam, 'ListRoles', {}, SYDNEY));
    await aws.pass(3);
    expect(await asked).toBe('TimeoutError');
    aws.world.outages.lighten(VIRGINIA);
    expect(await aws.ask(iam, 'ListRoles', {}, SYDNEY)).toMatchObject({ Roles: [] });
  });

  test('from a dark Region reach nobody', async () => {
    const aws = newWorld();
    aws.world.outages.darken(IRELAND);
    const place = { account: ACCOUNT, region: VIRGINIA };
    const request = { service: 'dynamodb', operation: 'ListTables', input: {}, place, from: IRELAND } as const;
    const asked = refusalCode(aws.world.invoke({ ...request, principal: rootOf(ACCOUNT) }));
    await aws.pass(3);
    expect(await asked).toBe('TimeoutError');
  });

  test('that were made when the lights went out are not answered', async () => {
    const aws = newWorld();
    aws.world.weather = { after: () => aws.world.outages.darken(IRELAND) };
    const key = { AttributeName: 'pk', AttributeType: 'S' as const };
    const asked = refusalCode(
      aws.call(
        'CreateTable',
        {
          TableName: 'fleet',
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [key],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        },
        IRELAND,
      ),
    );
    await aws.pass(3);
    expect(await asked).toBe('TimeoutError');
    expect(aws.state(IRELAND).tables.has('fleet')).toBe(true);
  });

  test('of a control plane that is down are refused at once, and those of its data plane are not', async () => {
    const aws = newWorld();
    aws.world.outages.controlPlaneDown.add('dynamodb');
    const error = await aws.refused('ListTables', {});
    expect(error).toMatchObject({ code: 'ServiceUnavailable', status: 503 });
    expect(await refusalCode(aws.call('GetItem', { TableName: 'fleet', Key: { pk: { S: 'a' } } }))).toBe(
      'ResourceNotFoundException',
    );
    expect(await aws.ask(iam, 'ListRoles', {})).toMatchObject({ Roles: [] });
  });
});

describe('the memory of what was dark', () => {
  const outages = async () => {
    const clock = new VirtualClock({ startMs: 0 });
    const found = new Outages(clock);
    const at = async (seconds: number, change: () => void) => {
      await clock.runFor(seconds * 1_000 - clock.nowMs());
      change();
    };
    await at(10, () => found.darken(IRELAND));
    await at(20, () => found.darken(SYDNEY));
    await at(30, () => found.lighten(IRELAND));
    await at(40, () => found.lighten(SYDNEY));
    await at(50, () => found.darken(IRELAND));
    return found;
  };

  // biome-ignore format: a table is read down its columns
  test.for([
    { fromMs:  9_999, lightMs:  9_999,    why: 'nothing was out' },
    { fromMs: 10_000, lightMs: 10_000,    why: 'it was just going dark' },
    { fromMs: 10_001, lightMs: 40_000,    why: 'when one came back the other was dark' },
    { fromMs: 35_000, lightMs: 40_000,    why: 'only the other was dark' },
    { fromMs: 45_000, lightMs: 45_000,    why: 'both were back' },
    { fromMs: 50_001, lightMs: undefined, why: 'it is dark now' },
  ])('from $fromMs ms on both were light at $lightMs: $why', async ({ fromMs, lightMs }) => {
    expect((await outages()).bothLightFrom(fromMs, IRELAND, SYDNEY)).toBe(lightMs);
  });

  test('a Region may be waited for, and dark twice is dark once', async () => {
    const { clock, world } = toyWorld();
    const seen: string[] = [];
    await world.outages.whenLight(IRELAND);
    world.outages.darken(IRELAND);
    world.outages.darken(IRELAND);
    void world.outages.whenLight(IRELAND).then(() => seen.push('light'));
    await clock.runFor(1_000);
    expect(seen).toEqual([]);
    world.outages.lighten(IRELAND);
    await clock.runFor(0);
    expect(seen).toEqual(['light']);
    expect(world.outages.isDark(IRELAND)).toBe(false);
  });
});

describe('while a Region is dark', () => {
  test('its executions stand still, and go on from where they stood', async () => {
    const aws = toyWorld({ work: () => 'done' });
    const arn = await aws.start(
      await aws.create(machine({ Pause: { Type: 'Wait', Seconds: 60 }, Work: invoke('work') })),
    );
    await aws.clock.runFor(30_000);
    aws.world.outages.darken('us-east-1');
    await aws.clock.runFor(600_000);
    expect(aws.invoked).toEqual([]);
    aws.world.outages.lighten('us-east-1');
    await aws.clock.runFor(1_000);
    expect(await aws.ended(arn)).toMatchObject({ status: 'SUCCEEDED', output: 'done', seconds: 630 });
  });

  test('what an execution waited for and lost is retried when it is light again', async () => {
    const aws = toyWorld({
      work: async (_: never, attempt: number) => {
        if (attempt === 1) await aws.clock.sleep(20_000);
        return attempt;
      },
    });
    const retrying = { Retry: [{ ErrorEquals: ['Lambda.Unknown'], IntervalSeconds: 5 }] };
    const arn = await aws.start(await aws.create(machine({ Work: invoke('work', retrying) })));
    await aws.clock.runFor(10_000);
    aws.world.outages.darken('us-east-1');
    await aws.clock.runFor(90_000);
    aws.world.outages.lighten('us-east-1');
    await aws.clock.runFor(60_000);
    const { status, output, history } = await aws.ended(arn);
    expect({ status, output }).toEqual({ status: 'SUCCEEDED', output: 2 });
    const failed = history.find(({ type }) => type === 'TaskFailed');
    expect(failed?.taskFailedEventDetails?.error).toBe('Lambda.Unknown');
    expect((failed?.timestamp?.getTime() ?? 0) - aws.startMs).toBe(100_000);
  });

  test('a time-out that is due rings when it is light', async () => {
    const aws = toyWorld();
    const arn = await aws.start(
      await aws.create(machine({ Pause: { Type: 'Wait', Seconds: 600 } }, { TimeoutSeconds: 60 })),
    );
    await aws.clock.runFor(1_000);
    aws.world.outages.darken('us-east-1');
    await aws.clock.runFor(299_000);
    aws.world.outages.lighten('us-east-1');
    await aws.clock.runFor(1_000);
    expect(await aws.ended(arn)).toMatchObject({ status: 'TIMED_OUT', seconds: 300 });
  });

  const scheduled = async (region: string, targetRegion = region) => {
    const aws = toyWorld({ tick: () => null });
    await aws.call('eventbridge', 'PutRule', { Name: 'tick', ScheduleExpression: 'rate(1 minute)' }, region);
    const Arn = `arn:aws:lambda:${targetRegion}:111122223333:function:tick`;
    await aws.call('eventbridge', 'PutTargets', { Rule: 'tick', Targets: [{ Id: 'tick', Arn }] }, region);
    return aws;
  };

  test('its schedules do not fire, and are not made up for', async () => {
    const aws = await scheduled(IRELAND);
    await aws.clock.runFor(150_000);
    expect(aws.invoked).toHaveLength(2);
    aws.world.outages.darken(IRELAND);
    await aws.clock.runFor(600_000);
    aws.world.outages.lighten(IRELAND);
    await aws.clock.runFor(1_000);
    expect(aws.invoked).toHaveLength(2);
    await aws.clock.runFor(60_000);
    expect(aws.invoked).toHaveLength(3);
  });

  test('events for its targets are tried again until it is light', async () => {
    const aws = await scheduled(SYDNEY, IRELAND);
    aws.world.outages.darken(IRELAND);
    await aws.clock.runFor(90_000);
    await aws.call('eventbridge', 'DisableRule', { Name: 'tick' }, SYDNEY);
    aws.world.outages.lighten(IRELAND);
    await aws.clock.runFor(10 * 60_000);
    expect(aws.invoked).toHaveLength(1);
    expect(aws.invoked[0]?.atSeconds).toBeGreaterThan(90);
  });

  const relayed = async () => {
    const aws = toyWorld({ hear: () => null });
    const bus = `arn:aws:events:${VIRGINIA}:111122223333:event-bus/default`;
    const pattern = JSON.stringify({ source: ['shop'] });
    const wire = async (region: string, Arn: string) => {
      await aws.call('eventbridge', 'PutRule', { Name: 'wire', EventPattern: pattern }, region);
      await aws.call('eventbridge', 'PutTargets', { Rule: 'wire', Targets: [{ Id: 'next', Arn }] }, region);
    };
    await wire(IRELAND, bus);
    await wire(VIRGINIA, `arn:aws:lambda:${VIRGINIA}:111122223333:function:hear`);
    const entry = { Source: 'shop', DetailType: 'sold', Detail: '{}' };
    const put = () => aws.call('eventbridge', 'PutEvents', { Entries: [entry] }, IRELAND);
    return { ...aws, put };
  };

  test.for([
    { what: 'the bus it comes from', region: IRELAND },
    { what: 'the bus it goes to', region: VIRGINIA },
  ])('an event waits for $what', async ({ region }) => {
    const { world, clock, invoked, put } = await relayed();
    await put();
    world.outages.darken(region);
    await clock.runFor(3_600_000);
    expect(invoked).toEqual([]);
    world.outages.lighten(region);
    await clock.runFor(10 * 60_000);
    expect(invoked.map(({ name }) => name)).toEqual(['hear']);
  });

  test.for([{ region: IRELAND }, { region: VIRGINIA }])(
    'an event that waits longer than a day for $region is lost',
    async ({ region }) => {
      const { world, clock, invoked, put } = await relayed();
      await put();
      world.outages.darken(region);
      await clock.runFor(25 * 3_600_000);
      world.outages.lighten(region);
      await clock.runFor(3_600_000);
      expect(invoked).toEqual([]);
    },
  );
});

test('a clock may be wrong in one Region', () => {
  const { outages } = toyWorld().world;
  outages.setSkew(IRELAND, -90_000);
  expect([outages.skewMs(IRELAND), outages.skewMs(SYDNEY)]).toEqual([-90_000, 0]);
  outages.setSkew(IRELAND, 0);
  expect(outages.skewMs(IRELAND)).toBe(0);
});
