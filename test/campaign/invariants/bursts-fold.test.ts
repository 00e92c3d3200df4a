import { expect, test } from 'vitest';
import { burstsFold } from '../../../campaign/invariants/bursts-fold.ts';
import { ACCOUNT } from '../../../local/virtual-bed.ts';
import { functionOf, HOME, InvariantScene } from './scene.ts';

const EUROPE = { scope: { regions: ['eu-west-1'] } };
const LATER = '2030-01-01T00:00:00.000Z';

/** A scene, and a start of a reconcile in it, by what turns events into runs unless somebody else is named. */
async function starter() {
  const scene = await InvariantScene.of(burstsFold);
  const start = (name: string, more: object = {}, by = 'on-signal') =>
    scene.call(
      'sfn',
      'StartExecution',
      {
        stateMachineArn: `arn:aws:states:${HOME}:${ACCOUNT}:stateMachine:landbridge-reconcile`,
        name,
        input: JSON.stringify({ fleet: scene.fleet, ...more }),
      },
      { by: functionOf(by) },
    );
  return { scene, start };
}

test('the fourth run that begins to look at the same scope within ten seconds is told', async () => {
  const { scene, start } = await starter();
  for (const name of ['a', 'b', 'c']) await start(name, EUROPE);
  expect(scene.told).toEqual([]);
  await start('d', EUROPE);
  expect(scene.told).toEqual([
    `on-signal began 4 runs of landbridge-reconcile of ${scene.fleet} {"regions":["eu-west-1"]} within 10 s`,
  ]);
});

test('scopes and starters are counted apart, and whoever is no starter of runs by events not at all', async () => {
  const { scene, start } = await starter();
  for (const name of ['a', 'b', 'c']) await start(name, EUROPE);
  for (const name of ['d', 'e', 'f']) await start(name);
  for (const name of ['g', 'h', 'i', 'j']) await start(name, EUROPE, 'sweep');
  expect(scene.told).toEqual([]);
});

test('one that was begun already is not another, one that waits has not begun, and ten seconds later is another burst', async () => {
  const { scene, start } = await starter();
  for (const name of ['a', 'a', 'b', 'c', 'c']) await start(name, EUROPE);
  await start('d', { ...EUROPE, notBefore: LATER });
  await scene.bed.clock.runFor(10_000);
  await start('e', EUROPE);
  expect(scene.told).toEqual([]);
});

test('a start that was refused has begun nothing', async () => {
  const { scene, start } = await starter();
  for (const name of ['a', 'b', 'c']) await start(name, EUROPE);
  // The name is taken, by a run of something else.
  await expect(start('a', { ...EUROPE, signal: 'another' })).rejects.toThrow();
  expect(scene.told).toEqual([]);
});
