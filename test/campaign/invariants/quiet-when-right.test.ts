import { expect, test } from 'vitest';
import { quietWhenRight } from '../../../campaign/invariants/quiet-when-right.ts';
import { InvariantScene, stranger } from './scene.ts';

const VPC = { CidrBlock: '10.70.0.0/16' };

test('a write after everything was right is told; one before it, and one of a stranger, are not', async () => {
  const scene = await InvariantScene.of(quietWhenRight);
  const { clock } = scene.bed;
  await scene.call('ec2', 'CreateVpc', VPC);
  await clock.runFor(60_000);
  const settledAtMs = clock.nowMs();
  await clock.runFor(60_000);
  await scene.call('ec2', 'CreateVpc', VPC, { by: stranger });
  expect(await scene.end({ settledAtMs })).toEqual([]);
  await scene.call('ec2', 'CreateVpc', VPC);
  expect(await scene.end({ settledAtMs })).toEqual([
    '1 writes after everything was as declared: ec2 createVpc in us-east-1 after 60 s',
  ]);
});
