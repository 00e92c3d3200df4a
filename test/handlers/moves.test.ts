import { describe, expect, test } from 'vitest';
import type { AwsCall } from '../../control-plane/model/aws-call.ts';
import type { Steer } from '../../control-plane/traffic/traffic.ts';
import { handler as beginEvacuation } from '../../handlers/begin-evacuation.ts';
import type { Caller } from '../../handlers/runtime/caller.ts';
import { statusOf } from '../../handlers/runtime/executions.ts';
import { HealthStore } from '../../handlers/runtime/health-store.ts';
import { tendFully } from '../../handlers/runtime/tend.ts';
import { handler as withdrawMember } from '../../handlers/withdraw-member.ts';
import { incident } from '../map/known.ts';
import { type TestBed, testBed } from '../support/landbridge.ts';
import {
  asked,
  drainedIn,
  dying,
  EU,
  FLEET,
  interrupted,
  isAbout,
  MINUTE_MS,
  saysOf,
  settled,
  settledBed,
  US,
} from './settled-bed.ts';

const AP = 'ap-southeast-2';
const LINK = `link/${EU}~${US}`;

/** The n-th time that health is read. */
function readsOfHealth(nth: number): (call: AwsCall) => boolean {
  let times = 0;
  return ({ method, input }) => {
    if (method === 'query' && JSON.stringify(input).includes(`"health#${FLEET}"`)) times += 1;
    return times === nth;
  };
}

const leaves = (bed: TestBed, region: string) => {
  const wish = asked(bed, region, `offboard-${region}`);
  return {
    ...wish,
    execution: `arn:aws:states:us-east-1:111122223333:execution:landbridge-offboard-region:${wish.run}`,
  };
};

/** Between the members packets are lost: each would keep its callers to itself. */
async function losePacketsBetween(bed: TestBed): Promise<void> {
  const { rows } = (await bed.state()).health;
  const [row] = rows;
  if (row === undefined) throw new Error('no probe has been heard');
  const sick = { ...row.replicas[US], state: 'sick', symptom: 'connect', recent: 'xxxxxxxxxxxx' } as never;
  const store = new HealthStore(bed.landbridge.operator);
  for (const one of rows) {
    const seen = Object.entries(one.replicas).map(([to, streak]) => [to, to === one.observer ? streak : sick]);
    const found = { ...one, atMs: bed.clock.nowMs(), replicas: Object.fromEntries(seen) };
    await bed.clock.runUntil(store.putRow(FLEET, found));
  }
}

describe('two who move callers at once', () => {
  test('evacuate one of two members, and the other is refused', async () => {
    const bed = await settledBed(US, EU);
    const { operator } = bed.landbridge;
    const first = interrupted(bed, isAbout(`drain#${US}`), () => beginEvacuation.runIn(operator, asked(bed, EU)));
    const says = await settled(bed, beginEvacuation.runIn(first, asked(bed, US)));
    expect(says).toMatch(/^last-healthy-member: no serving member but us-east-1/);
    expect(await drainedIn(bed)).toEqual([EU]);
    expect(await saysOf(bed, 'drained'), 'what was not done is on no record').toHaveLength(1);
    expect(await saysOf(bed, 'refused')).toHaveLength(1);
  });

  test('evacuate one of two members, and the other is refused, though it was read half before and half after', async () => {
    const bed = await settledBed(US, EU);
    const { operator } = bed.landbridge;
    await bed.clock.runUntil(new HealthStore(operator).open(FLEET, incident(LINK)));
    // A query is no snapshot: DynamoDB parts it where it likes, and what it reads later may be newer.
    const isAsked = readsOfHealth(2);
    let isOver = false;
    const call: Caller = async (made) => {
      const { ExclusiveStartKey } = made.input as {
        readonly ExclusiveStartKey?: { readonly sk: { readonly S: string } };
      };
      if (!isOver && ExclusiveStartKey?.sk.S.startsWith('incident#') === true) {
        isOver = true;
        await beginEvacuation.runIn(operator, asked(bed, EU));
      }
      return operator.call(isAsked(made) ? { ...made, input: { ...(made.input as object), Limit: 1 } } : made);
    };
    const says = await settled(bed, beginEvacuation.runIn({ ...operator, call }, asked(bed, US)));
    expect(says).toMatch(/^last-healthy-member: no serving member but us-east-1/);
    expect(await drainedIn(bed)).toEqual([EU]);
  });

  test('evacuate two of four, one after the other, where that leaves enough', async () => {
    const bed = await settledBed(US, EU, AP, 'us-west-2');
    const { operator } = bed.landbridge;
    const first = interrupted(bed, isAbout(`drain#${US}`), () => beginEvacuation.runIn(operator, asked(bed, EU)));
    expect(await settled(bed, beginEvacuation.runIn(first, asked(bed, US)))).toBe('done');
    expect((await drainedIn(bed)).toSorted()).toEqual([EU, US]);
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { at: () => isAbout(`drain#${US}`), when: 'just before it is taken out' },
    { at: () => readsOfHealth(2),       when: 'after members were read, and before it is asked where callers are sent' },
    { at: () => readsOfHealth(3),       when: 'after it was asked where callers are sent, and before members are read again' },
  ])('evacuate one of two members, and the other leaves $when: the evacuation is refused', async ({ at }) => {
    const bed = await settledBed(US, EU);
    const { operator } = bed.landbridge;
    const first = interrupted(bed, at(), () => withdrawMember.runIn(operator, leaves(bed, EU)));
    const says = await settled(bed, beginEvacuation.runIn(first, asked(bed, US)));
    expect(says).toMatch(/^last-healthy-member: no serving member but us-east-1/);
    expect(await drainedIn(bed)).toEqual([]);
    expect((await bed.state()).members.map(({ phase }) => phase)).toEqual(['joined', 'draining']);
    expect(await saysOf(bed, 'drained')).toEqual([]);
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { at: () => isAbout(`member#${EU}`), when: 'just before it leaves' },
    { at: () => readsOfHealth(2),        when: 'before it is asked where callers are sent' },
  ])('take one of two members out of the fleet, and the other is evacuated $when: nobody leaves', async ({ at }) => {
    const bed = await settledBed(US, EU);
    const { operator } = bed.landbridge;
    const first = interrupted(bed, at(), () => beginEvacuation.runIn(operator, asked(bed, US)));
    const says = await settled(bed, withdrawMember.runIn(first, leaves(bed, EU)));
    expect(says).toMatch(/^last-healthy-member: no serving member but eu-west-1/);
    expect(await drainedIn(bed)).toEqual([US]);
    expect((await bed.state()).members.map(({ phase }) => phase)).toEqual(['joined', 'joined']);
    expect(await saysOf(bed, 'leaving'), 'what was not done is on no record').toEqual([]);
  });

  test('take a member out while another is evacuated, where that leaves enough', async () => {
    const bed = await settledBed(US, EU, AP, 'us-west-2');
    const { operator } = bed.landbridge;
    const first = interrupted(bed, isAbout(`member#${EU}`), () => beginEvacuation.runIn(operator, asked(bed, US)));
    expect(await settled(bed, withdrawMember.runIn(first, leaves(bed, EU)))).toBe('done');
    expect(await drainedIn(bed)).toEqual([US]);
    expect((await bed.state()).members.map(({ phase }) => phase)).toEqual(['joined', 'draining', 'joined', 'joined']);
    expect(await saysOf(bed, 'leaving')).toHaveLength(1);
  });

  describe('take out a member whose join the sweep goes on with', () => {
    /** Two that serve, and a third that is almost in. Answers the execution that brings it in. */
    async function joiningBed() {
      const bed = await settledBed(US, EU);
      const join = { fleet: FLEET, region: AP, role: 'serving', signal: 'schedule' };
      const name = `again-${FLEET}-${AP}-in-1`;
      const executionArn = await bed.clock.runUntil(bed.landbridge.start('onboard-region', join, name));
      await bed.clock.runFor(MINUTE_MS / 2);
      const fleets = bed.store();
      const comesIn = fleets.changeOwn(FLEET, { region: AP, execution: executionArn }, (row) => ({
        ...row,
        inTraffic: true,
      }));
      expect(await bed.clock.runUntil(comesIn)).toBe(true);
      const statusNow = () => bed.clock.runUntil(statusOf(executionArn, bed.landbridge.operator));
      return { bed, statusNow };
    }

    test('and it may not leave by now: the join goes on', async () => {
      const { bed, statusNow } = await joiningBed();
      const { operator } = bed.landbridge;
      const health = new HealthStore(operator);
      const first = interrupted(bed, isAbout(`member#${AP}`), async () => {
        for (const region of [US, EU]) {
          const drain = { region, sinceMs: bed.clock.nowMs(), by: 'somebody', because: 'by another way' };
          await health.moveAs(FLEET, bed.clock.nowMs(), async () => ({ drain }));
        }
      });
      const says = await settled(bed, withdrawMember.runIn(first, leaves(bed, AP)));
      expect(says).toMatch(/^last-healthy-member: no serving member but ap-southeast-2/);
      expect(await statusNow()).toBe('RUNNING');
    });

    test('and whoever does so dies as soon as it is on record: the join ends all the same', async () => {
      const { bed, statusNow } = await joiningBed();
      const dies = dying(bed, isAbout(`member#${AP}`));
      expect(await settled(bed, withdrawMember.runIn(dies, leaves(bed, AP)))).toBe('killed');
      expect(await settled(bed, withdrawMember.runIn(bed.landbridge.operator, leaves(bed, AP)))).toBe('done');
      expect(await statusNow()).toBe('ABORTED');
      expect((await bed.state()).members.map(({ phase }) => phase)).toEqual(['joined', 'joined', 'draining']);
    });
  });

  test('whoever answers for a departure does so once, however often it is decided anew', async () => {
    const bed = await settledBed(US, EU, AP);
    const { operator } = bed.landbridge;
    const health = new HealthStore(operator);
    const nowMs = bed.clock.nowMs();
    for (const region of [US, AP]) {
      const drain = { region, sinceMs: nowMs, by: 'somebody', because: 'by another way' };
      await bed.clock.runUntil(health.moveAs(FLEET, nowMs, async () => ({ drain })));
    }
    const override = { policy: 'last-healthy-member', by: 'olga', why: 'it corrupts payments', minutes: 15 };
    const wish = { ...leaves(bed, EU), override };
    const first = interrupted(bed, isAbout(`member#${EU}`), () => bed.store().put(bed.fleet));
    const dies = dying({ ...bed, landbridge: { ...bed.landbridge, operator: first } }, isAbout(`member#${EU}`));
    expect(await settled(bed, withdrawMember.runIn(dies, wish))).toBe('killed');
    await bed.clock.runFor(1_000);
    expect(await settled(bed, withdrawMember.runIn(operator, wish))).toBe('done');
    expect(await saysOf(bed, 'override')).toEqual([
      'olga overrides last-healthy-member for offboard eu-west-1, for 15 minutes: it corrupts payments',
      expect.stringContaining('offboard eu-west-1 goes through over last-healthy-member, for which olga answers'),
    ]);
    expect(await saysOf(bed, 'leaving')).toHaveLength(1);
  });

  test('a steer that was weighed before a member left is weighed again', async () => {
    const bed = await settledBed(US, EU);
    await losePacketsBetween(bed);
    const first = interrupted(bed, isAbout('steer#'), () =>
      withdrawMember.runIn(bed.landbridge.operator, leaves(bed, EU)),
    );
    const done = tendFully(await bed.state(), { signal: 'a test', nowMs: bed.clock.nowMs() }, first);
    const { steer } = await bed.clock.runUntil(done);
    expect(steer.length, 'it was to be done').toBeGreaterThan(0);
    const { health, members } = await bed.state();
    expect(members.map(({ phase }) => phase)).toEqual(['joined', 'draining']);
    // Callers of the member that leaves have nobody left but the other.
    expect(health.traffic.steers.filter(({ viewer }) => viewer === EU)).toEqual([]);
  });

  test('a steer that was weighed before a drain is weighed again', async () => {
    const bed = await settledBed(US, EU);
    const { operator } = bed.landbridge;
    await losePacketsBetween(bed);
    const store = new HealthStore(operator);
    const drain = { region: US, sinceMs: bed.clock.nowMs(), by: 'somebody', because: 'at once' };
    const first = interrupted(bed, isAbout('steer#'), () =>
      store.moveAs(FLEET, bed.clock.nowMs(), async () => ({ drain })),
    );
    const done = tendFully(await bed.state(), { signal: 'a test', nowMs: bed.clock.nowMs() }, first);
    const { steer } = await bed.clock.runUntil(done);
    expect(steer.length, 'it was to be done').toBeGreaterThan(0);
    const { traffic } = (await bed.state()).health;
    expect(traffic.drains).toHaveLength(1);
    // Callers of the member that was drained have nobody left but the other.
    expect(traffic.steers.filter(({ viewer }) => viewer === US)).toEqual([]);
  });
});

test('as many steers as there are begin at once, in as many transactions as that takes', async () => {
  const bed = await testBed();
  const { operator } = bed.landbridge;
  let transactions = 0;
  const call: Caller = (made) => {
    if (made.method === 'transactWriteItems') transactions += 1;
    return operator.call(made);
  };
  const store = new HealthStore({ ...operator, call });
  const steer: readonly Steer[] = Array.from({ length: 120 }, (_, nth) => ({
    viewer: `viewer-${nth}`,
    avoid: EU,
    sinceMs: 0,
    because: 'its network is sick',
    cause: `network/${EU}`,
  }));
  await bed.clock.runUntil(store.moveAs(FLEET, 0, async () => ({ steer })));
  const { health } = await bed.state();
  expect(health.traffic.steers).toHaveLength(120);
  expect([transactions, health.movesRevision]).toEqual([3, 3]);
  const stale = bed.clock.runUntil(store.move(FLEET, { movesRevision: 2 }, { unsteer: steer }, 0));
  await expect(stale).rejects.toThrow(/moved by somebody else meanwhile/);
  expect((await bed.state()).health.traffic.steers).toHaveLength(120);
});
