import { expect, test } from 'vitest';
import { deleteStage } from '../../local/breakages.ts';
import { AwsError } from '../../simulator/aws-error.ts';
import { known } from '../support/known.ts';
import { QUICK, testBed } from '../support/landbridge.ts';

const MINUTE_MS = 60_000;

test('a fleet whose run cannot be started is in the way of no other fleet', async () => {
  let swept = 0;
  const bed = await testBed({
    timings: QUICK,
    around: (caller) => (call) => {
      if (call.method === 'query' && JSON.stringify(call.input).includes('"fleet#zebra"')) swept += 1;
      return caller(call);
    },
  });
  await bed.join('us-east-1');
  await bed.clock.runUntil(bed.store().put({ ...bed.fleet, name: 'zebra' }));
  let refused = 0;
  bed.world.weather = {
    before({ operation, input }) {
      const isOfRun = operation === 'StartExecution' && !JSON.stringify(input).includes('landbridge-sweep');
      if (!isOfRun) return;
      refused += 1;
      throw new AwsError('ThrottlingException', 'Rate exceeded');
    },
  };
  const { ids } = await bed.state();
  const restApiId = known(ids.get('rest-api/us-east-1'));
  await bed.asStranger(deleteStage('us-east-1', restApiId, bed.fleet.api.stage));
  swept = 0;
  await bed.clock.runFor(5 * MINUTE_MS);
  expect(refused).toBeGreaterThan(0);
  expect(swept).toBeGreaterThanOrEqual(4);
});
