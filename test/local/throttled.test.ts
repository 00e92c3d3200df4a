import { expect, test } from 'vitest';
import { Fault } from '../../control-plane/model/faults.ts';
import { deleteStage } from '../../local/breakages.ts';
import { QUICK, testBed } from '../support/landbridge.ts';

const MINUTE_MS = 60_000;

test('what AWS has no time for is tried again and again, and the budget of repairs is not spent on it', async () => {
  let isBusy = false;
  let refused = 0;
  const bed = await testBed({
    timings: QUICK,
    around: (caller) => (call) => {
      if (!isBusy || call.access === 'read' || call.service !== 'api-gateway') return caller(call);
      refused += 1;
      return Promise.reject(new Fault('Throttled', 'TooManyRequestsException: Too Many Requests'));
    },
  });
  await bed.join('us-east-1');
  const { ids } = await bed.state();
  isBusy = true;
  await bed.asStranger(deleteStage('us-east-1', ids.get('rest-api/us-east-1') ?? '', bed.fleet.api.stage));
  await bed.clock.runFor(2 * MINUTE_MS);
  expect(refused).toBeGreaterThan(bed.fleet.policies.repairsPerHour);
  expect((await bed.state()).repairsAtMs).toEqual({});
  isBusy = false;
  await bed.clock.runFor(5 * MINUTE_MS);
  expect(Object.keys((await bed.state()).repairsAtMs).toSorted()).toEqual([
    'base-path-mapping/us-east-1',
    'stage/us-east-1',
  ]);
});
