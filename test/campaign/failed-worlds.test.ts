import { expect, test } from 'vitest';
import { play } from '../../campaign/play.ts';
import { type ScheduleOptions, scheduleOf } from '../../campaign/schedule.ts';

/** A world in which an invariant was broken once, and what it was that was mended then. */
interface FailedWorld extends ScheduleOptions {
  readonly seed: string;
  readonly was: string;
}

// biome-ignore format: a table is read down its columns
const failedWorlds: readonly FailedWorld[] = [
  { seed: '2024', members: [3, 6], hours: 6, was: 'each of two steers took the replica of the other for somebody else to ask' },
];

test.for(failedWorlds)('$seed, where $was, is played without a word', async ({ seed, was: _was, ...options }) => {
  const { violations } = await play(scheduleOf(seed, options));
  expect(violations).toEqual([]);
});
