import { describe, expect, test } from 'vitest';
import type { Incident } from '../../control-plane/incidents/incident.ts';
import type { Tending } from '../../control-plane/incidents/occasion.ts';
import { HealthStore } from '../../handlers/runtime/health-store.ts';
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
  expect((await kept(bed)).filter(({ status }) => status === 'open')).toMatchObject([{ id: open.id }]);
});
