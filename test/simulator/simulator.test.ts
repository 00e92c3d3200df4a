import { expect, test } from 'vitest';
import { VirtualClock } from '../../simulator/clocks/virtual-clock.ts';
import { rootOf } from '../../simulator/principal.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import type { World } from '../../simulator/world.ts';

const place = { account: '111122223333', region: 'eu-west-1' };
const principal = rootOf(place.account);

const makeVpc = (world: World): Promise<object> =>
  world.invoke({ service: 'ec2', operation: 'CreateVpc', input: { CidrBlock: '10.0.0.0/16' }, place, principal });

test('the same seed and the same calls make the same world, and another seed another', async () => {
  const [one, same, other] = await Promise.all(
    ['a', 'a', 'b'].map((seed) => makeVpc(createSimulator({ clock: new VirtualClock(), seed }))),
  );
  expect(one).toEqual(same);
  expect(one).not.toEqual(other);
});

test('CloudTrail tells the event bus of a write, late', async () => {
  const clock = new VirtualClock();
  const world = createSimulator({ clock, timings: { cloudTrailMs: [2_000, 2_001] } });
  const call = (operation: string, input: object): Promise<object> =>
    world.invoke({ service: 'eventbridge', operation, input, place, principal });
  await call('PutRule', { Name: 'writes', EventPattern: '{"detail":{"eventName":["CreateVpc"]}}' });
  const seen: string[] = [];
  await call('PutTargets', {
    Rule: 'writes',
    Targets: [{ Id: 'one', Arn: `arn:aws:lambda:eu-west-1:${place.account}:function:none` }],
  });
  world.watchers.add(({ service, operation }) => seen.push(`${service} ${operation}`));
  await makeVpc(world);
  await clock.runFor(1_999);
  expect(seen).toEqual(['ec2 CreateVpc']);
  await clock.runFor(1_000);
  expect(seen).toEqual(['ec2 CreateVpc', 'lambda Invoke']);
});
