import { expect, test } from 'vitest';
import { foreignUntouched } from '../../../campaign/invariants/foreign-untouched.ts';
import { ec2Home } from '../../../simulator/services/ec2/state.ts';
import { known } from '../../support/known.ts';
import { HOME, InvariantScene, stranger } from './scene.ts';

const BLOCK = '10.64.0.0/16';

/** A world with strangers in it, and the id of their VPC. */
async function amongStrangers() {
  const scene = await InvariantScene.of(foreignUntouched);
  const { clock, world } = scene.bed;
  await clock.runFor(60_000);
  const { Vpcs } = await scene.call<{ Vpcs: { VpcId: string; CidrBlock: string }[] }>('ec2', 'DescribeVpcs', {});
  expect(world.placesOf(ec2Home).map(({ region }) => region)).toContain(HOME);
  return { scene, vpcId: known(Vpcs.find(({ CidrBlock }) => CidrBlock === BLOCK)).VpcId };
}
const tag = (vpcId: string) => ({ Resources: [vpcId], Tags: [{ Key: 'owner', Value: 'nobody' }] });

test('strangers and the fleet side by side', async () => {
  const { scene } = await amongStrangers();
  await scene.call('ec2', 'CreateVpc', { CidrBlock: BLOCK });
  expect(await scene.end()).toEqual([]);
});

test('a call of ours that names a stranger is told, whether or not it takes place', async () => {
  const { scene, vpcId } = await amongStrangers();
  await scene.call('ec2', 'DeleteVpc', { VpcId: vpcId }).catch(() => undefined);
  const Resource = `arn:aws:ec2:${HOME}:111122223333:vpc/${vpcId}`;
  await scene.call('ec2', 'CreateTags', { ...tag(vpcId), Resources: [Resource] }).catch(() => undefined);
  expect(scene.told).toEqual([
    `ec2 deleteVpc in ${HOME} by apply-plan names ${vpcId}, a stranger's`,
    `ec2 createTags in ${HOME} by apply-plan names ${vpcId}, a stranger's`,
  ]);
});

test('one that is not what it was is told at the end, however it came about', async () => {
  const { scene, vpcId } = await amongStrangers();
  await scene.call('ec2', 'CreateTags', tag(vpcId), { by: stranger });
  const told = await scene.end();
  expect(told).toHaveLength(1);
  expect(told[0]).toContain(`a stranger's is not what it was: ${HOME} vpc ${vpcId}`);
});
