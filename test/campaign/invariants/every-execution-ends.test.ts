import { expect, test } from 'vitest';
import { everyExecutionEnds } from '../../../campaign/invariants/every-execution-ends.ts';
import { InvariantScene } from './scene.ts';

/** An execution that waits for a minute, in a machine that lets it run for so long. */
async function waiting(waitsSeconds: number, TimeoutSeconds: number) {
  const scene = await InvariantScene.of(everyExecutionEnds);
  const definition = JSON.stringify({
    StartAt: 'Wait',
    TimeoutSeconds,
    States: { Wait: { Type: 'Wait', Seconds: waitsSeconds, End: true } },
  });
  const roleArn = `arn:aws:iam::${scene.bed.world.account}:role/landbridge-workflow`;
  const made = await scene.call<{ stateMachineArn: string }>('sfn', 'CreateStateMachine', {
    name: 'waits',
    roleArn,
    definition,
  });
  await scene.call('sfn', 'StartExecution', { ...made, name: 'a', input: '{}' });
  await scene.bed.clock.runFor(20 * 60_000);
  return scene.end();
}

test('one that has ended is fine', async () => {
  expect(await waiting(60, 600)).toEqual([]);
});

test('one that ran into its limit is told', async () => {
  expect(await waiting(600, 120)).toEqual(['a of waits ran into its limit after 2 minutes']);
});

test('one that is still under way when all has long been quiet is told', async () => {
  expect(await waiting(7_200, 14_400)).toEqual(['a of waits is still under way after 20 minutes']);
});
