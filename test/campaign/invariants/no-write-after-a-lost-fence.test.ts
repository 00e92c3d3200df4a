import { expect, test } from 'vitest';
import { noWriteAfterALostFence } from '../../../campaign/invariants/no-write-after-a-lost-fence.ts';
import { Leases } from '../../../handlers/runtime/lease.ts';
import { HOME, InvariantScene } from './scene.ts';

const VPC = { CidrBlock: '10.70.0.0/16' };

async function announced() {
  const scene = await InvariantScene.of(noWriteAfterALostFence);
  const lease = await scene.take(`member/${HOME}`, 'a');
  await scene.announce(lease, `vpc/${HOME}`, 'ec2 createVpc');
  return { scene, lease };
}

test('a write under a lease that is held is fine', async () => {
  const { scene } = await announced();
  await scene.call('ec2', 'CreateVpc', VPC);
  expect(scene.told).toEqual([]);
});

test('a write after somebody else has taken the lease is told', async () => {
  const { scene } = await announced();
  await scene.bed.clock.runFor(6 * 60_000);
  await scene.take(`member/${HOME}`, 'b');
  await scene.call('ec2', 'CreateVpc', VPC);
  expect(scene.told).toHaveLength(1);
  expect(scene.told[0]).toContain("it is b's under 2");
});

test('a write after the lease has run out is told, whoever has it', async () => {
  const { scene } = await announced();
  await scene.bed.clock.runFor(5 * 60_000 + 1);
  await scene.call('ec2', 'CreateVpc', VPC);
  expect(scene.told).toHaveLength(1);
});

test('a write after the lease was given back is told', async () => {
  const { scene, lease } = await announced();
  await new Leases(scene.runtime, scene.fleet).release(lease);
  await scene.call('ec2', 'CreateVpc', VPC);
  expect(scene.told).toHaveLength(1);
  expect(scene.told[0]).toContain("nobody's");
});
