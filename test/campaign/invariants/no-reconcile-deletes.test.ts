import { expect, test } from 'vitest';
import { noReconcileDeletes } from '../../../campaign/invariants/no-reconcile-deletes.ts';
import type { Run } from '../../../handlers/runtime/fleet-state.ts';
import { HOME, InvariantScene } from './scene.ts';

async function removal(purpose: Run['purpose'], action: 'remove' | 'change') {
  const scene = await InvariantScene.of(noReconcileDeletes);
  const { Vpc } = await scene.call<{ Vpc: { VpcId: string } }>('ec2', 'CreateVpc', { CidrBlock: '10.70.0.0/16' });
  await scene.store.noteRun(scene.fleet, { run: 'a', purpose, scope: {}, seenAtMs: 0, isSettled: false });
  const lease = await scene.take(`member/${HOME}`, 'a');
  await scene.announce(lease, `vpc/${HOME}`, 'ec2 deleteVpc', { action });
  await scene.call('ec2', 'DeleteVpc', { VpcId: Vpc.VpcId });
  return scene.told;
}

test('a repair and a reconcile that remove a target are told', async () => {
  for (const purpose of ['reconcile', 'repair'] as const)
    expect(await removal(purpose, 'remove')).toEqual([
      `ec2 deleteVpc in ${HOME}: the ${purpose} a removes vpc/${HOME}`,
    ]);
});

test('a departure removes, and a repair replaces', async () => {
  expect(await removal('offboard', 'remove')).toEqual([]);
  expect(await removal('repair', 'change')).toEqual([]);
});
