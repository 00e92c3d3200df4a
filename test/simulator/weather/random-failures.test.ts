import { beforeEach, describe, expect, test } from 'vitest';
import { AwsError } from '../../../simulator/aws-error.ts';
import { VirtualClock } from '../../../simulator/clocks/virtual-clock.ts';
import { rootOf } from '../../../simulator/principal.ts';
import { dynamodb } from '../../../simulator/services/dynamodb/index.ts';
import { ec2 } from '../../../simulator/services/ec2/index.ts';
import { iam } from '../../../simulator/services/iam/index.ts';
import { services } from '../../../simulator/services/index.ts';
import { createSimulator } from '../../../simulator/simulator.ts';
import { type Storm, weatherOf } from '../../../simulator/weather/index.ts';
import { serviceErrors } from '../../../simulator/weather/service-errors.ts';
import type { MadeCall } from '../../../simulator/world.ts';
import { ACCOUNT, IRELAND, refusal, refusalCode, ServiceWorld } from '../service-world.ts';

const newWorld = () => new ServiceWorld(ec2, dynamodb, iam);
let aws: ReturnType<typeof newWorld>;
let storm: Storm;
beforeEach(() => {
  aws = newWorld();
  storm = weatherOf(aws.world);
});

const describeVpcs = () => aws.call('DescribeVpcs', {});
const outcomes = async (count: number, call: () => Promise<unknown>): Promise<readonly string[]> => {
  const codes: string[] = [];
  for (let index = 0; index < count; index += 1) codes.push(await aws.clock.runUntil(refusalCode(call())));
  return codes;
};

describe('a fair sky', () => {
  test('is none at all', async () => {
    expect(aws.world.sky).toBeUndefined();
    const ends = [storm.fail({ share: 1 }), storm.slow({ share: 1, byMs: [1, 2] })];
    expect(aws.world.sky).toBeDefined();
    for (const end of ends) end();
    expect(aws.world.sky).toBeUndefined();
    await describeVpcs();
    expect(storm.struck()).toEqual([]);
  });

  test('comes back when what was switched on is ended twice, and when all of it is cleared', () => {
    const end = storm.fail({ share: 1 });
    storm.throttle({ share: 1 });
    end();
    end();
    expect(aws.world.sky).toBeDefined();
    storm.clear();
    expect(aws.world.sky).toBeUndefined();
  });
});

describe('switches', () => {
  test('begin later and end by themselves', async () => {
    storm.fail({ share: 1, only: ({ service }) => service === 'ec2', afterMs: 10_000, forMs: 5_000 });
    const seen: string[] = [];
    for (let second = 0; second < 20; second += 2) {
      seen.push(await refusalCode(describeVpcs()));
      await aws.pass(2);
    }
    expect(seen.map((code) => code === 'no error')).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
      false,
      false,
      true,
      true,
    ]);
  });

  test('that were ended before they began never begin', async () => {
    const end = storm.fail({ share: 1, afterMs: 1_000 });
    end();
    await aws.pass(2);
    expect(await refusalCode(describeVpcs())).toBe('no error');
  });

  test('strike the same calls for the same seed, and others for another', async () => {
    const strikes = async (seed: string): Promise<string> => {
      const world = createSimulator({ clock: new VirtualClock(), seed });
      weatherOf(world).fail({ share: 0.5 });
      const place = { account: ACCOUNT, region: IRELAND };
      const request = {
        service: 'ec2',
        operation: 'DescribeVpcs',
        input: {},
        place,
        principal: rootOf(ACCOUNT),
      } as const;
      let seen = '';
      for (let index = 0; index < 40; index += 1)
        seen += (await refusalCode(world.invoke(request))) === 'no error' ? '.' : 'x';
      return seen;
    };
    expect(await strikes('one')).toBe(await strikes('one'));
    expect(await strikes('one')).not.toBe(await strikes('two'));
  });

  test('draw from sources of their own: one more changes nothing for another', async () => {
    const strikes = async (alsoSlow: boolean): Promise<readonly string[]> => {
      aws = newWorld();
      const sky = weatherOf(aws.world);
      sky.fail({ share: 0.5 });
      if (alsoSlow) sky.slow({ share: 0.5, byMs: [1, 10] });
      return await outcomes(40, describeVpcs);
    };
    expect(await strikes(true)).toEqual(await strikes(false));
  });
});

describe('a share of calls', () => {
  test('is throttled, and counted by kind, service and operation', async () => {
    storm.throttle({ share: 0.25 });
    const codes = await outcomes(400, describeVpcs);
    const struck = codes.filter((code) => code === 'RequestLimitExceeded').length;
    expect(struck).toBeGreaterThan(70);
    expect(struck).toBeLessThan(130);
    expect(codes.filter((code) => code === 'no error')).toHaveLength(400 - struck);
    expect(storm.struck()).toEqual([{ kind: 'throttled', service: 'ec2', operation: 'DescribeVpcs', times: struck }]);
    expect(storm.times('throttled')).toBe(struck);
  });

  test('fails, nothing having been done, as CloudTrail records', async () => {
    const made: MadeCall[] = [];
    aws.world.watchers.add((call) => made.push(call));
    storm.fail({ share: 1 });
    expect(await refusalCode(aws.call('CreateVpc', { CidrBlock: '10.0.0.0/16' }))).toMatch(
      /^(InternalError|Unavailable)$/,
    );
    expect(made.map(({ error }) => error?.status)).toEqual([expect.toSatisfy((status: number) => status >= 500)]);
    storm.clear();
    expect((await describeVpcs()).Vpcs).toEqual([]);
  });

  test('gets lost on the way: nothing was done, nobody recorded it, and the caller waited', async () => {
    const made: MadeCall[] = [];
    aws.world.watchers.add((call) => made.push(call));
    storm.loseRequests({ share: 1, waitMs: 7_000 });
    const startMs = aws.clock.nowMs();
    const said = await aws.clock.runUntil(refusal(aws.call('CreateVpc', { CidrBlock: '10.0.0.0/16' })));
    expect(said).toBe('TimeoutError: ec2 CreateVpc: no answer within 7 s');
    expect(aws.clock.nowMs() - startMs).toBe(7_000);
    storm.clear();
    expect(made).toEqual([]);
    expect((await describeVpcs()).Vpcs).toEqual([]);
  });

  test('is answered by nobody, and was done', async () => {
    storm.loseAnswers({ share: 1, only: ({ operation }) => operation === 'CreateVpc' });
    const said = await aws.clock.runUntil(refusalCode(aws.call('CreateVpc', { CidrBlock: '10.0.0.0/16' })));
    expect(said).toBe('TimeoutError');
    expect((await describeVpcs()).Vpcs).toHaveLength(1);
  });

  test('takes longer', async () => {
    storm.slow({ share: 1, byMs: [4_000, 6_000] });
    const startMs = aws.clock.nowMs();
    await aws.clock.runUntil(describeVpcs());
    const tookMs = aws.clock.nowMs() - startMs;
    expect(tookMs).toBeGreaterThanOrEqual(4_000);
    expect(tookMs).toBeLessThanOrEqual(6_001);
  });
});

describe('what services say', () => {
  test.for(services.map(({ name }) => name))('%s: throttled is no 5xx of its own but of EC2, failed is one', (name) => {
    const { throttled, failed, source } = serviceErrors[name];
    expect(throttled.status === 503).toBe(name === 'ec2');
    expect(failed.every(({ status }) => status >= 500)).toBe(true);
    expect(source).not.toBe('');
  });

  test('of the records of a zone may be that a request before it is not complete', async () => {
    const { throttledError } = await import('../../../simulator/weather/service-errors.ts');
    const said = [0, 0.9].map((chance) => throttledError('route-53', 'ChangeResourceRecordSets', chance));
    expect(said.map(({ code }) => code)).toEqual(['PriorRequestNotComplete', 'Throttling']);
    expect(said.every((error) => error instanceof AwsError)).toBe(true);
    expect(throttledError('dynamodb', 'PutItem', 0).code).toBe('ProvisionedThroughputExceededException');
  });
});
