import { expect, test } from 'vitest';
import { oneWriter } from '../../../campaign/invariants/one-writer.ts';
import { LEASE_SK } from '../../../handlers/runtime/fleet-rows.ts';
import { Leases } from '../../../handlers/runtime/lease.ts';
import { PlanStore } from '../../../handlers/runtime/plan-store.ts';
import { HOME, InvariantScene } from './scene.ts';

const VPC = { CidrBlock: '10.70.0.0/16' };

test('a write that was announced under a lease is nobody else’s', async () => {
  const scene = await InvariantScene.of(oneWriter);
  const lease = await scene.take(`member/${HOME}`, 'a');
  await scene.announce(lease, `vpc/${HOME}`, 'ec2 createVpc');
  await scene.call('ec2', 'CreateVpc', VPC);
  expect(scene.told).toEqual([]);
});

test('a write that nobody announced is told, and an announcement is good for one write', async () => {
  const scene = await InvariantScene.of(oneWriter);
  await scene.call('ec2', 'CreateVpc', VPC);
  expect(scene.told).toEqual([`ec2 createVpc in ${HOME} was announced by no intent`]);
  const lease = await scene.take(`member/${HOME}`, 'a');
  await scene.announce(lease, `vpc/${HOME}`, 'ec2 createVpc');
  await scene.call('ec2', 'CreateVpc', VPC);
  await scene.call('ec2', 'CreateVpc', VPC);
  expect(scene.told).toHaveLength(2);
});

test('two who announce a call of the same name at once each have their own, whoever makes it first', async () => {
  const scene = await InvariantScene.of(oneWriter);
  const KEYS = [`vpc/${HOME}`, 'vpc/eu-west-1'] as const;
  for (const key of KEYS) await scene.announce(await scene.take(`member/${key}`, key), key, 'ec2 createVpc');
  for (const key of KEYS.toReversed()) {
    const Tags = [{ Key: 'Name', Value: `landbridge payments ${key}` }];
    await scene.call('ec2', 'CreateVpc', { ...VPC, TagSpecifications: [{ ResourceType: 'vpc', Tags }] });
    await scene.store.closeIntents(scene.fleet, [key]);
  }
  expect(scene.told).toEqual([]);
});

test('two runs that write under one fence are told', async () => {
  const scene = await InvariantScene.of(oneWriter);
  const lease = await scene.take(`member/${HOME}`, 'a');
  for (const run of ['a', 'b']) {
    await scene.announce(lease, `vpc/${HOME}`, 'ec2 createVpc', { run });
    await scene.call('ec2', 'CreateVpc', VPC);
  }
  expect(scene.told).toEqual([
    `ec2 createVpc in ${HOME} by b under fence 1 of member/${HOME}, under which a has written`,
  ]);
});

test('a fence that goes down, and a lease that changes hands under the same one, are told', async () => {
  const scene = await InvariantScene.of(oneWriter);
  await scene.take(`member/${HOME}`, 'a');
  const set = (holder: string, fence: number) =>
    scene.call('dynamodb', 'UpdateItem', {
      TableName: scene.runtime.settings.table,
      Key: { pk: { S: `fleet#${scene.fleet}` }, sk: { S: `${LEASE_SK}member/${HOME}` } },
      UpdateExpression: 'SET holder = :holder, fence = :fence',
      ExpressionAttributeValues: { ':holder': { S: holder }, ':fence': { N: String(fence) } },
    });
  await set('b', 1);
  await set('b', 0);
  expect(scene.told).toEqual([
    `b took member/${HOME} from a, whose lease had not run out`,
    `member/${HOME} came to b from a under the same fence 1`,
    `the fence of member/${HOME} went from 1 down to 0`,
  ]);
});

test.for([
  { when: 'before another took it', at: 0, told: ' 3000 ms before a gave it back' },
  { when: 'while another had it', at: 1, told: ' 2000 ms before a gave it back' },
  { when: 'after another gave it back', at: 2, told: undefined },
])('a lease that is taken for a plan made $when', async ({ at, told }) => {
  const scene = await InvariantScene.of(oneWriter);
  const { clock } = scene.bed;
  const plan = async (moment: number): Promise<void> => {
    if (moment === at) await new PlanStore(scene.runtime).put('b#1', [], new Map());
  };
  await plan(0);
  await clock.runFor(1_000);
  const lease = await scene.take(`member/${HOME}`, 'a');
  await plan(1);
  await clock.runFor(2_000);
  await new Leases(scene.runtime, scene.fleet).release(lease);
  await plan(2);
  await clock.runFor(1_000);
  // Whatever it saw: as if nothing kept it from it.
  await scene.take(`member/${HOME}`, 'b');
  expect(scene.told).toEqual(told === undefined ? [] : [`b took member/${HOME} for a plan that it made${told}`]);
});
