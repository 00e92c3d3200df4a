import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../simulator/clocks/virtual-clock.ts';
import { rootOf, serviceActing } from '../../../simulator/principal.ts';
import type { ServiceName } from '../../../simulator/service.ts';
import { services } from '../../../simulator/services/index.ts';
import { createSimulator } from '../../../simulator/simulator.ts';
import { type BucketOptions, weatherOf } from '../../../simulator/weather/index.ts';
import { limits } from '../../../simulator/weather/throttle-limits.ts';
import { ACCOUNT, IRELAND, refusalCode, SYDNEY, VIRGINIA } from '../service-world.ts';

/** A world that keeps AWS's limits, and whose calls are counted until the first that a bucket refuses. */
function limited(options?: BucketOptions) {
  const clock = new VirtualClock();
  const world = createSimulator({ clock, throttling: options === undefined ? 'enforced' : 'ignored' });
  if (options !== undefined) weatherOf(world).enforceLimits(options);
  const refused = new Set(['RequestLimitExceeded', 'Throttling', 'ThrottlingException', 'TooManyRequestsException']);
  const ask = (service: ServiceName, operation: string, input: object = {}, region = VIRGINIA, account = ACCOUNT) =>
    refusalCode(world.invoke({ service, operation, input, place: { account, region }, principal: rootOf(account) }));
  /** How many get through at once, and what the next one hears. */
  const burst = async (
    service: ServiceName,
    operation: string,
    input: object = {},
    region = VIRGINIA,
    account = ACCOUNT,
  ) => {
    for (let through = 0; through < 3_000; through += 1) {
      const code = await ask(service, operation, input, region, account);
      if (refused.has(code)) return [through, code] as const;
    }
    return [Number.POSITIVE_INFINITY, ''] as const;
  };
  return { clock, world, ask, burst, storm: weatherOf(world) };
}

const vpcs = { Filters: [{ Name: 'vpc-id', Values: ['vpc-1'] }] };

describe("AWS's limits", () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { service: 'ec2',         operation: 'DescribeVpcs',                   input: vpcs, at: 100, again: 20,  code: 'RequestLimitExceeded' },
    { service: 'ec2',         operation: 'CreateRoute',                    input: {},   at: 50,  again: 5,   code: 'RequestLimitExceeded' },
    { service: 'ec2',         operation: 'CreateVpcPeeringConnection',     input: {},   at: 50,  again: 5,   code: 'RequestLimitExceeded' },
    { service: 'ec2',         operation: 'CreateTags',                     input: {},   at: 100, again: 10,  code: 'RequestLimitExceeded' },
    { service: 'ec2',         operation: 'DescribeSecurityGroups',         input: {},   at: 50,  again: 10,  code: 'RequestLimitExceeded' },
    { service: 'ec2',         operation: 'DescribeSecurityGroups',         input: vpcs, at: 100, again: 20,  code: 'RequestLimitExceeded' },
    { service: 'route-53',    operation: 'ListHostedZones',                input: {},   at: 50,  again: 10,  code: 'Throttling' },
    { service: 'route-53',    operation: 'AssociateVPCWithHostedZone',     input: {},   at: 20,  again: 5,   code: 'Throttling' },
    { service: 'api-gateway', operation: 'GetRestApis',                    input: {},   at: 40,  again: 10,  code: 'TooManyRequestsException' },
    { service: 'lambda',      operation: 'GetFunctionConfiguration',       input: {},   at: 15,  again: 15,  code: 'TooManyRequestsException' },
    { service: 'lambda',      operation: 'GetFunction',                    input: {},   at: 100, again: 100, code: 'TooManyRequestsException' },
    { service: 'sfn',         operation: 'StartExecution',                 input: {},   at: 1_300, again: 300, code: 'ThrottlingException' },
    { service: 'eventbridge', operation: 'PutRule',                        input: {},   at: 50,  again: 50,  code: 'ThrottlingException' },
    { service: 'cloudwatch',  operation: 'PutMetricAlarm',                 input: {},   at: 3,   again: 3,   code: 'Throttling' },
    { service: 'acm',         operation: 'DescribeCertificate',            input: {},   at: 10,  again: 10,  code: 'ThrottlingException' },
    { service: 'sts',         operation: 'GetCallerIdentity',              input: {},   at: 600, again: 600, code: 'Throttling' },
    { service: 'dynamodb',    operation: 'DescribeTable',                  input: {},   at: 2_500, again: 2_500, code: 'ThrottlingException' },
  ] as const)('$service $operation: $at at once, then $again a second, and $code', async ({ service, operation, input, at, again, code }) => {
    const { clock, burst } = limited();
    expect(await burst(service, operation, input)).toEqual([at, code]);
    await clock.runFor(1_000);
    expect(await burst(service, operation, input)).toEqual([again, code]);
  });

  test('that fill slower than once a second', async () => {
    const { clock, burst } = limited();
    expect(await burst('ec2', 'DeleteVpcEndpoints', { VpcEndpointIds: ['vpce-1'] })).toEqual([
      4,
      'RequestLimitExceeded',
    ]);
    await clock.runFor(3_000);
    expect((await burst('ec2', 'DeleteVpcEndpoints', { VpcEndpointIds: ['vpce-1'] }))[0]).toBe(0);
    await clock.runFor(400);
    expect((await burst('ec2', 'DeleteVpcEndpoints', { VpcEndpointIds: ['vpce-1'] }))[0]).toBe(1);
    expect((await burst('api-gateway', 'CreateDeployment', {}))[0]).toBe(1);
    await clock.runFor(5_000);
    expect((await burst('api-gateway', 'CreateDeployment', {}))[0]).toBe(1);
  });

  test('never hold more than their burst', async () => {
    const { clock, burst } = limited();
    await burst('ec2', 'CreateRoute');
    await clock.runFor(3_600_000);
    expect((await burst('ec2', 'CreateRoute'))[0]).toBe(50);
  });

  test('are kept for each operation, Region and account', async () => {
    const { burst } = limited();
    for (const [operation, region, account] of [
      ['CreateRoute', VIRGINIA, ACCOUNT],
      ['DeleteRoute', VIRGINIA, ACCOUNT],
      ['CreateRoute', IRELAND, ACCOUNT],
      ['CreateRoute', VIRGINIA, '444455556666'],
    ] as const)
      expect((await burst('ec2', operation, {}, region, account))[0]).toBe(50);
  });

  test('of global services, and those that AWS says are per account, are one for all Regions', async () => {
    const { burst } = limited();
    expect((await burst('route-53', 'ListHostedZones', {}, IRELAND))[0]).toBe(50);
    expect((await burst('route-53', 'ListHealthChecks', {}, SYDNEY))[0]).toBe(0);
    expect((await burst('api-gateway', 'CreateRestApi', {}, IRELAND))[0]).toBe(1);
    expect((await burst('api-gateway', 'CreateRestApi', {}, SYDNEY))[0]).toBe(0);
    const apart = limited({ perRegion: ['api-gateway'] });
    expect((await apart.burst('api-gateway', 'CreateRestApi', {}, IRELAND))[0]).toBe(1);
    expect((await apart.burst('api-gateway', 'CreateRestApi', {}, SYDNEY))[0]).toBe(1);
  });

  test('count changes to records apart from requests, an upsert twice', async () => {
    const { ask, clock } = limited();
    const change = (Action: string) => ({ Action, ResourceRecordSet: { Name: 'a.example.', Type: 'A' } });
    const input = { HostedZoneId: 'Z1', ChangeBatch: { Changes: Array.from({ length: 700 }, () => change('UPSERT')) } };
    expect(await ask('route-53', 'ChangeResourceRecordSets', input)).not.toBe('Throttling');
    expect(await ask('route-53', 'ChangeResourceRecordSets', input)).toBe('Throttling');
    // 100 tokens are left, and 100 more come every second: 1,400 are there after 13 s.
    await clock.runFor(12_900);
    expect(await ask('route-53', 'ChangeResourceRecordSets', input)).toBe('Throttling');
    await clock.runFor(200);
    expect(await ask('route-53', 'ChangeResourceRecordSets', input)).not.toBe('Throttling');
  });

  test('do not hold for what services do in their own name', async () => {
    const { world } = limited();
    const place = { account: ACCOUNT, region: VIRGINIA };
    const principal = serviceActing('events.amazonaws.com', ACCOUNT);
    for (let index = 0; index < 30; index += 1)
      expect(
        await refusalCode(world.invoke({ service: 'lambda', operation: 'ListFunctions', input: {}, place, principal })),
      ).toBe('no error');
  });

  test('are sized by Region where AWS sizes them so', async () => {
    const { burst } = limited();
    expect((await burst('sfn', 'StartExecution', {}, SYDNEY))[0]).toBe(800);
    expect((await burst('eventbridge', 'PutEvents', {}, SYDNEY))[0]).toBe(1_200);
    expect((await burst('eventbridge', 'PutEvents', {}, 'ap-south-2'))[0]).toBe(400);
  });
});

describe('the gauge', () => {
  test('shows how full each bucket was when it was fullest', async () => {
    const { ask, clock, storm } = limited();
    for (let index = 0; index < 25; index += 1) await ask('ec2', 'CreateRoute');
    await clock.runFor(60_000);
    await ask('ec2', 'CreateRoute');
    expect(storm.bucketUse()).toEqual([
      {
        service: 'ec2',
        bucket: 'CreateRoute',
        account: ACCOUNT,
        region: VIRGINIA,
        burst: 50,
        perSecond: 5,
        fullest: 0.5,
        taken: 26,
        refused: 0,
      },
    ]);
  });

  test('shows what was refused, and outlives a storm that is cleared, as the limits do', async () => {
    const { burst, storm } = limited();
    await burst('ec2', 'CreateRoute');
    storm.clear();
    expect((await burst('ec2', 'CreateRoute'))[0]).toBe(0);
    expect(storm.bucketUse()[0]).toMatchObject({ fullest: 1, taken: 50, refused: 2 });
    expect(storm.struck()).toEqual([{ kind: 'bucket empty', service: 'ec2', operation: 'CreateRoute', times: 2 }]);
  });

  test('is of a smaller bucket where somebody else uses the rest', async () => {
    const { burst } = limited({ share: 0.5 });
    expect((await burst('ec2', 'CreateRoute'))[0]).toBe(25);
  });
});

describe('the table of limits', () => {
  const known = new Map(services.map(({ name, operations }) => [name, Object.keys(operations)]));

  test.for(limits.map((limit, row) => ({ row, ...limit })))(
    'row $row, $service, names something that is simulated',
    ({ service, operations }) => {
      const names = known.get(service) ?? [];
      const meant = names.filter((name) =>
        operations instanceof RegExp ? operations.test(name) : operations.includes(name),
      );
      expect(meant).not.toEqual([]);
    },
  );

  test('has a source in every row', () => {
    expect(limits.filter(({ source }) => source === '')).toEqual([]);
  });
});
