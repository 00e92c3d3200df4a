import { expect, test } from 'vitest';
import { throwing } from '../../local/faults/ways.ts';
import { isAsDeclared } from '../../local/scenario.ts';
import { lambdaHome } from '../../simulator/services/lambda/state.ts';
import { brokenFunction } from '../support/broken-function.ts';
import { known } from '../support/known.ts';
import { ACCOUNT, QUICK, type TestBed, testBed } from '../support/landbridge.ts';

const HOME = 'us-east-1';
const MINUTE_MS = 60_000;

async function phases(bed: TestBed): Promise<Readonly<Record<string, string>>> {
  const { members } = await bed.state();
  return Object.fromEntries(members.map(({ region, phase }) => [region, phase]));
}

test('a join that failed half-way is gone on with, and one that somebody stopped is not', async () => {
  const bed = await testBed({ timings: QUICK });
  await bed.join(HOME);
  const mend = brokenFunction(bed.world, HOME, 'prove');
  const join = { fleet: 'payments', region: 'eu-west-1', role: 'serving' };
  expect(await bed.run('onboard-region', join)).toMatchObject({ status: 'FAILED' });
  expect(await phases(bed)).toEqual({ [HOME]: 'joined', 'eu-west-1': 'joining' });

  const stopped = await bed.clock.runUntil(bed.landbridge.start('onboard-region', { ...join, region: 'us-west-2' }));
  await bed.clock.runFor(MINUTE_MS);
  const { operator } = bed.landbridge;
  await bed.clock.runUntil(
    operator.call({
      access: 'write',
      region: HOME,
      service: 'sfn',
      method: 'stopExecution',
      input: { executionArn: stopped },
    }),
  );
  mend();
  await bed.clock.runFor(40 * MINUTE_MS);
  expect(await phases(bed)).toEqual({ [HOME]: 'joined', 'eu-west-1': 'joined', 'us-west-2': 'joining' });
  const admitted = (await bed.journal()).filter(({ what, says }) => what === 'admitted' && says.includes('eu-west-1'));
  // One that fails again is begun anew in the next quarter of an hour.
  expect(admitted.map(({ signal }) => signal)).toEqual(['operator', 'schedule', 'schedule']);
});

test('a way out that failed half-way is gone on with', async () => {
  const bed = await testBed({ timings: QUICK });
  await bed.join(HOME, 'eu-west-1');
  const mend = brokenFunction(bed.world, HOME, 'remove-member');
  const { status } = await bed.run('offboard-region', { fleet: 'payments', region: 'eu-west-1' });
  expect(status).toBe('FAILED');
  expect(await phases(bed)).toMatchObject({ 'eu-west-1': 'draining' });
  mend();
  await bed.clock.runFor(40 * MINUTE_MS);
  expect(await phases(bed)).toEqual({ [HOME]: 'joined' });
  const proofs = (await bed.journal()).filter(({ what }) => what === 'proof').map(({ says }) => says);
  expect(proofs.at(-1)).toBe('requests from 1 member: none was answered by eu-west-1');
  expect(await bed.clock.runUntil(isAsDeclared(bed.landbridge, 'payments'))).toBe(true);
});

test('one that fails again and again is not in the way of another', async () => {
  const bed = await testBed({ timings: QUICK });
  await bed.join(HOME);
  const { functions } = bed.world.state(lambdaHome, { account: ACCOUNT, region: HOME });
  const proves = known(functions.get('landbridge-prove')?.hostCode);
  const mend = brokenFunction(bed.world, HOME, 'prove');
  for (const region of ['eu-west-1', 'us-west-2'])
    expect(await bed.run('onboard-region', { fleet: 'payments', region, role: 'serving' })).toMatchObject({
      status: 'FAILED',
    });
  mend();
  brokenFunction(bed.world, HOME, 'prove', (event, context) =>
    (event as { region?: string }).region === 'eu-west-1' ? throwing() : proves(event, context),
  );
  await bed.clock.runFor(20 * MINUTE_MS);
  expect(await phases(bed)).toEqual({ [HOME]: 'joined', 'eu-west-1': 'joining', 'us-west-2': 'joined' });
});
