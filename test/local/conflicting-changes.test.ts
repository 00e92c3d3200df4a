import { describe, expect, test } from 'vitest';
import { functions } from '../../handlers/index.ts';
import { fleetPk } from '../../handlers/runtime/fleet-rows.ts';
import { Leases } from '../../handlers/runtime/lease.ts';
import { Table } from '../../handlers/runtime/table.ts';
import { isAsDeclared } from '../../local/scenario.ts';
import { takeOver } from '../../operator/take-over.ts';
import { weatherOf } from '../../simulator/weather/index.ts';
import { known } from '../support/known.ts';
import { ACCOUNT, QUICK, type TestBed, testBed } from '../support/landbridge.ts';

const FLEET = 'payments';
const HOME = 'us-east-1';
const STANDBY = 'eu-west-1';
const THIRD = 'ap-southeast-2';
const BY = `arn:aws:iam::${ACCOUNT}:user/olga`;
const MINUTE_MS = 60_000;
/** Of all changes; far more than any table of one fleet sees. */
const SHARE = 0.2;

const ours = new Set(functions.map(({ name }) => `landbridge-${name}`));

/** A world in which every fifth change of ours, of a row or of a resource, meets somebody else's. */
async function conflicting(seed: string): Promise<TestBed> {
  const bed = await testBed({ timings: QUICK, seed });
  weatherOf(bed.world).conflicts({
    share: SHARE,
    only: ({ principal }) => ours.has(principal.arn.split('/').at(-1) ?? ''),
  });
  return bed;
}

/** Under which leases somebody may write still. */
async function heldIn({ clock, landbridge }: TestBed): Promise<readonly unknown[]> {
  const rows = await clock.runUntil(new Table(landbridge.operator).rows(fleetPk(FLEET)));
  return rows.filter((row) => 'fence' in row && 'holder' in row).map(({ scope }) => scope);
}

/** What the journal tells of leases that somebody else has taken: nobody has. */
const lossesIn = async (bed: TestBed): Promise<readonly string[]> =>
  (await bed.journal()).map(({ says }) => says).filter((says) => says.includes("is somebody else's by now"));

async function endsWell(bed: TestBed): Promise<void> {
  expect(weatherOf(bed.world).times('conflicting')).toBeGreaterThan(10);
  expect(await lossesIn(bed)).toEqual([]);
  weatherOf(bed.world).clear();
  await bed.clock.runFor(20_000);
  expect(await heldIn(bed), 'nobody has to wait until a lease runs out').toEqual([]);
  await bed.clock.runFor(20 * MINUTE_MS);
  expect(await bed.clock.runUntil(isAsDeclared(bed.landbridge, FLEET))).toBe(true);
}

describe('while every fifth change meets somebody else’s, no lease is taken for lost, and none is left', () => {
  test.for(['one', 'two', 'three'])('three Regions join, seed %s', async (seed) => {
    const bed = await conflicting(seed);
    await bed.join(HOME, STANDBY, THIRD);
    await endsWell(bed);
  });

  test('callers are moved off a member, and back, and then in a drill', async () => {
    const bed = await conflicting('moves');
    await bed.join(HOME, STANDBY, THIRD);
    await bed.clock.runFor(3 * MINUTE_MS);
    const gone = await bed.run('evacuate-region', { fleet: FLEET, region: THIRD, by: BY, because: 'maintenance' });
    expect(gone, gone.cause).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'evacuated' } });
    const back = await bed.run('restore-region', { fleet: FLEET, region: THIRD, by: BY });
    expect(back, back.cause).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'restored' } });
    await bed.clock.runFor(60 * MINUTE_MS);
    const drill = await bed.run('drill', { fleet: FLEET, region: STANDBY, by: BY, minutes: 2 });
    expect(drill, drill.cause).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'drilled' } });
    await endsWell(bed);
  });

  test('a lease is given back though somebody’s transaction is at its row', async () => {
    const bed = await testBed();
    const { operator } = bed.landbridge;
    const leases = new Leases(operator, FLEET);
    const lease = known(await bed.clock.runUntil(leases.take('member/eu-west-1', 'a run', undefined)));
    let met = 0;
    weatherOf(bed.world).conflicts({
      share: 1,
      only: ({ operation }) => operation === 'UpdateItem' && (met += 1) <= 2,
    });
    await bed.clock.runUntil(leases.release(lease));
    expect(met).toBe(3);
    expect(await heldIn(bed)).toEqual([]);
  });

  test('the standby takes over', async () => {
    const bed = await testBed({ timings: QUICK });
    await bed.join(HOME, STANDBY, THIRD);
    await bed.clock.runFor(3 * MINUTE_MS);
    bed.world.outages.darken(HOME);
    await bed.clock.runFor(5 * MINUTE_MS);
    const { operator } = bed.landbridge;
    const there = { ...operator, settings: { ...operator.settings, home: STANDBY, region: STANDBY } };
    // The first three transactions meet somebody else's.
    let met = 0;
    weatherOf(bed.world).conflicts({
      share: 1,
      only: ({ operation }) => operation === 'TransactWriteItems' && (met += 1) <= 3,
    });
    const taken = await bed.clock.runUntil(takeOver({ by: BY, because: 'the Region is gone' }, there));
    expect(taken).toMatchObject({ fleets: [FLEET], already: [], was: [HOME] });
    expect(met).toBeGreaterThan(3);
  });
});
