import { expect, test } from 'vitest';
import { sendOne } from '../../local/callers.ts';
import { settledCast } from '../../local/faults/settled-cast.ts';
import { weatherOf } from '../../simulator/weather/index.ts';

const MINUTE_MS = 60_000;
const [CLIENT, VICTIM, OTHER] = ['eu-central-1', 'eu-west-1', 'us-east-1'] as const;

// biome-ignore format: a table is read down its columns
test.for([
  { policies: {},                     why: 'whose budget of repairs its moves would have spent' },
  { policies: { repairsPerHour: 0 },  why: 'that repairs nothing by itself' },
  { policies: { maxShareInRepair: 0 }, why: 'that has paused all healing' },
])('a link that fails again and again is steered round each time, by a fleet $why', async ({ policies }) => {
  const cast = await settledCast({ seed: 'flapping' }, { serving: [OTHER, VICTIM], clients: [CLIENT] });
  const { bed, url, callers } = cast;
  const { world, clock, fleet, store } = bed;
  await store().put({ ...fleet, policies: { ...fleet.policies, ...policies } });
  const caller = callers.find(({ region }) => region === CLIENT) ?? expect.fail();
  const failures = 5;
  for (let failure = 1; failure <= failures; failure += 1) {
    const clear = weatherOf(world).links({ from: CLIENT, to: VICTIM, drop: 1 });
    // Until it is seen and the view is read anew, requests get lost.
    await clock.runFor(3 * MINUTE_MS);
    const lost: string[] = [];
    for (let second = 0; second < 60; second += 1) {
      sendOne(world, caller, { url }, ({ lostAt }) => {
        if (lostAt !== undefined) lost.push(lostAt);
      });
      await clock.runFor(1_000);
    }
    expect(lost, `failure ${failure} of ${failures}`).toEqual([]);
    clear();
    await clock.runFor(9 * MINUTE_MS);
  }
  const { repairsAtMs } = await clock.runUntil(store().load(fleet.name));
  expect(repairsAtMs[`records/${CLIENT}`] ?? []).toEqual([]);
});
