import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { freshRows } from '../../../control-plane/health/evidence.ts';
import type { ProbeRow } from '../../../control-plane/health/probe-row.ts';
import { BIT_IS_GOOD } from '../../../control-plane/model/agents.ts';
import { read, write } from '../../../control-plane/model/aws-call.ts';
import { converse } from '../../../handlers/runtime/caller.ts';
import { publicRequest } from '../../../simulator/data-plane/public-request.ts';
import { watchFailedRuns } from '../../../simulator/services/lambda/failed-runs.ts';
import { weatherOf } from '../../../simulator/weather/index.ts';
import type { Request } from '../../../simulator/world.ts';
import { REGIONS, type WatchedFleet, watchedFleet } from './watched-fleet.ts';

const TWO_MINUTES_MS = 120_000;

const statesIn = ({ replicas, name, bit }: ProbeRow): Record<string, string | undefined> => ({
  ...Object.fromEntries(Object.entries(replicas).map(([region, { state }]) => [region, state])),
  name: name.state,
  bit: bit?.state,
});
const ALL_WELL = Object.fromEntries([...REGIONS, 'name', 'bit'].map((what) => [what, 'well']));

const zipOf = (code: string): Uint8Array =>
  zipSync({ 'index.mjs': [new TextEncoder().encode(code), { mtime: new Date(1980, 0, 1, 12) }] });

/** Every value of one metric in a Region, minute by minute: the least, the most, and how many. */
async function statisticsOf({ clock, landbridge }: WatchedFleet, region: string, MetricName: string, sinceMs: number) {
  const { Datapoints = [] } = await clock.runUntil(
    converse(
      read(region, 'cloudwatch', 'getMetricStatistics', {
        Namespace: 'Landbridge',
        MetricName,
        Dimensions: [
          { Name: 'fleet', Value: 'payments' },
          { Name: 'member', Value: region },
        ],
        StartTime: new Date(sinceMs),
        EndTime: new Date(clock.nowMs()),
        Period: 60,
        Statistics: ['Minimum', 'Maximum', 'SampleCount'],
      }),
      landbridge.operator.call,
    ),
  );
  return Datapoints.map(({ Minimum, Maximum, SampleCount }) => [Minimum, Maximum, SampleCount]);
}

test('every member has a fresh row in every Region, and all is well', async () => {
  const bed = await watchedFleet();
  const sinceMs = bed.clock.nowMs();
  await bed.clock.runFor(TWO_MINUTES_MS);
  for (const region of REGIONS) {
    const rows = await bed.rowsIn(region);
    expect(Object.keys(rows).toSorted()).toEqual(REGIONS.toSorted());
    expect(freshRows(Object.values(rows), bed.clock.nowMs()).discounted).toEqual({});
    for (const row of Object.values(rows)) expect(statesIn(row)).toEqual(ALL_WELL);
    expect(await statisticsOf(bed, region, 'Availability', sinceMs)).toContainEqual([100, 100, 1]);
    expect(await statisticsOf(bed, region, 'WorstLink', sinceMs)).toContainEqual([100, 100, 1]);
    // One of each of the six rounds, to the replica next door.
    const latencies = await statisticsOf(bed, region, 'Latency', sinceMs);
    expect(latencies).toContainEqual([expect.any(Number), expect.any(Number), 6]);
    for (const [, most] of latencies) expect(most).toBeLessThan(100);
    // Quiet rounds say nothing: what is there is the minutes' metrics.
    const lines = await bed.linesOf(region, 'watch', sinceMs);
    expect(lines.filter((line) => !line.startsWith('{"_aws"'))).toEqual([]);
  }
  expect(bed.reported).toEqual([]);
});

test('a quiet minute of a member takes nine calls', async () => {
  const bed = await watchedFleet();
  await bed.clock.runFor(TWO_MINUTES_MS);
  const counts: Record<string, number> = {};
  bed.world.watchers.add(({ principal, operation, place }) => {
    if (principal.roleArn?.endsWith('landbridge-watch') !== true) return;
    const key = `${place.region} ${operation}`;
    counts[key] = (counts[key] ?? 0) + 1;
  });
  await bed.clock.runFor(60_000);
  expect(counts).toEqual(
    Object.fromEntries(
      REGIONS.flatMap((region) => [
        [`${region} Query`, 2],
        [`${region} Invoke`, 6],
        [`${region} BatchWriteItem`, 1],
      ]),
    ),
  );
});

test('every bit is in service for whoever asks', async () => {
  const bed = await watchedFleet();
  for (const region of REGIONS) {
    const url = `https://${await bed.idOf('bit-url', region)}/`;
    const answer = await bed.clock.runUntil(publicRequest(bed.world, { from: 'us-west-2', url }));
    expect(answer).toMatchObject({ status: 200, body: BIT_IS_GOOD });
    expect(answer).toMatchObject({ headers: { 'cache-control': 'no-store', 'x-landbridge-because': 'probes' } });
  }
});

test('a link that is gone is seen from both ends within 45 s, and reported once by each', async () => {
  const bed = await watchedFleet();
  bed.letNobodyMend();
  await bed.clock.runFor(60_000);
  const brokenAtMs = bed.clock.nowMs();
  const VpcPeeringConnectionId = await bed.idOf('peering', 'ap-southeast-2~eu-west-1');
  await bed.asStranger(write('eu-west-1', 'ec2', 'deleteVpcPeeringConnection', { VpcPeeringConnectionId }));
  await bed.clock.runFor(45_000);
  const rows = await bed.rowsIn('us-east-1');
  expect(rows['eu-west-1']?.replicas['ap-southeast-2']).toMatchObject({ state: 'sick', symptom: 'connect' });
  expect(rows['ap-southeast-2']?.replicas['eu-west-1']).toMatchObject({ state: 'sick', symptom: 'connect' });
  expect(statesIn(rows['us-east-1'] as ProbeRow)).toEqual(ALL_WELL);
  // What else each of them sees is well: the name leads its callers to the replica next door.
  expect(rows['eu-west-1']?.name.state).toBe('well');

  await bed.clock.runFor(60_000);
  for (const [bus, observer] of [
    ['us-east-1', 'ap-southeast-2'],
    ['us-east-1', 'eu-west-1'],
    ['eu-west-1', 'eu-west-1'],
  ]) {
    const told = bed.reported.filter((event) => event.bus === bus && event.observer === observer);
    const other = observer === 'eu-west-1' ? 'ap-southeast-2' : 'eu-west-1';
    expect(told).toMatchObject([{ changes: [{ about: `replica/${other}`, state: 'sick', symptom: 'connect' }] }]);
  }
  // Whom it cannot reach, it does not tell: that one has a prober of its own.
  expect(bed.reported).toHaveLength(3);
  for (const { atMs } of bed.reported) expect(atMs - brokenAtMs).toBeLessThanOrEqual(45_000);
  const said = await bed.linesOf('eu-west-1', 'watch', brokenAtMs);
  expect(
    said.filter((line) => line.includes('"health changed"')).map((line) => JSON.parse(line) as object),
  ).toMatchObject([
    { level: 'INFO', fleet: 'payments', member: 'eu-west-1', about: 'replica/ap-southeast-2', state: 'sick' },
  ]);
  expect(await statisticsOf(bed, 'eu-west-1', 'WorstLink', brokenAtMs)).toContainEqual([0, 0, 1]);
  expect(await statisticsOf(bed, 'us-east-1', 'WorstLink', brokenAtMs)).not.toContainEqual([0, 0, 1]);
});

test('however slow AWS is, and whatever is lost, no invocation runs into its time-out', async () => {
  const bed = await watchedFleet();
  bed.letNobodyMend();
  const VpcPeeringConnectionId = await bed.idOf('peering', 'ap-southeast-2~eu-west-1');
  await bed.asStranger(write('eu-west-1', 'ec2', 'deleteVpcPeeringConnection', { VpcPeeringConnectionId }));
  const failed: string[] = [];
  watchFailedRuns(bed.world, ({ functionName, errorType }) => failed.push(`${functionName}: ${errorType}`));
  const isItsOwn = ({ principal }: Request): boolean => principal.roleArn?.endsWith('landbridge-watch') === true;
  weatherOf(bed.world).slow({ share: 1, byMs: [3_000, 4_900], only: isItsOwn });
  await bed.clock.runFor(5 * 60_000);
  expect(failed).toEqual([]);
});

test('a prober with other code in it is silent, and nobody is called sick for it', async () => {
  const bed = await watchedFleet();
  bed.letNobodyMend();
  await bed.clock.runFor(60_000);
  const brokenAtMs = bed.clock.nowMs();
  await bed.asStranger(
    write('eu-west-1', 'lambda', 'updateFunctionCode', {
      FunctionName: 'landbridge-payments_probe',
      ZipFile: zipOf('export const probe = async () => ({ probes: [null, {}, {}, {}] });'),
    }),
  );
  await bed.clock.runFor(180_000);
  const rows = await bed.rowsIn('us-east-1');
  const { discounted, usable } = freshRows(Object.values(rows), bed.clock.nowMs());
  expect(Object.keys(discounted)).toEqual(['eu-west-1']);
  for (const row of usable) expect(statesIn(row)).toEqual(ALL_WELL);
  expect(statesIn(rows['eu-west-1'] as ProbeRow)).toEqual(ALL_WELL);
  expect(bed.reported).toEqual([]);
  // Nothing is measured, which is what its alarms take for trouble.
  expect(await statisticsOf(bed, 'eu-west-1', 'Availability', brokenAtMs + 60_000)).toEqual([]);
  expect(await statisticsOf(bed, 'us-east-1', 'Availability', brokenAtMs + 60_000)).toContainEqual([100, 100, 1]);
  const said = await bed.linesOf('eu-west-1', 'watch', brokenAtMs + 60_000);
  // Once a minute, and not once a round.
  expect(said.filter((line) => line.includes('the prober does not answer')).length).toBeLessThanOrEqual(3);
  expect(said.some((line) => line.includes('did not answer what it was asked'))).toBe(true);
});

test('a clock that is two minutes ahead is its own row only, and costs no round', async () => {
  const bed = await watchedFleet();
  await bed.clock.runFor(60_000);
  bed.world.outages.setSkew('eu-west-1', 120_000);
  let rounds = 0;
  bed.world.watchers.add(({ operation, place, principal }) => {
    if (
      operation === 'Invoke' &&
      place.region === 'eu-west-1' &&
      principal.roleArn?.endsWith('landbridge-watch') === true
    )
      rounds += 1;
  });
  await bed.clock.runFor(TWO_MINUTES_MS);
  const nowMs = bed.clock.nowMs();
  const { discounted, usable } = freshRows(Object.values(await bed.rowsIn('us-east-1')), nowMs);
  expect(discounted).toEqual({ 'eu-west-1': expect.stringContaining('a clock is off') });
  for (const row of usable) expect(statesIn(row)).toEqual(ALL_WELL);
  expect(rounds).toBeGreaterThanOrEqual(11);
  expect(bed.reported).toEqual([]);
});

test('a dark standby holds nobody up: the others see it within 45 s, and home is told', async () => {
  const bed = await watchedFleet();
  bed.letNobodyMend();
  await bed.clock.runFor(60_000);
  const darkAtMs = bed.clock.nowMs();
  bed.world.outages.darken('eu-west-1');
  await bed.clock.runFor(45_000);
  const rows = await bed.rowsIn('us-east-1');
  for (const observer of ['us-east-1', 'ap-southeast-2'])
    expect(rows[observer]?.replicas).toMatchObject({ 'eu-west-1': { state: 'sick' }, [observer]: { state: 'well' } });
  expect(bed.reported.map(({ bus, observer }) => `${observer} ${bus}`).toSorted()).toEqual([
    'ap-southeast-2 us-east-1',
    'us-east-1 us-east-1',
  ]);
  await bed.clock.runFor(60_000);
  const said = await bed.linesOf('ap-southeast-2', 'watch', darkAtMs);
  expect(said.filter((line) => line.includes('a bus did not answer'))).toHaveLength(0);
  // Bad rounds are written as they happen: every ten seconds, whatever else hangs.
  const { 'ap-southeast-2': row } = await bed.rowsIn('us-east-1');
  expect(bed.clock.nowMs() - (row?.atMs ?? 0)).toBeLessThan(12_000);
  expect(row?.replicas['eu-west-1']?.recent).toMatch(/x{10}$/);
});

test('a prober that its own group lets nowhere sees nothing, and nobody else is any worse', async () => {
  const bed = await watchedFleet();
  bed.letNobodyMend();
  const { SecurityGroups = [] } = await bed.asStranger(
    read('eu-west-1', 'ec2', 'describeSecurityGroups', {
      GroupIds: [await bed.idOf('security-group', 'eu-west-1/probe')],
    }),
  );
  const [group] = SecurityGroups;
  await bed.asStranger(
    write('eu-west-1', 'ec2', 'revokeSecurityGroupEgress', {
      GroupId: group?.GroupId,
      IpPermissions: group?.IpPermissionsEgress,
    }),
  );
  await bed.clock.runFor(60_000);
  const rows = await bed.rowsIn('us-east-1');
  expect(statesIn(rows['eu-west-1'] as ProbeRow)).toEqual({
    ...Object.fromEntries([...REGIONS, 'name'].map((what) => [what, 'sick'])),
    bit: 'well',
  });
  expect(statesIn(rows['us-east-1'] as ProbeRow)).toEqual(ALL_WELL);
});

test('a replica that takes five seconds is slow for everybody, and the beat goes on', async () => {
  const bed = await watchedFleet();
  bed.letNobodyMend();
  await bed.asStranger(
    write('ap-southeast-2', 'lambda', 'updateFunctionCode', {
      FunctionName: await bed.idOf('function', 'ap-southeast-2/payments'),
      ZipFile: zipOf(
        'export const handler = async () => { await new Promise((r) => setTimeout(r, 5000)); return { statusCode: 200, body: "{}" }; };',
      ),
    }),
  );
  await bed.clock.runFor(60_000);
  const rows = await bed.rowsIn('us-east-1');
  for (const observer of REGIONS)
    expect(rows[observer]?.replicas['ap-southeast-2']).toMatchObject({
      state: 'sick',
      symptom: 'slow',
      latencyMs: 2_000,
    });
  expect(rows['us-east-1']?.replicas['eu-west-1']?.state).toBe('well');
});

test('begun late, it makes fewer rounds; with a clock that is off, all of them', async () => {
  const bed = await watchedFleet();
  const roundsWhenLateBy = async (lateMs: number): Promise<unknown> => {
    const time = new Date(bed.clock.nowMs() - lateMs).toISOString();
    const invoking = converse(
      write('us-east-1', 'lambda', 'invoke', {
        FunctionName: 'landbridge-payments_watch',
        Payload: JSON.stringify({ time }),
      }),
      bed.landbridge.operator.call,
    );
    const { Payload } = await bed.clock.runUntil(invoking);
    return JSON.parse(new TextDecoder().decode(Payload)) as unknown;
  };
  expect(await roundsWhenLateBy(0)).toEqual({ rounds: 6 });
  expect(await roundsWhenLateBy(2_500)).toEqual({ rounds: 6 });
  expect(await roundsWhenLateBy(30_000)).toEqual({ rounds: 3 });
  expect(await roundsWhenLateBy(59_000)).toEqual({ rounds: 0 });
  expect(await roundsWhenLateBy(-45_000)).toEqual({ rounds: 6 });
  expect(await roundsWhenLateBy(120_000)).toEqual({ rounds: 6 });
});
