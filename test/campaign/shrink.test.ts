import { expect, test } from 'vitest';
import { type Act, HOUR_MS, type Schedule, scheduleOf } from '../../campaign/schedule.ts';
import { shrink } from '../../campaign/shrink.ts';
import { testOf } from '../../campaign/shrunk-test.ts';

const long: Schedule = scheduleOf('shrink', { members: [5, 5], hours: 6, anHour: 30 });
const broken = { invariant: 'is broken', atMs: 5 * HOUR_MS, says: 'it is' };

/** Plays nothing: the invariant is broken where all of these acts are there, in their order. */
function brokenBy(...culprits: readonly Act[]) {
  let plays = 0;
  return {
    play: async ({ acts }: Schedule) => {
      plays += 1;
      let found = 0;
      for (const act of acts) if (act === culprits[found]) found += 1;
      return { violations: found === culprits.length ? [broken] : [] };
    },
    plays: () => plays,
  };
}

test.for([1, 2, 3, 5])('of a long schedule the %s acts are left that it takes', async (count) => {
  const step = Math.floor(long.acts.length / count);
  const culprits = Array.from({ length: count }, (_, index) => long.acts[index * step] as Act);
  const { play, plays } = brokenBy(...culprits);
  const smallest = await shrink(long, broken, play);
  expect(smallest.acts).toEqual(culprits);
  expect(smallest).toMatchObject({ seed: long.seed, serving: long.serving, weatherMs: long.weatherMs });
  // Cheaper than leaving them out one by one, over and over.
  expect(plays()).toBeLessThan(count * long.acts.length);
});

test('what is broken without any act is left without one', async () => {
  expect((await shrink(long, broken, brokenBy().play)).acts).toEqual([]);
});

test('what happens after it was broken is left out first, and so is the time it takes', async () => {
  const [culprit] = long.acts.filter(({ afterMs }) => afterMs < HOUR_MS / 2);
  if (culprit === undefined) throw new Error('acts begin at once');
  const smallest = await shrink(long, { ...broken, atMs: HOUR_MS / 2 }, brokenBy(culprit).play);
  expect(smallest.acts).toEqual([culprit]);
  expect(smallest.weatherMs).toBeLessThan(HOUR_MS);
});

test('another invariant that breaks is not this one', async () => {
  const play = async () => ({ violations: [{ ...broken, invariant: 'another' }] });
  expect((await shrink(long, broken, play)).acts).toEqual(long.acts);
});

test('a test to paste has the whole schedule in it', () => {
  const schedule = { ...long, acts: long.acts.slice(0, 2) };
  const lines = testOf(schedule, broken).split('\n');
  const [seed = '', ...others] = lines
    .slice(3, lines.indexOf('    acts: ['))
    .map((line) => line.trim().replace(/,$/, ''));
  expect(seed).toBe(`seed: ${JSON.stringify(schedule.seed)}`);
  expect(others).toContain(`serving: ${JSON.stringify(schedule.serving)}`);
  for (const act of schedule.acts) expect(lines).toContain(`      ${JSON.stringify(act)},`);
});
