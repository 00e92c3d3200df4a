import { describe, expect, test } from 'vitest';
import { functions } from '../../handlers/index.ts';
import { maskedLinesOf } from '../../local/inventory.ts';
import { isAsDeclared } from '../../local/scenario.ts';
import { AwsError } from '../../simulator/aws-error.ts';
import type { Principal } from '../../simulator/principal.ts';
import type { World } from '../../simulator/world.ts';
import { QUICK, type TestBed, testBed } from '../support/landbridge.ts';

const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2'];
const MINUTE_MS = 60_000;

const ours = new Set(functions.map(({ name }) => `landbridge-${name}`));
/** Sessions are named after the function. */
const isOurs = ({ arn }: Principal): boolean => ours.has(arn.split('/').at(-1) ?? '');

/** One call in twenty is throttled or fails, one write in thirty is answered by nobody, events are lost and doubled. */
function storm(world: World): World['weather'] {
  const chance = world.random.fork('storm');
  return {
    before({ principal }) {
      if (!isOurs(principal) || chance.next() > 0.05) return;
      if (chance.next() < 0.5) throw new AwsError('RequestLimitExceeded', 'Request limit exceeded.');
      throw new AwsError('InternalError', 'An internal error has occurred.');
    },
    after({ principal, error }) {
      if (isOurs(principal) && error === undefined && chance.next() < 0.03)
        throw new AwsError('RequestTimeout', 'Nobody answered in time.');
    },
    event() {
      const fate = chance.next();
      return fate < 0.2 ? 'lost' : fate < 0.4 ? 'doubled' : 'delivered';
    },
  };
}

/** One after the other, so that each gets the block it gets in any world. */
async function joinAll(bed: TestBed): Promise<readonly string[]> {
  for (const region of REGIONS) await bed.join(region);
  bed.world.weather = {};
  await bed.clock.runFor(20 * MINUTE_MS);
  expect(await bed.clock.runUntil(isAsDeclared(bed.landbridge, 'payments'))).toBe(true);
  const { intents, runs } = await bed.state();
  expect([...intents.keys(), ...runs]).toEqual([]);
  return maskedLinesOf(await bed.inventory());
}

describe('three Regions join in a storm, and the world is as after a calm day', async () => {
  const calm = await joinAll(await testBed({ timings: QUICK }));

  test.for(['one', 'two', 'three', 'four', 'five', 'six'])('seed %s', async (seed) => {
    const bed = await testBed({ timings: QUICK, seed });
    bed.world.weather = storm(bed.world);
    expect(await joinAll(bed)).toEqual(calm);
  });
});

test('a Region that does not answer for a while holds up its own join, and nothing else', async () => {
  const bed = await testBed({ timings: QUICK });
  await bed.join('us-east-1', 'eu-west-1');
  const dark = 'ap-southeast-2';
  const backAtMs = bed.clock.nowMs() + 20 * MINUTE_MS;
  const joining = bed.landbridge.start('onboard-region', { fleet: 'payments', region: dark, role: 'serving' });
  const arn = await bed.clock.runUntil(joining);
  await bed.clock.runFor(20_000);
  bed.world.weather = {
    before({ principal, place }) {
      if (isOurs(principal) && place.region === dark && bed.clock.nowMs() < backAtMs)
        throw new AwsError('RequestTimeout', 'Nobody answered in time.');
    },
  };
  await bed.clock.runFor(5 * MINUTE_MS);
  expect(await bed.run('reconcile', { fleet: 'payments', scope: { regions: ['eu-west-1'] } })).toMatchObject({
    status: 'SUCCEEDED',
  });
  expect(bed.clock.nowMs()).toBeLessThan(backAtMs);
  const { status, output } = await bed.clock.runUntil(bed.landbridge.ended(arn));
  expect({ status, output }).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'joined' } });
  expect(bed.clock.nowMs()).toBeGreaterThan(backAtMs);
  expect(await bed.clock.runUntil(isAsDeclared(bed.landbridge, 'payments'))).toBe(true);
});
