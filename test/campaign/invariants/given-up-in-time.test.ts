import { expect, test } from 'vitest';
import { givenUpInTime } from '../../../campaign/invariants/given-up-in-time.ts';
import { InvariantScene } from './scene.ts';

const MINUTE_MS = 60_000;
const KEY = 'vpc/us-east-1';

/** A target that is repaired so often, so far apart. */
async function repaired(times: number, everyMs: number): Promise<InvariantScene> {
  const scene = await InvariantScene.of(givenUpInTime);
  for (let time = 0; time < times; time += 1) {
    const state = await scene.store.load(scene.fleet);
    await scene.store.noteRepairs(state, [KEY], scene.bed.clock.nowMs());
    await scene.bed.clock.runFor(everyMs);
  }
  return scene;
}
const budgetOf = async (): Promise<number> =>
  (await InvariantScene.of(givenUpInTime)).bed.fleet.policies.repairsPerHour;

test('a target that is repaired more often within an hour than the budget says is told, once', async () => {
  const budget = await budgetOf();
  expect((await repaired(budget + 2, MINUTE_MS)).told).toEqual([]);
  expect((await repaired(budget + 5, MINUTE_MS)).told).toEqual([
    `${KEY} was repaired ${budget + 3} times within an hour, and ${budget} is the budget`,
  ]);
});

test('as many over several hours are within it', async () => {
  expect((await repaired(2 * (await budgetOf()), 11 * MINUTE_MS)).told).toEqual([]);
});

/** A run with a step in each round, which came out so. */
async function rounds(...outcomes: readonly string[]): Promise<readonly string[]> {
  const scene = await InvariantScene.of(givenUpInTime);
  const step = (outcome: string, index: number) => ({
    run: 'a',
    atMs: index * MINUTE_MS,
    what: 'step' as const,
    says: outcome,
    target: KEY,
    round: index + 1,
    outcome,
  });
  await scene.journal.append(scene.fleet, outcomes.map(step));
  return scene.end();
}
const failures = (count: number): readonly string[] => Array.from({ length: count }, () => 'Rejected');

test('a run that goes on for a thirteenth round in which nothing succeeds is told', async () => {
  expect(await rounds(...failures(15))).toEqual([]);
  expect(await rounds(...failures(16))).toEqual(['a went on for 16 rounds in a row in which nothing succeeded']);
});

test('a round in which something was done, or nothing was tried, begins the count anew', async () => {
  for (const between of ['done', 'left']) expect(await rounds(...failures(12), between, ...failures(12))).toEqual([]);
});
