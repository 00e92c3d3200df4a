import { describe, expect, test } from 'vitest';
import { made, noResourceOutsideTheJournal } from '../../../campaign/invariants/no-resource-outside-the-journal.ts';
import { createsOf } from './creates.ts';
import { HOME, InvariantScene } from './scene.ts';

const KEY = `vpc/${HOME}` as const;

async function vpcMade() {
  const scene = await InvariantScene.of(noResourceOutsideTheJournal);
  const lease = await scene.take(`member/${HOME}`, 'a');
  await scene.announce(lease, KEY, 'ec2 createVpc');
  const { Vpc } = await scene.call<{ Vpc: { VpcId: string } }>('ec2', 'CreateVpc', { CidrBlock: '10.70.0.0/16' });
  return { scene, vpcId: Vpc.VpcId };
}
const close = async (scene: InvariantScene) => {
  await scene.store.closeIntents(scene.fleet, [KEY]);
  await scene.bed.clock.runFor(1);
};

describe('no resource outside the journal', () => {
  test('what was made and is remembered before its intent is closed is fine', async () => {
    const { scene, vpcId } = await vpcMade();
    await scene.store.remember(scene.fleet, { ids: new Map([[KEY, vpcId]]) });
    await close(scene);
    expect(await scene.end()).toEqual([]);
  });

  test('what is forgotten when its intent is closed is told, and again at the end', async () => {
    const { scene, vpcId } = await vpcMade();
    await close(scene);
    expect(await scene.end()).toEqual([
      `${vpcId}, made by ec2 createVpc in ${HOME} for ${KEY}, is known to nobody: its intent was closed`,
      `${vpcId}, made by ec2 createVpc in ${HOME}, stands at the end and is known to nobody`,
    ]);
  });

  test('what somebody has deleted meanwhile is not missed', async () => {
    const { scene, vpcId } = await vpcMade();
    await scene.call('ec2', 'DeleteVpc', { VpcId: vpcId });
    await close(scene);
    expect(await scene.end()).toEqual([]);
  });

  test('what is known and does not stand is told', async () => {
    const { scene } = await vpcMade();
    await scene.store.remember(scene.fleet, { ids: new Map([[KEY, 'vpc-0123456789abcdef0']]) });
    expect((await scene.end()).at(-1)).toBe(`${KEY} is known as vpc-0123456789abcdef0, which does not exist`);
  });

  test('whatever a kind may create is known here, or has no life of its own', () => {
    expect(createsOf()).toContain('CreateVpc');
    const parts = new Set(['CreateTags', 'CreateRoute', 'CreateDeployment', 'CreateBasePathMapping', 'CreateLogGroup']);
    expect(createsOf().filter((operation) => made[operation] === undefined && !parts.has(operation))).toEqual([]);
  });
});
