import { expect, test } from 'vitest';
import { isAsDeclared } from '../../local/scenario.ts';
import { awsTimings } from '../../simulator/timings.ts';
import { testBed } from '../support/landbridge.ts';

test('three Regions join side by side and are one fleet', async () => {
  const bed = await testBed();
  await bed.join('us-east-1', 'eu-west-1', 'ap-southeast-2');
  expect(await bed.clock.runUntil(isAsDeclared(bed.landbridge, 'payments'))).toBe(true);
  const { members } = await bed.clock.runUntil(bed.store().load('payments'));
  expect(members.map(({ region, phase, inTraffic }) => [region, phase, inTraffic])).toEqual([
    ['us-east-1', 'joined', true],
    ['eu-west-1', 'joined', true],
    ['ap-southeast-2', 'joined', true],
  ]);
});

const ONBOARD_MAY_TAKE_MINUTES = 180;

test('four Regions join side by side, though replicas come one at a time and take ten minutes each', async () => {
  const bed = await testBed({ timings: { replicaActiveMs: awsTimings.replicaActiveMs } });
  const beganMs = bed.clock.nowMs();
  await bed.join('us-east-1', 'ap-southeast-2', 'sa-east-1', 'ca-central-1');
  const minutes = (bed.clock.nowMs() - beganMs) / 60_000;
  expect(minutes).toBeLessThan(ONBOARD_MAY_TAKE_MINUTES / 4);
  expect(await bed.clock.runUntil(isAsDeclared(bed.landbridge, 'payments'))).toBe(true);
  const replicas = (await bed.journal()).filter(({ target }) => target?.startsWith('state-replica/'));
  // Three were asked for once and marked once: nobody was refused, and no round failed.
  expect(replicas.map(({ outcome }) => outcome)).toEqual(Array(6).fill('done'));
});
