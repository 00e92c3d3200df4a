import { expect, test } from 'vitest';
import { endsAsDeclared } from '../../../campaign/invariants/ends-as-declared.ts';
import { InvariantScene } from './scene.ts';

test('a world that has come to rest is fine, and one that has not is told with what is undone', async () => {
  const scene = await InvariantScene.of(endsAsDeclared);
  expect(await scene.end()).toEqual([]);
  await scene.end({ settledAtMs: undefined, undone: ['endpoint/eu-west-1 drifts'] });
  expect(scene.told.join()).toContain('endpoint/eu-west-1 drifts');
});
