import { expect, test } from 'vitest';
import { write } from '../../control-plane/model/aws-call.ts';
import { QUICK, testBed } from '../support/landbridge.ts';

test('what cannot be removed is tried less and less often, and then people are told what AWS says', async () => {
  const bed = await testBed({ timings: QUICK });
  await bed.join('us-east-1', 'eu-west-1');
  const VpcId = (await bed.state()).ids.get('vpc/eu-west-1') ?? '';
  const { RouteTable } = await bed.asStranger(write('eu-west-1', 'ec2', 'createRouteTable', { VpcId }));
  let tries = 0;
  bed.world.watchers.add(({ operation, place }) => {
    if (operation === 'DeleteVpc' && place.region === 'eu-west-1') tries += 1;
  });
  const { status, cause } = await bed.run('offboard-region', { fleet: 'payments', region: 'eu-west-1' });
  expect(status).toBe('FAILED');
  expect(cause).toMatch(/nothing could be done in 12 rounds: remove vpc\/eu-west-1 failed: .*DependencyViolation/);
  expect(tries).toBe(12);

  // Whoever made it takes it away, and the sweep goes on with it.
  const RouteTableId = RouteTable?.RouteTableId ?? '';
  await bed.asStranger(write('eu-west-1', 'ec2', 'deleteRouteTable', { RouteTableId }));
  await bed.clock.runFor(30 * 60_000);
  expect((await bed.state()).members.map(({ region }) => region)).toEqual(['us-east-1']);
});
