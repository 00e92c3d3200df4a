import { expect, test } from 'vitest';
import { isAsDeclared } from '../../local/scenario.ts';
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
