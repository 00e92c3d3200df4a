import { expect, test } from 'vitest';
import { waitsForSomething } from '../../../campaign/invariants/waits-for-something.ts';
import { ACCOUNT } from '../../../local/virtual-bed.ts';
import { attachHostCode } from '../../../simulator/services/lambda/host.ts';
import { functionOf, HOME, InvariantScene } from './scene.ts';

const WAITS = { run: 'a', purpose: 'repair', decision: 'wait', says: '' };

/** Looks that ended so, one after the other. */
async function looked(...answers: readonly object[]): Promise<readonly string[]> {
  const scene = await InvariantScene.of(waitsForSomething);
  for (const answer of answers) {
    attachHostCode(scene.bed.world, `arn:aws:lambda:${HOME}:${ACCOUNT}:function:landbridge-look`, async () => answer);
    await scene.bed.clock.runUntil(
      scene.call(
        'lambda',
        'Invoke',
        { FunctionName: 'landbridge-look', Payload: '{}' },
        { by: functionOf('workflow') },
      ),
    );
  }
  return scene.told;
}

test('a repair and a reconcile that wait for nothing that they can name are told, each run once', async () => {
  expect(await looked(WAITS, WAITS, { ...WAITS, run: 'b', purpose: 'reconcile' })).toEqual([
    'the repair a waits, and for nothing that it can name',
    'the reconcile b waits, and for nothing that it can name',
  ]);
});

test('one that names what it waits for, or does not wait, is fine', async () => {
  expect(await looked({ ...WAITS, says: 'endpoint/eu-west-1 is pending' }, { ...WAITS, decision: 'settled' })).toEqual(
    [],
  );
});

test('a join and a departure wait until everything of their member can be seen', async () => {
  expect(await looked({ ...WAITS, purpose: 'onboard' }, { ...WAITS, purpose: 'offboard' })).toEqual([]);
});
