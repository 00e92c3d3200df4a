import { expect, test } from 'vitest';
import { noUnhandledFailure } from '../../../campaign/invariants/no-unhandled-failure.ts';
import { Fault } from '../../../control-plane/model/faults.ts';
import { attachHostCode } from '../../../simulator/services/lambda/host.ts';
import { HOME, InvariantScene } from './scene.ts';

class Killed extends Error {
  override readonly name = 'Runtime.ExitError';
}

async function ended(error: Error, type: 'RequestResponse' | 'Event' = 'RequestResponse') {
  const scene = await InvariantScene.of(noUnhandledFailure);
  const { world, clock } = scene.bed;
  attachHostCode(world, `arn:aws:lambda:${HOME}:${world.account}:function:landbridge-on-health`, async () => {
    throw error;
  });
  await scene.call('lambda', 'Invoke', { FunctionName: 'landbridge-on-health', InvocationType: type });
  await clock.runFor(1_000);
  return scene.told;
}

test('an error that has no name is told, whoever waits for it', async () => {
  const told = [`landbridge-on-health in ${HOME} ended with TypeError: it is undefined`];
  expect(await ended(new TypeError('it is undefined'))).toEqual(told);
  expect(await ended(new TypeError('it is undefined'), 'Event')).toEqual(told);
});

test('faults are answers, and who was killed made no mistake', async () => {
  expect(await ended(new Fault('Conflict', 'look again'))).toEqual([]);
  expect(await ended(new Killed('signal: killed'))).toEqual([]);
});
