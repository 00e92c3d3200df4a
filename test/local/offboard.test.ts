import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { describe, expect, test } from 'vitest';
import { read, write } from '../../control-plane/model/aws-call.ts';
import { callersIn } from '../../local/callers.ts';
import { linesOf } from '../../local/inventory.ts';
import { isAsDeclared } from '../../local/scenario.ts';
import { QUICK, type TestBed, testBed } from '../support/landbridge.ts';

const URL = 'https://api.payments.example.com/health';
const MINUTE_MS = 60_000;
/** Of the example fleet. */
const STANDBY = 'eu-west-1';

const vpcOf = async (bed: TestBed, region: string): Promise<string> =>
  (await bed.state()).ids.get(`vpc/${region}`) ?? '';

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

    const { status, output, arn } = await offboard(bed, leaving);
    await bed.clock.runFor(10 * MINUTE_MS);

    expect({ status, output }).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'left' } });
    const { sent, lostBy } = callers.tolls();
    expect(sent).toBeGreaterThan(2_000);
    expect(lostBy, 'not one request').toEqual({});
    const named = [leaving, vpcId, cidr];
    // Who is to take over from home is the fleet file's to say, member or not; and Route 53 checks from where it checks.
    const elsewhere = /"LANDBRIDGE_STANDBY":"[^"]*"|"Regions":\[[^\]]*\]|"Replicas":\[[^\]]*\]/g;
    // The deployment's own table stays in the standby.
    const isDeployed = (line: string): boolean => line.startsWith(`${STANDBY} table landbridge-state`);
    const lines = linesOf(await bed.inventory())
      .filter((line) => !isDeployed(line))
      .map((line) => line.replaceAll(elsewhere, ''));
    const traces = lines.filter((line) => named.some((name) => line.includes(name)));
    expect(traces, 'nothing is there, and nothing elsewhere leads there').toEqual([]);
    const proofs = (await bed.journal()).filter(({ what, run }) => what === 'proof' && run === arn.split(':').at(-1));
    expect(
      proofs.map(({ says }) => says),
      'before anything was removed',
    ).toEqual([`requests from 3 members: none was answered by ${leaving}`]);
    const { members: left, ids, intents, runs } = await bed.state();
    expect(left.map(({ region }) => region)).toEqual(staying);
    expect([...ids.keys(), ...intents.keys()].filter((key) => key.includes(leaving))).toEqual([]);
    expect(runs).toEqual([]);
    expect(await bed.clock.runUntil(isAsDeclared(bed.landbridge, 'payments'))).toBe(true);
  });

  test('one after the other, home last, until the world is as it was before the first', async () => {
    const bed = await testBed({ timings: QUICK });
    await bed.clock.runFor(MINUTE_MS);
    const before = linesOf(await bed.inventory());
    await bed.join('us-east-1', 'eu-west-1', 'ap-southeast-2');
    for (const region of ['ap-southeast-2', 'eu-west-1', 'us-east-1'])
      expect(await offboard(bed, region)).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'left' } });
    expect(linesOf(await bed.inventory())).toEqual(before);
    const { members, ids, intents, runs } = await bed.state();
    expect({ members, ids: [...ids], intents: [...intents], runs }).toEqual({
      members: [],
      ids: [],
      intents: [],
      runs: [],
    });
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

describe('the last one who answers anybody', () => {
  const MINUTES = { policy: 'last-healthy-member', by: 'olga', why: 'it corrupts payments', minutes: 15 };

  test('does not leave while the others are out of service, unless somebody answers for it', async () => {
    const bed = await testBed({ timings: QUICK });
    await bed.join('us-east-1', 'eu-west-1');
    await bed.clock.runFor(3 * MINUTE_MS);
    const out = await bed.run('evacuate-region', { fleet: 'payments', region: 'us-east-1', by: 'olga' });
    expect(out).toMatchObject({ status: 'SUCCEEDED' });
    const refused = await offboard(bed, 'eu-west-1');
    expect(refused).toMatchObject({ status: 'FAILED', error: 'Fault.Rejected' });
    expect(refused.cause).toMatch(/^last-healthy-member: no serving member but eu-west-1 is in service and well: /);
    expect(refused.cause).toContain('{"override":{"policy":"last-healthy-member"');
    const { members } = await bed.state();
    expect(
      members.map(({ phase }) => phase),
      'nothing was changed',
    ).toEqual(['joined', 'joined']);

    const input = { fleet: 'payments', region: 'eu-west-1', by: 'olga', override: MINUTES };
    const left = await bed.run('offboard-region', input);
    expect(left).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'left' } });
    const said = (await bed.journal()).filter(({ what }) => what === 'override').map(({ says }) => says);
    expect(said[0]).toBe(
      'olga overrides last-healthy-member for offboard eu-west-1, for 15 minutes: it corrupts payments',
    );
    expect(said[1]).toContain(
      'offboard eu-west-1 goes through over last-healthy-member, for which olga answers until ',
    );
  });
});

/** A route and a record of a stranger's beside ours, and one of each standing exactly where ours should. */
function* strangersThings(table: string, vpcId: string, zone: string) {
  const { InternetGateway } = yield* write('us-east-1', 'ec2', 'createInternetGateway', {});
  const gateway = { InternetGatewayId: InternetGateway?.InternetGatewayId };
  yield* write('us-east-1', 'ec2', 'attachInternetGateway', { ...gateway, VpcId: vpcId });
  for (const DestinationCidrBlock of ['172.16.0.0/16', '10.80.0.0/16'])
    yield* write('us-east-1', 'ec2', 'createRoute', {
      RouteTableId: table,
      DestinationCidrBlock,
      GatewayId: gateway.InternetGatewayId,
    });
  const theirs = (Name: string): ResourceRecordSet => ({
    Name,
    Type: 'A',
    TTL: 60,
    ResourceRecords: [{ Value: '192.0.2.7' }],
  });
  for (const record of [
    theirs('other.api.payments.example.com'),
    { ...theirs('api.payments.example.com'), SetIdentifier: 'mine', Region: 'ap-southeast-2' as const },
  ])
    yield* write('us-east-1', 'route-53', 'changeResourceRecordSets', {
      HostedZoneId: zone,
      ChangeBatch: { Changes: [{ Action: 'CREATE', ResourceRecordSet: record }] },
    });
  return gateway.InternetGatewayId ?? '';
}

/** The stranger's routes and records as they are now. */
function* whatTheyHave(table: string, zone: string, gateway: string) {
  const { RouteTables = [] } = yield* read('us-east-1', 'ec2', 'describeRouteTables', { RouteTableIds: [table] });
  const { ResourceRecordSets = [] } = yield* read('us-east-1', 'route-53', 'listResourceRecordSets', {
    HostedZoneId: zone,
  });
  return {
    routes: RouteTables[0]?.Routes?.filter(({ GatewayId }) => GatewayId === gateway),
    records: ResourceRecordSets.filter(
      ({ Name, SetIdentifier }) => Name?.startsWith('other') || SetIdentifier === 'mine',
    ),
  };
}

test('what somebody else made is neither changed nor deleted by anything, and is named', async () => {
  const bed = await testBed({ timings: QUICK });
  await bed.join('us-east-1', 'eu-west-1');
  const { ids } = await bed.state();
  const table = ids.get('route-table/us-east-1/main') ?? '';
  const zone = ids.get('view/us-east-1') ?? '';
  const gateway = await bed.asStranger(strangersThings(table, ids.get('vpc/us-east-1') ?? '', zone));
  const theirs = await bed.asStranger(whatTheyHave(table, zone, gateway));
  expect(theirs).toMatchObject({ routes: [{}, {}], records: [{}, {}] });
  const untouched = async (by: string): Promise<void> =>
    expect(await bed.asStranger(whatTheyHave(table, zone, gateway)), by).toEqual(theirs);

  const inTheWay = `${table} sends 10.80.0.0/16 to ${gateway}, which is not the fleet's`;
  const beside = "api.payments.example.com. A mine, other.api.payments.example.com. A is not the fleet's";
  const input = { fleet: 'payments', region: 'ap-southeast-2', role: 'serving', cidr: '10.80.0.0/16' };
  expect(await bed.run('onboard-region', input)).toMatchObject({
    status: 'FAILED',
    error: 'NotAsDeclared',
    cause: expect.stringContaining(inTheWay) as string,
  });
  await untouched('a join');
  await bed.clock.runFor(10 * MINUTE_MS);
  await untouched('the sweep');
  expect(await bed.run('reconcile', { fleet: 'payments' })).toMatchObject({ status: 'SUCCEEDED' });
  await untouched('a reconcile');
  const findings = (await bed.journal()).filter(({ finding }) => finding === 'conflict').map(({ says }) => says);
  for (const named of [inTheWay, beside]) expect(findings).toContainEqual(expect.stringContaining(named));

  for (const region of ['ap-southeast-2', 'eu-west-1'])
    expect(await offboard(bed, region)).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'left' } });
  await untouched('others that leave');
  const last = await offboard(bed, 'us-east-1');
  expect(last.cause).toContain(`${table} holds routes that are not the fleet's, and is kept for them: `);
  expect(last.cause).toContain(`${beside}, and its zone is kept for it`);
  await untouched('the Region itself that leaves');
});
