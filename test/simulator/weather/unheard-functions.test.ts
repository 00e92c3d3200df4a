import { expect, test } from 'vitest';
import { refusalCode } from '../service-world.ts';
import { weatherWorld } from './weather-world.ts';

/** A function that takes so long, and makes a VPC when it is done. */
async function slow(lastsMs: number) {
  const world = weatherWorld();
  const arn = await world.function('slow', async (_event, context) => {
    await world.clock.sleep(lastsMs);
    await world.callIn(context)('ec2', 'CreateVpc', { CidrBlock: '10.0.0.0/16' });
    return 'done';
  });
  const made = async () => (await world.get<{ Vpcs: object[] }>('ec2', 'DescribeVpcs')).Vpcs.length;
  return { ...world, arn, made };
}

test('whoever waits for a function is told that Lambda failed, and the function goes on', async () => {
  const { arn, ask, clock, made, storm } = await slow(10_000);
  storm.unheard({ share: 1 });
  const beganMs = clock.nowMs();
  expect(await refusalCode(clock.runUntil(ask('lambda', 'Invoke', { FunctionName: arn })))).toBe('ServiceException');
  expect(clock.nowMs() - beganMs).toBeLessThanOrEqual(5_000);
  expect(await made()).toBe(0);
  await clock.runFor(10_000);
  expect(await made()).toBe(1);
  expect(storm.struck()).toMatchObject([{ kind: 'unheard', service: 'lambda', operation: 'Invoke', times: 1 }]);
});

test('whoever is quicker is heard', async () => {
  const { arn, run, storm } = await slow(100);
  storm.unheard({ share: 1, givenUpAfterMs: [200, 300] });
  expect(await run(arn)).toEqual({ failed: false, said: 'done' });
  expect(storm.struck()).toEqual([]);
});

test('nobody waits for an asynchronous invocation', async () => {
  const { arn, ask, clock, made, storm } = await slow(10_000);
  storm.unheard({ share: 1 });
  await ask('lambda', 'Invoke', { FunctionName: arn, InvocationType: 'Event' });
  await clock.runFor(60_000);
  expect(await made()).toBe(1);
  expect(storm.struck()).toEqual([]);
});
