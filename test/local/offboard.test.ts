import { describe, expect, test } from 'vitest';
import { callersIn } from '../../local/callers.ts';
import { isAsDeclared } from '../../local/scenario.ts';
import { linesOf } from '../support/inventory.ts';
import { QUICK, type TestBed, testBed } from '../support/landbridge.ts';

const URL = 'https://api.payments.example.com/health';
const MINUTE_MS = 60_000;

const vpcOf = async (bed: TestBed, region: string): Promise<string> => (await bed.state()).ids.get(`vpc/${region}`) ?? '';

const offboard = (bed: TestBed, region: string) => bed.run('offboard-region', { fleet: 'payments', region });

describe('a Region leaves', () => {
  test.for(['eu-west-1', 'ap-southeast-2'])('%s, and nobody elsewhere notices', async (leaving) => {
    const bed = await testBed({ timings: QUICK });
    const all = ['us-east-1', 'eu-west-1', 'ap-southeast-2'];
    await bed.join(...all);
    await bed.run('onboard-region', { fleet: 'payments', region: 'sa-east-1', role: 'client' });
    const staying = [...all, 'sa-east-1'].filter((region) => region !== leaving);
    const { members } = await bed.state();
    const cidr = members.find(({ region }) => region === leaving)?.cidrs[0] ?? '';
    const vpcId = await vpcOf(bed, leaving);
    const specs = [];
    for (const region of staying) specs.push({ region, vpcId: await vpcOf(bed, region) });
    const callers = callersIn(bed.world, specs, URL);
    await bed.clock.runFor(MINUTE_MS);
    expect(callers.tolls(), 'they call before').toMatchObject({ sent: 180, lost: 0 });

    const { status, output } = await offboard(bed, leaving);
    await bed.clock.runFor(10 * MINUTE_MS);

    expect({ status, output }).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'left' } });
    const { sent, lostBy } = callers.tolls();
    expect(sent).toBeGreaterThan(2_000);
    expect(lostBy, 'not one request').toEqual({});
    const named = [leaving, vpcId, cidr];
    const traces = linesOf(await bed.inventory()).filter((line) => named.some((name) => line.includes(name)));
    expect(traces, 'nothing is there, and nothing elsewhere leads there').toEqual([]);
    const { members: left, ids, intents, runs } = await bed.state();
    expect(left.map(({ region }) => region)).toEqual(staying);
    expect([...ids.keys(), ...intents.keys()].filter((key) => key.includes(leaving))).toEqual([]);
    expect(runs).toEqual([]);
    expect(await bed.clock.runUntil(isAsDeclared(bed.landbridge, 'payments'))).toBe(true);
  });

  test('one after the other, home last, until the world is as it was before the first', async () => {
    const bed = await testBed({ timings: QUICK });
    const before = linesOf(await bed.inventory());
    await bed.join('us-east-1', 'eu-west-1', 'ap-southeast-2');
    for (const region of ['ap-southeast-2', 'eu-west-1', 'us-east-1'])
      expect(await offboard(bed, region)).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'left' } });
    expect(linesOf(await bed.inventory())).toEqual(before);
    const { members, ids, intents, runs } = await bed.state();
    expect({ members, ids: [...ids], intents: [...intents], runs }).toEqual({ members: [], ids: [], intents: [], runs: [] });
  });

  test('and comes back', async () => {
    const bed = await testBed({ timings: QUICK });
    await bed.join('us-east-1', 'eu-west-1');
    for (let times = 0; times < 2; times += 1) {
      expect(await offboard(bed, 'eu-west-1')).toMatchObject({ status: 'SUCCEEDED' });
      await bed.join('eu-west-1');
    }
    expect(await bed.clock.runUntil(isAsDeclared(bed.landbridge, 'payments'))).toBe(true);
  });

  test('but not while it is the last that serves, nor home before the others', async () => {
    const bed = await testBed({ timings: QUICK });
    await bed.join('us-east-1');
    await bed.run('onboard-region', { fleet: 'payments', region: 'sa-east-1', role: 'client' });
    expect(await offboard(bed, 'us-east-1')).toMatchObject({
      error: 'Fault.Rejected',
      cause: expect.stringContaining('take the others out first') as string,
    });
    const client = await testBed({ timings: QUICK });
    await client.run('onboard-region', { fleet: 'payments', region: 'us-east-1', role: 'client' });
    await client.join('eu-west-1');
    const was = linesOf(await client.inventory());
    expect(await offboard(client, 'eu-west-1')).toMatchObject({
      error: 'Fault.Rejected',
      cause: expect.stringContaining('last serving member') as string,
    });
    expect(linesOf(await client.inventory())).toEqual(was);
  });
});
