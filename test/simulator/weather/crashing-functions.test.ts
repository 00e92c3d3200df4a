import { CreateVpcCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import type { HostContext } from '../../../simulator/services/lambda/host.ts';
import { listen } from '../../../simulator/wire/server.ts';
import { IRELAND, SYDNEY } from '../service-world.ts';
import { weatherWorld } from './weather-world.ts';

const KILLED = {
  failed: true,
  said: {
    errorType: 'Runtime.ExitError',
    errorMessage: expect.stringMatching(/^RequestId: .* Runtime exited with error: signal: killed$/),
  },
};

const blocks = ['10.0.0.0/16', '10.1.0.0/16', '10.2.0.0/16'];

/** Makes three VPCs one after the other, and says how far it came. */
async function maker() {
  const world = weatherWorld();
  const told: string[] = [];
  const arn = await world.function('maker', async (_event, context) => {
    const call = world.callIn(context);
    for (const CidrBlock of blocks) {
      await call('ec2', 'CreateVpc', { CidrBlock });
      told.push(CidrBlock);
    }
    return 'done';
  });
  const made = async () => (await world.get<{ Vpcs: object[] }>('ec2', 'DescribeVpcs')).Vpcs.length;
  /** At the k-th VPC. */
  const at = (k: number, when: 'before' | 'after') => {
    let count = 0;
    world.storm.crash({
      at({ operation }) {
        if (operation !== 'CreateVpc') return undefined;
        count += 1;
        return count === k ? when : undefined;
      },
    });
  };
  return { ...world, arn, told, made, at };
}

describe('a function dies', () => {
  test('before its second write: that is not done, and nothing after it', async () => {
    const { run, arn, told, made, at, storm } = await maker();
    at(2, 'before');
    expect(await run(arn)).toEqual(KILLED);
    expect(told).toEqual(blocks.slice(0, 1));
    expect(await made()).toBe(1);
    expect(storm.struck()).toMatchObject([
      { kind: 'crashed before', service: 'ec2', operation: 'CreateVpc', times: 1 },
    ]);
  });

  test('after its second write: that is done, and it does not know', async () => {
    const { run, arn, told, made, at } = await maker();
    at(2, 'after');
    expect(await run(arn)).toEqual(KILLED);
    expect(told).toEqual(blocks.slice(0, 1));
    expect(await made()).toBe(2);
  });

  test.for([
    ['whatever it catches', (doing: Promise<unknown>[]) => Promise.allSettled(doing)],
    ['whatever it does not wait for', (doing: Promise<unknown>[]) => Promise.all(doing)],
  ] as const)('and all else that it was doing ends with it, %s', async ([, together]) => {
    const { clock, function: make, callIn, run, storm, get } = weatherWorld();
    const arn = await make('busy', async (_event, context) => {
      const call = callIn(context);
      const later = async (): Promise<void> => {
        await clock.sleep(5_000);
        await call('ec2', 'CreateVpc', { CidrBlock: '10.5.0.0/16' });
      };
      await together([later(), call('ec2', 'CreateVpc', { CidrBlock: '10.4.0.0/16' })]);
      await call('ec2', 'CreateVpc', { CidrBlock: '10.6.0.0/16' });
      return 'it never knew';
    });
    storm.crash({
      at: ({ input }) => ('CidrBlock' in input && input.CidrBlock === '10.4.0.0/16' ? 'after' : undefined),
      forMs: 1_000,
    });
    expect(await run(arn)).toEqual(KILLED);
    await clock.runFor(60_000);
    const { Vpcs } = await get<{ Vpcs: { CidrBlock: string }[] }>('ec2', 'DescribeVpcs');
    expect(Vpcs.map(({ CidrBlock }) => CidrBlock)).toEqual(['10.4.0.0/16']);
    expect(storm.times('dead caller')).toBeGreaterThan(0);
  });

  test('and an asynchronous invocation of it is tried again', async () => {
    const { ask, arn, told, made, at, clock } = await maker();
    at(1, 'before');
    await ask('lambda', 'Invoke', { FunctionName: arn, InvocationType: 'Event' });
    await clock.runFor(1_000);
    expect(told).toEqual([]);
    await clock.runFor(2 * 60_000);
    expect(told).toEqual(blocks);
    expect(await made()).toBe(3);
  });

  test('and what it invoked goes on', async () => {
    const world = weatherWorld();
    const inner = await world.function('inner', async (_event, context) => {
      await world.clock.sleep(2_000);
      await world.callIn(context)('ec2', 'CreateVpc', { CidrBlock: '10.0.0.0/16' });
    });
    const outer = await world.function('outer', async (_event, context) => {
      const call = world.callIn(context);
      await Promise.all([call('lambda', 'Invoke', { FunctionName: inner }), call('ec2', 'DescribeVpcs')]);
    });
    world.storm.crash({ at: ({ operation }) => (operation === 'DescribeVpcs' ? 'after' : undefined), forMs: 100 });
    expect(await world.run(outer)).toEqual(KILLED);
    await world.clock.runFor(5_000);
    expect((await world.get<{ Vpcs: object[] }>('ec2', 'DescribeVpcs')).Vpcs).toHaveLength(1);
  });

  test('by chance, as often as asked, and the same ones for the same seed', async () => {
    const ends = async () => {
      const { function: make, callIn, run, storm } = weatherWorld();
      const arn = await make('asks', (_event, context: HostContext) => callIn(context)('ec2', 'DescribeVpcs'));
      storm.crash({ share: 0.3 });
      const said: boolean[] = [];
      for (let index = 0; index < 100; index += 1) said.push((await run(arn)).failed);
      return said;
    };
    const died = await ends();
    expect(died.filter(Boolean).length).toBeGreaterThan(15);
    expect(died.filter(Boolean).length).toBeLessThan(50);
    expect(await ends()).toEqual(died);
  });

  test('and nobody else does: whoever is no function is left alone', async () => {
    const { get, storm } = weatherWorld();
    storm.crash({ share: 1 });
    expect(await get('ec2', 'DescribeVpcs')).toMatchObject({ Vpcs: [] });
  });

  test('over the wire as well: its client hears nothing any more', async () => {
    const { world, function: make, run, storm, get, clock } = weatherWorld();
    const server = await listen(world, { port: 0 });
    try {
      const arn = await make('wired', async (_event, { credentials, region }) => {
        const client = new EC2Client({ endpoint: server.url, region, credentials, maxAttempts: 1 });
        await client.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
        await client.send(new DescribeVpcsCommand({}));
        await client.send(new CreateVpcCommand({ CidrBlock: '10.1.0.0/16' }));
      });
      storm.crash({ at: ({ operation }) => (operation === 'DescribeVpcs' ? 'before' : undefined) });
      expect(await run(arn)).toEqual(KILLED);
      await clock.runFor(1_000);
      storm.clear();
      expect((await get<{ Vpcs: object[] }>('ec2', 'DescribeVpcs')).Vpcs).toHaveLength(1);
    } finally {
      await server.close();
    }
  });
});

describe('a Region crashes', () => {
  test('its functions stop in the middle, and do nothing when it is back', async () => {
    const { clock, function: make, callIn, ask, storm, get } = weatherWorld();
    const arn = await make(
      'slow',
      async (_event, context) => {
        await callIn(context)('ec2', 'CreateVpc', { CidrBlock: '10.0.0.0/16' }, SYDNEY);
        await clock.sleep(30_000);
        await callIn(context)('ec2', 'CreateVpc', { CidrBlock: '10.1.0.0/16' }, SYDNEY);
      },
      IRELAND,
    );
    await ask('lambda', 'Invoke', { FunctionName: arn, InvocationType: 'Event' }, IRELAND);
    storm.darken(IRELAND, { afterMs: 5_000, forMs: 10_000 });
    await clock.runFor(40_000);
    const made = async () => (await get<{ Vpcs: object[] }>('ec2', 'DescribeVpcs', {}, SYDNEY)).Vpcs.length;
    expect(await made()).toBe(1);
    expect(storm.times('dead caller')).toBe(1);
  });

  test('for as long as anybody wants it dark', async () => {
    const { storm, world } = weatherWorld();
    const one = storm.darken(IRELAND);
    const other = storm.darken(IRELAND);
    one();
    expect(world.outages.isDark(IRELAND)).toBe(true);
    other();
    expect(world.outages.isDark(IRELAND)).toBe(false);
  });
});
