import { beforeEach, describe, expect, test } from 'vitest';
import { isFault } from '../../control-plane/model/faults.ts';
import { handler as recordOutcome } from '../../handlers/record-outcome.ts';
import { handler as removeMember } from '../../handlers/remove-member.ts';
import type { MemberRow } from '../../handlers/runtime/fleet-state.ts';
import { HealthStore } from '../../handlers/runtime/health-store.ts';
import { QUICK, type TestBed, testBed } from '../support/landbridge.ts';
import { mortal } from '../support/mortal.ts';

const HOME = 'us-east-1';
const EU = 'eu-west-1';
const BEFORE = 'arn:aws:states:us-east-1:111122223333:execution:landbridge-offboard-region:before';
const SINCE = 'arn:aws:states:us-east-1:111122223333:execution:landbridge-onboard-region:since';

let bed: TestBed;
beforeEach(async () => {
  bed = await testBed({ timings: QUICK });
  await bed.join(HOME, EU);
});

const memberNow = async (): Promise<MemberRow | undefined> =>
  (await bed.state()).members.find(({ region }) => region === EU);

/** The member is in this phase, and that execution is at work on it. */
const isIn = (phase: MemberRow['phase'], by: string): Promise<unknown> =>
  bed.clock.runUntil(
    bed.store().changeMembers(bed.fleet.name, async ({ members }) => {
      const member = members.find(({ region }) => region === EU);
      return { ...(member !== undefined && { put: { ...member, phase, by } }), decision: undefined };
    }),
  );

const run = (purpose: 'onboard' | 'offboard') => ({
  fleet: bed.fleet.name,
  region: EU,
  run: 'before',
  execution: BEFORE,
  purpose,
  phase: purpose === 'offboard' ? ('leaving' as const) : undefined,
  scope: { regions: [EU] },
  startedAtMs: bed.clock.nowMs(),
  decision: 'settled' as const,
  nameProven: true,
});

describe('a handler that is later than its execution', () => {
  test('takes nobody off the table who has come back since', async () => {
    await isIn('joining', SINCE);
    await bed.clock.runUntil(recordOutcome.runIn(bed.landbridge.operator, run('offboard')));
    expect(await memberNow()).toMatchObject({ phase: 'joining', by: SINCE });
  });

  test('brings nobody in who is leaving since', async () => {
    await isIn('draining', SINCE);
    await bed.clock.runUntil(recordOutcome.runIn(bed.landbridge.operator, run('onboard')));
    expect(await memberNow()).toMatchObject({ phase: 'draining', by: SINCE });
  });

  test('removes nothing of a member that joins since', async () => {
    await isIn('joining', SINCE);
    const late = bed.clock.runUntil(removeMember.runIn(bed.landbridge.operator, run('offboard')));
    await expect(late).rejects.toThrow(/no longer this run's to take out/);
    expect(await memberNow()).toMatchObject({ phase: 'joining', by: SINCE });
  });
});

test('whoever has left leaves no drain behind, wherever its last handler dies', async () => {
  const { operator } = bed.landbridge;
  const nowMs = bed.clock.nowMs();
  const drain = { region: EU, sinceMs: nowMs, by: 'olga', because: 'it corrupts payments' };
  await bed.clock.runUntil(new HealthStore(operator).moveAs(bed.fleet.name, nowMs, async () => ({ drain })));
  await isIn('leaving', BEFORE);
  for (let writes = 0; (await memberNow()) !== undefined; writes += 1) {
    const { runtime } = mortal(operator, writes);
    const recorded = recordOutcome.runIn(runtime, run('offboard')).catch((error: unknown) => {
      if (!isFault(error)) throw error;
    });
    await bed.clock.runUntil(recorded);
  }
  expect((await bed.state()).health.traffic.drains).toEqual([]);
});
