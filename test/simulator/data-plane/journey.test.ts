import { expect, test } from 'vitest';
import { hopNames } from '../../../simulator/data-plane/journey.ts';
import { request } from '../../../simulator/data-plane/request.ts';
import { JoinedRegions, STAGE } from '../../support/joined-regions.ts';
import { THERE } from './breakage.ts';

test('with nothing broken every hop is passed, in order', async () => {
  const joined = await JoinedRegions.settled();
  const whole = await request(joined.world, joined.asked());
  expect(whole.hops.filter(({ ok }) => !ok)).toEqual([]);
  expect(whole).toMatchObject({
    outcome: 'answered',
    status: 200,
    answeredBy: { region: THERE, stage: STAGE, functionName: 'greet' },
  });
  const order = whole.hops.map(({ hop }) => hopNames.indexOf(hop));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(hopNames.filter((name) => !whole.hops.some(({ hop }) => hop === name))).toEqual(['throttle']);
});
