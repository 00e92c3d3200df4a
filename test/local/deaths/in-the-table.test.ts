import { describe, expect, test } from 'vitest';
import { endingOf, goUnder, isTableWrite, journeys, Reaper } from '../../support/deaths.ts';

describe('a Region joins, and its handler dies after a write to the state table', async () => {
  const journey = journeys.thirdJoins;
  const reaper = new Reaper(isTableWrite);
  const undisturbed = await endingOf(await goUnder(reaper, journey));
  test.for(reaper.counted.map((call, index) => ({ call, k: index + 1 })))('$k, $call', async ({ k }) => {
    const bed = await goUnder(new Reaper(isTableWrite, 'dies after', k), journey);
    expect(await endingOf(bed)).toEqual(undisturbed);
  });
});
