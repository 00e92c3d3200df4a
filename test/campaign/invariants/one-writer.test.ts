import { expect, test } from 'vitest';
import { oneWriter } from '../../../campaign/invariants/one-writer.ts';
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
      Key: { pk: { S: `fleet#${scene.fleet}` }, sk: { S: `lease#member/${HOME}` } },
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
