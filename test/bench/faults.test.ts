import { describe, expect, test } from 'vitest';
import { percentile } from '../../bench/report.ts';
import { boundsOf, isOfRow } from '../../local/faults/bounds.ts';
import type { CallsMade } from '../../local/faults/calls-made.ts';
import { faults } from '../../local/faults/catalog.ts';
import type { Course } from '../../local/faults/course.ts';
import { heldAgainst, heldAgainstAlone } from '../../local/faults/promises.ts';
import { blowsOf } from '../../local/faults/storm.ts';
import type { Fault } from '../../local/faults/trial.ts';
import { seededRandom } from '../../simulator/random.ts';

// biome-ignore format: a table is read down its columns
test.for([
  { samples: [3, 1, 2],                                 share: 0.5,  is: 2,  why: 'in their order' },
  { samples: [1, 2, 3, 4],                              share: 0.5,  is: 2,  why: 'half of them do not exceed it' },
  { samples: Array.from({ length: 50 }, (_, at) => at), share: 0.99, is: 49, why: 'of fifty, it is the worst' },
  { samples: [1, Infinity],                             share: 0.99, is: Infinity, why: 'never is the worst there is' },
  { samples: [],                                        share: 0.5,  is: NaN, why: 'of nothing there is none' },
])('percentile $share of $samples is $is: $why', ({ samples, share, is }) => {
  expect(percentile(samples, share)).toBe(is);
});

// biome-ignore format: a table is read down its columns
test.for([
  { row: '2a', of: '2',  is: true },
  { row: '2a', of: '2a', is: true },
  { row: '2a', of: '2b', is: false },
  { row: '11', of: '1',  is: false },
  { row: '1',  of: '11', is: false },
])('row $row is of $of: $is', ({ row, of, is }) => {
  expect(isOfRow(row, of)).toBe(is);
});

test('every row of the table is tried, but the one that is no timing', () => {
  const rows = Array.from({ length: 18 }, (_, index) => String(index + 1)).filter((row) => row !== '17');
  expect(rows.filter((of) => !faults.some(({ row }) => isOfRow(row, of)))).toEqual([]);
  expect(new Set(faults.map(({ row }) => row)).size).toBe(faults.length);
});

test('rows that bounds name have one', () => {
  expect(faults.filter(({ row }) => boundsOf(row).length === 0).map(({ row }) => row)).toEqual(
    faults.map(({ row }) => row).filter((row) => /^(?:10|12|13|14|15|16|18)/.test(row)),
  );
});

const none: CallsMade = {
  reads: 0,
  writes: 0,
  recordWrites: 0,
  route53: 0,
  controlPlane: 0,
  toUsEast1: 0,
  reportsToUsEast1: 0,
};
const well: Course = {
  row: '6a',
  seed: 'one',
  causes: ['replica/eu-west-1'],
  escalated: ['replica/eu-west-1'],
  detectedAfterMs: 30_000,
  mitigatedAfterMs: 90_000,
  repairedAfterMs: undefined,
  normalAfterMs: 60_000,
  notNormal: undefined,
  lost: { affected: 90, others: 0 },
  lostBy: {},
  callsUntilMitigated: none,
  callsWhileItLasts: none,
  calls: none,
  moves: [],
  outOfService: ['eu-west-1'],
  mended: [],
  simulatedMs: 0,
  objections: [],
};
const faultOf = (row: string): Fault => {
  const fault = faults.find((candidate) => candidate.row === row);
  if (fault === undefined) throw new Error(`no row ${row}`);
  return fault;
};

describe('what is held against a course', () => {
  test('nothing where all went as promised', () => expect(heldAgainst(faultOf('6a'), well)).toEqual([]));

  // biome-ignore format: a table is read down its columns
  test.for<{ row: string; course: Partial<Course>; says: RegExp }>([
    { row: '6a', course: { lost: { affected: 9, others: 1 } },                         says: /1 requests lost by callers it does not concern/ },
    { row: '6a', course: { notNormal: 'replica/eu-west-1 open' },                      says: /not back to normal: replica/ },
    { row: '6a', course: { causes: [] },                                               says: /nobody saw replica\/eu-west-1/ },
    { row: '6a', course: { causes: ['replica/eu-west-1', 'observer/us-east-1'] },      says: /observer\/us-east-1, which is not what is wrong/ },
    { row: '6a', course: { mended: ['function/eu-west-1/payments'] },                  says: /written to/ },
    { row: '6a', course: { escalated: [] },                                            says: /people were told 0 times/ },
    { row: '10b', course: { causes: ['observer/eu-central-1'] },                       says: /eu-west-1 went out of service/ },
    { row: '12', course: { causes: ['fleet/payments'], moves: [{ what: 'drain', of: 'eu-west-1', afterMs: 1 }] }, says: /drain eu-west-1/ },
    { row: '8', course: { causes: [], callsWhileItLasts: { ...none, controlPlane: 2 } }, says: /2 calls to control planes/ },
    { row: '8', course: { causes: [], callsWhileItLasts: { ...none, toUsEast1: 1 } },  says: /1 calls to us-east-1/ },
    { row: '15', course: { causes: ['network/eu-west-1'], objections: ['the experiment was undone'] }, says: /undone/ },
    { row: '16', course: { causes: ['replica/eu-west-1', 'region/ap-southeast-2', 'link/eu-central-1~eu-west-1'] }, says: /told in the order/ },
  ])('row $row: $says', ({ row, course, says }) => {
    expect(heldAgainst(faultOf(row), { ...well, ...course }).join('\n')).toMatch(says);
  });

  test('callers were steered to and fro: twice within the cool-down is once too often, later is not', () => {
    const steered = (afterMs: number) => ({ what: 'steer' as const, of: 'eu-central-1>eu-west-1', afterMs });
    const course = (laterMs: number): Course => ({
      ...well,
      causes: ['link/eu-central-1~eu-west-1'],
      moves: [steered(0), { ...steered(1), what: 'unsteer' }, steered(laterMs)],
    });
    expect(heldAgainst(faultOf('11'), course(299_000)).join()).toMatch(/steered again after 299 s/);
    expect(heldAgainst(faultOf('11'), course(300_000))).toEqual([]);
  });

  test('alone, members may report to home, and call it for nothing else', () => {
    const calls = (more: Partial<CallsMade>): Course => ({ ...well, callsUntilMitigated: { ...none, ...more } });
    expect(heldAgainstAlone(calls({ toUsEast1: 4, reportsToUsEast1: 4 }))).toEqual([]);
    expect(heldAgainstAlone(calls({ toUsEast1: 5, reportsToUsEast1: 4 }))).toHaveLength(1);
    expect(heldAgainstAlone(calls({ writes: 1, recordWrites: 1, controlPlane: 1 }))).toHaveLength(3);
  });
});

test('the same chance draws the same faults: so many an hour, in their order, between two, for 1 to 15 minutes', () => {
  const plan = {
    hours: 24,
    anHour: 3,
    serving: ['us-east-1', 'eu-west-1'],
    everybody: ['us-east-1', 'eu-west-1', 'sa-east-1'],
  };
  const blows = blowsOf(seededRandom('a test'), plan);
  expect(blowsOf(seededRandom('a test'), plan)).toEqual(blows);
  expect(blows).toHaveLength(72);
  expect(blows.map(({ afterMs }) => afterMs)).toEqual(blows.map(({ afterMs }) => afterMs).toSorted((a, b) => a - b));
  for (const { afterMs, lastsMs, from, to } of blows) {
    expect(afterMs).toBeLessThan(24 * 3_600_000);
    expect(lastsMs).toBeGreaterThanOrEqual(60_000);
    expect(lastsMs).toBeLessThan(900_000);
    expect(from).not.toBe(to);
    expect(plan.serving).toContain(to);
  }
});
