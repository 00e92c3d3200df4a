import { describe, expect, test } from 'vitest';
import type { Cause } from '../../control-plane/health/finding.ts';
import type { Incident } from '../../control-plane/incidents/incident.ts';
import type { Tending } from '../../control-plane/incidents/occasion.ts';
import { tend } from '../../control-plane/incidents/tending.ts';
import { Fault } from '../../control-plane/model/faults.ts';
import type { Caller } from '../../handlers/runtime/caller.ts';
import { HealthStore } from '../../handlers/runtime/health-store.ts';
import { situationOf } from '../../handlers/runtime/situation.ts';
import { tendTo } from '../../handlers/runtime/tend.ts';
import { incident, NOW_MS } from '../map/known.ts';
import { type TestBed, testBed } from '../support/landbridge.ts';

const CAUSE = 'link/eu-west-1~us-east-1';
const FLEET = 'payments';

const nothing: Tending = {
  open: [],
  update: [],
  notes: [],
  steer: [],
  unsteer: [],
  close: [],
  escalate: [],
  repair: [],
  says: '',
};
const closing = (before: Incident): Tending => {
  const after: Incident = { ...before, status: 'closed', repairedAtMs: NOW_MS, closedAtMs: NOW_MS };
  const over = { incident: before.id, entry: { atMs: NOW_MS, what: 'closed', says: 'it is over' } } as const;
  return { ...nothing, update: [{ before, after }], close: [after], notes: [over] };
};

/** What the store holds of incidents, open and closed. */
const kept = async (bed: TestBed): Promise<readonly Incident[]> =>
  (await bed.clock.runUntil(new HealthStore(bed.landbridge.operator).load(FLEET))).incidents;

/** Does several things at once, each in a handler of its own, all decided on one and the same look. Answers what each printed. */
async function atOnce(bed: TestBed, ...tendings: readonly Tending[]): Promise<readonly (readonly string[])[]> {
  const state = await bed.state();
  const printed = tendings.map((): string[] => []);
  const done = tendings.map((tending, nth) =>
    tendTo(state, tending, { ...bed.landbridge.operator, print: (line) => printed[nth]?.push(line) }),
  );
  await bed.clock.runUntil(Promise.all(done));
  return printed;
}

const closedIn = (lines: readonly string[]): number =>
  lines.reduce((sum, line) => sum + ((JSON.parse(line) as { IncidentsClosed?: number }).IncidentsClosed ?? 0), 0);

describe('two who look at once', () => {
  test('close an incident once, count it once, and tell its end once', async () => {
    const bed = await testBed();
    const open = incident(CAUSE);
    await bed.clock.runUntil(new HealthStore(bed.landbridge.operator).open(FLEET, open));
    const tending = closing(open);
    const later = {
      ...tending,
      notes: tending.notes.map((note) => ({ ...note, entry: { ...note.entry, atMs: NOW_MS + 1 } })),
    };
    const printed = await atOnce(bed, tending, later, tending);
    expect(printed.map(closedIn).toSorted((a, b) => a - b)).toEqual([0, 0, 1]);
    expect(await kept(bed)).toMatchObject([{ id: open.id, status: 'closed' }]);
    const told = await bed.clock.runUntil(new HealthStore(bed.landbridge.operator).timeline(FLEET, open.id));
    expect(told.filter(({ what }) => what === 'closed')).toHaveLength(1);
  });

  test('open one incident of a cause, and count one', async () => {
    const bed = await testBed();
    const [first, second] = [incident(CAUSE, { id: 'first' }), incident(CAUSE, { id: 'second' })];
    const printed = await atOnce(bed, { ...nothing, open: [first] }, { ...nothing, open: [second] });
    expect(printed.map((lines) => lines.length).toSorted((a, b) => a - b)).toEqual([0, 1]);
    expect(await kept(bed)).toHaveLength(1);
  });

  test('where one closes what the other adds to, it stays closed', async () => {
    const bed = await testBed();
    const open = incident(CAUSE);
    await bed.clock.runUntil(new HealthStore(bed.landbridge.operator).open(FLEET, open));
    await atOnce(bed, closing(open));
    await atOnce(bed, { ...nothing, update: [{ before: open, after: { ...open, says: 'still so' } }] });
    expect(await kept(bed)).toMatchObject([{ status: 'closed' }]);
  });
});

test('of two who change one incident at once, the second takes nothing back', async () => {
  const bed = await testBed();
  const store = new HealthStore(bed.landbridge.operator);
  const open = incident(CAUSE);
  await bed.clock.runUntil(store.open(FLEET, open));
  const escalated: Incident = {
    ...open,
    status: 'escalated',
    escalatedFor: ['budget-spent'],
    repairsAtMs: [NOW_MS, NOW_MS + 1],
  };
  const update = (before: Incident, after: Incident) => bed.clock.runUntil(store.update(FLEET, before, after));
  expect(await update(open, escalated)).toBe(true);
  expect(await update(open, { ...open, says: 'still so' })).toBe(false);
  const [first = open] = await kept(bed);
  expect(first).toMatchObject({ ...escalated, revision: 1 });
  expect(await update(first, { ...first, says: 'still so' })).toBe(true);
  expect(await update(first, { ...first, cause: 'network/eu-west-1' }), 'nor by another cause').toBe(false);
  expect(await kept(bed)).toMatchObject([{ ...escalated, says: 'still so', revision: 2 }]);
});

test('of two who bring one back, one does', async () => {
  const bed = await testBed();
  const store = new HealthStore(bed.landbridge.operator);
  const open = incident(CAUSE);
  await bed.clock.runUntil(store.open(FLEET, open));
  await atOnce(bed, closing(open));
  const [closed = open] = await kept(bed);
  const back: Incident = { ...closed, status: 'open' };
  const both = [back, { ...back, says: 'it is back' }].map((after) => store.update(FLEET, closed, after));
  const done = await bed.clock.runUntil(Promise.all(both));
  expect(done.filter(Boolean)).toHaveLength(1);
});

test('one that turns out to be another, whose place it takes: both are written, whatever their order', async () => {
  const bed = await testBed();
  const store = new HealthStore(bed.landbridge.operator);
  const part = incident('network/eu-west-1', { id: 'part' });
  const whole = incident(CAUSE, { id: 'whole' });
  for (const one of [part, whole]) await bed.clock.runUntil(store.open(FLEET, one));
  const becomes: Incident = { ...whole, cause: part.cause, formerly: [CAUSE] };
  const relabel = { ...nothing, update: [{ before: whole, after: becomes }, ...closing(part).update] };
  const [printed = []] = await atOnce(bed, relabel);
  expect(await kept(bed)).toMatchObject([
    { id: 'part', status: 'closed' },
    { id: 'whole', status: 'open', cause: 'network/eu-west-1' },
  ]);
  expect(printed.length).toBeLessThanOrEqual(1);
});

test('one that is back goes on under its id', async () => {
  const bed = await testBed();
  const open = incident(CAUSE);
  await bed.clock.runUntil(new HealthStore(bed.landbridge.operator).open(FLEET, open));
  const after = closing(open).update[0]?.after ?? open;
  await atOnce(bed, closing(open));
  const printed = await atOnce(bed, { ...nothing, update: [{ before: after, after: open }] });
  expect(printed).toEqual([[]]);
  expect(await kept(bed), 'and is there once: what it has spent counts once').toMatchObject([
    { id: open.id, status: 'open' },
  ]);
});

describe('people', () => {
  const topicArn = 'arn:aws:sns:us-east-1:111122223333:landbridge';
  const cause: Cause = 'replica/eu-west-1';

  /** What was sent, and looks at a replica that is sick, and stays so, at such a moment: SNS answers, is busy, or kills who asks it. */
  async function lookers() {
    const bed = await testBed();
    const { operator } = bed.landbridge;
    const told: unknown[] = [];
    const answering =
      (sns: 'well' | 'busy' | 'deadly'): Caller =>
      (call) => {
        if (call.service !== 'sns') return operator.call(call);
        if (sns === 'busy') throw new Fault('Throttled', 'sns publish: Throttling');
        if (sns === 'deadly') throw new Error('killed');
        told.push((JSON.parse((call.input as { Message: string }).Message) as { says: string }).says);
        return {};
      };
    const looks = async (sns: 'well' | 'busy' | 'deadly', atMs: number): Promise<void> => {
      const state = await bed.state();
      const runtime = { ...operator, call: answering(sns), settings: { ...operator.settings, topicArn } };
      const finding = { cause, says: 'it is sick', confidence: 1, sinceMs: 0, evidence: [], seenBy: [] };
      const diagnosis = { findings: [finding], discounted: {}, seenWell: [] };
      const situation = { ...situationOf(state, atMs), diagnosis };
      const tending = tend({ situation, overrides: [], signal: 'a test' });
      await bed.clock.runUntil(tendTo(state, tending, runtime));
    };
    const store = new HealthStore(operator);
    // Its resources were looked at, and nothing is to be repaired: that is for people.
    await bed.clock.runUntil(store.open(FLEET, incident(cause, { openedAtMs: NOW_MS - 300_000, targets: [] })));
    return { bed, told, looks };
  }
  const NOTHING = expect.stringContaining('nothing can be repaired');

  test('whom nobody could tell is told by one who looks later, and once', async () => {
    const { bed, told, looks } = await lookers();
    await looks('busy', NOW_MS);
    expect(await kept(bed)).toMatchObject([{ status: 'escalated', untold: [NOTHING] }]);
    await looks('busy', NOW_MS + 60_000);
    expect(told).toEqual([]);
    await looks('well', NOW_MS + 120_000);
    await looks('well', NOW_MS + 180_000);
    expect(told).toEqual([NOTHING]);
    expect((await kept(bed))[0]).not.toHaveProperty('untold');
  });

  test('are told by one who looks later where somebody died of telling them, and not by one who looks meanwhile', async () => {
    const { told, looks } = await lookers();
    await expect(looks('deadly', NOW_MS)).rejects.toThrow('killed');
    await looks('well', NOW_MS + 10_000);
    expect(told, 'somebody may be telling them').toEqual([]);
    await looks('well', NOW_MS + 60_000);
    await looks('well', NOW_MS + 120_000);
    expect(told).toEqual([NOTHING]);
  });

  test('are told in two writes more than nothing: one that they are to be, one that they were', async () => {
    const { bed, told, looks } = await lookers();
    await looks('well', NOW_MS);
    expect(told).toEqual([NOTHING]);
    const [escalated] = await kept(bed);
    expect(escalated).toMatchObject({ status: 'escalated', escalatedFor: ['nothing-to-repair'], revision: 2 });
    expect(escalated).not.toHaveProperty('untold');
  });
});
