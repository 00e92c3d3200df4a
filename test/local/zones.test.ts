import { expect, test } from 'vitest';
import { ec2Home } from '../../simulator/services/ec2/state.ts';
import { ACCOUNT, QUICK, testBed } from '../support/landbridge.ts';

const HOME = 'us-east-1';
const OTHER = 'eu-west-1';

test('a member joins in the zones that have an endpoint for it, where the first ones by name have none', async () => {
  const bed = await testBed({ timings: QUICK });
  const { zonesWithout } = bed.world.state(ec2Home, { account: ACCOUNT, region: OTHER });
  zonesWithout.set('execute-api', new Set([`${OTHER}a`]));
  await bed.join(HOME, OTHER);
  expect((await bed.state()).members.find(({ region }) => region === OTHER)?.zones).toEqual([`${OTHER}b`, `${OTHER}c`]);
});

test('a Region with too few such zones is refused before anything is made in it', async () => {
  const bed = await testBed({ timings: QUICK });
  const { zonesWithout } = bed.world.state(ec2Home, { account: ACCOUNT, region: HOME });
  zonesWithout.set('execute-api', new Set([`${HOME}a`, `${HOME}b`]));
  expect(await bed.run('onboard-region', { fleet: 'payments', region: HOME, role: 'serving' })).toMatchObject({
    status: 'FAILED',
    cause: expect.stringMatching(/^network.zones: us-east-1 has 3 zones open .* may lie in 1 of them/),
  });
});
