import { expect, test } from 'vitest';
import { write } from '../../../control-plane/model/aws-call.ts';
import { endingOf, goUnder, inputOf, isResourceWrite, journeys, Reaper } from '../../support/deaths.ts';
import { QUICK, testBed } from '../../support/landbridge.ts';

test('an execution that was stopped while its handler held leases is taken over by the next', async () => {
  const journey = journeys.thirdJoins;
  const undisturbed = await endingOf(await goUnder(new Reaper(isResourceWrite), journey));
  const reaper = new Reaper(isResourceWrite, 'dies after', 8);
  const bed = await testBed({ timings: QUICK });
  await bed.join(...journey.settled);
  reaper.arm(bed.world);
  const executionArn = await bed.clock.runUntil(bed.landbridge.start('onboard-region', inputOf(journey)));
  while (reaper.counted.length < 8) await bed.clock.runFor(500);
  await bed.asStranger(write('us-east-1', 'sfn', 'stopExecution', { executionArn }));
  const { status, output } = await bed.run('onboard-region', inputOf(journey));
  expect({ status, output }).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'joined' } });
  expect(await endingOf(bed)).toEqual(undisturbed);
});
