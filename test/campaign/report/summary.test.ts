import { describe, expect, test } from 'vitest';
import { availabilityOf, replayOf, summaryOf } from '../../../campaign/report/summary.ts';
import { MINUTE_MS } from '../../../campaign/schedule.ts';
import { three, world } from './known.ts';

const twelve = (of: (bin: number) => number): readonly number[] => Array.from({ length: 12 }, (_, bin) => of(bin));

describe('a campaign is added up from its worlds', () => {
  test('hours, calls and what happened', () => {
    const summary = summaryOf(three, 5);
    expect(summary).toMatchObject({ worlds: 3, simulatedHours: 3, cpuSeconds: 15, reads: 1_800, writes: 60 });
    expect(summary.byMembers).toEqual({ 4: 2, 7: 1 });
    expect(summary.done).toEqual({ 'route deleted': 6, join: 12, 'calls fail': 3 });
    expect(summary.meetings['calls fail']).toEqual({ 'reconcile/Apply': 9, 'drill/Hold': 3 });
  });

  test('calls a minute, over worlds', () => {
    const { stretches } = summaryOf([...three, world('4', { course: busy })], 5);
    expect(stretches).toHaveLength(12);
    expect(stretches[0]?.reads).toEqual({ mean: 15, low: 10, high: 30 });
    expect(stretches[11]?.writes).toEqual({ mean: 0, low: 0, high: 0 });
  });
  const busy = { ...world('4').played.course, reads: twelve(() => 150) };

  test('who was lost though somebody could have answered counts against it, and nobody else', () => {
    const unlucky = { ...world('4').played.course, needless: twelve((bin) => (bin === 6 ? 20 : 0)) };
    const { asked, stretches } = summaryOf([world('1'), world('2', { course: unlucky })], 5);
    expect(asked).toEqual({ answered: 440, needless: 20, helpless: 8 });
    expect(availabilityOf(asked)).toBeCloseTo(440 / 460);
    expect(stretches[0]?.availability, 'nobody could have been answered').toBeUndefined();
    expect(stretches[6]?.availability).toMatchObject({ low: 0.5, high: 1, mean: 40 / 60 });
    expect(stretches[7]?.availability).toEqual({ low: 1, high: 1, mean: 1 });
  });

  test('time to repair is of what was repaired; what passed by itself stands beside it', () => {
    const { repairs } = summaryOf(three, 5);
    const [link, region] = repairs;
    expect(link).toMatchObject({ kind: 'link', incidents: 3, p50Ms: 20_000, mostMs: 20_000 });
    expect(region).toMatchObject({ kind: 'region', incidents: 3, p50Ms: Number.NaN });
    const counts = (bins: readonly number[] = []): number => bins.reduce((sum, count) => sum + count, 0);
    expect([counts(link?.bins.repaired), counts(link?.bins.passed), counts(region?.bins.passed)]).toEqual([3, 0, 3]);
  });

  test('worlds that never got there, and that came to no end, are no part of how long it took', () => {
    const summary = summaryOf(
      [world('1'), world('2', { settledAfterMs: undefined }), { seed: '3', failed: 'it broke' }],
      5,
    );
    expect(summary).toMatchObject({ worlds: 3, neverSettled: 1, settledMinutes: [2], failed: [{ seed: '3' }] });
    expect(summary.settledAfterMs.p99).toBe(2 * MINUTE_MS);
  });

  test('a world that went on for longer than most is left out of their course', () => {
    const longer = world('4', { simulatedMs: 2 * 3_600_000 });
    expect(summaryOf([...three, longer], 5).stretches).toHaveLength(12);
  });
});

test.for([
  [{}, 'npm run simulate -- --replay 7'],
  [{ members: [3, 10], hours: 6, anHour: 6 }, 'npm run simulate -- --replay 7'],
  [{ members: [5, 5], hours: 12, anHour: 3 }, 'npm run simulate -- --replay 7 --members 5..5 --hours 12 --an-hour 3'],
  [{ only: [] }, 'npm run simulate -- --replay 7 --weather clear'],
  [
    { only: ["Route 53's control plane down", 'route deleted'] },
    'npm run simulate -- --replay 7 --weather "Route 53\'s control plane down,route deleted"',
  ],
] as const)('of %j the world is played again by %s', ([options, command]) => {
  expect(replayOf('7', options)).toBe(command);
});
