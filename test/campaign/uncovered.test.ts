import { expect, test } from 'vitest';
import { coverageOf, drawnActs } from '../../campaign/report/coverage.ts';
import { placeName, places, scheduleOf } from '../../campaign/schedule.ts';
import { seedsOfUncovered } from '../../campaign/uncovered.ts';

const options = { members: [3, 4], hours: 1 } as const;

/** Everything has met runs everywhere, but for this. */
function allBut(...cells: readonly string[]) {
  const met = Object.fromEntries(
    drawnActs.map((what) => [
      what,
      Object.fromEntries(
        places.map(placeName).flatMap((place) => (cells.includes(`${what} in ${place}`) ? [] : [[place, 1]])),
      ),
    ]),
  );
  expect(coverageOf(met).missing).toHaveLength(cells.length);
  return met;
}
const waitsFor = (seed: string): readonly string[] =>
  scheduleOf(seed, options).acts.flatMap(({ what, entering }) =>
    entering === undefined ? [] : [`${what} in ${placeName(entering)}`],
  );
const looking = { atMost: 10, from: 1, isTaken: () => false };

test('what was never met is waited for in the worlds that are chosen, and in no more of them than it takes', () => {
  const missing = ['route deleted in drill/Hold', 'calls fail in repair/AMoment'];
  const seeds = seedsOfUncovered(allBut(...missing), options, looking);
  expect(seeds.length).toBeGreaterThan(0);
  expect(seeds.length).toBeLessThanOrEqual(2);
  expect(seeds.flatMap(waitsFor)).toEqual(expect.arrayContaining(missing));
});

test('a seed that was played already is not chosen again, another is', () => {
  const met = allBut('route deleted in drill/Hold');
  const [first = ''] = seedsOfUncovered(met, options, looking);
  const [second = ''] = seedsOfUncovered(met, options, { ...looking, isTaken: (seed) => seed === first });
  expect(second).not.toBe(first);
  expect(waitsFor(second)).toContain('route deleted in drill/Hold');
});

test('where nothing is left nothing is chosen, and never more than is asked for', () => {
  expect(seedsOfUncovered(allBut(), options, looking)).toEqual([]);
  expect(seedsOfUncovered({}, options, looking)).toHaveLength(10);
});
