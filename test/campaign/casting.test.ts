import { expect, test } from 'vitest';
import { play } from '../../campaign/play.ts';
import { type Act, MINUTE_MS } from '../../campaign/schedule.ts';

const join = (to: string, afterMs: number): Act => ({ what: 'join', afterMs, lastsMs: 0, from: 'us-east-1', to });

const played = (waits: Pick<Act, 'from' | 'to' | 'afterMs'>) =>
  play({
    seed: 'casting',
    serving: ['us-east-1', 'eu-west-1', 'sa-east-1'],
    clients: [],
    weatherMs: 75 * MINUTE_MS,
    lastsMs: 75 * MINUTE_MS,
    acts: [
      join('us-east-1', 0),
      join('eu-west-1', 1_000),
      { what: 'route deleted', entering: { workflow: 'sweep', state: 'ListFleets' }, lastsMs: 0, ...waits },
    ],
  });

test('what waits for a run and cannot be done as drawn is done with others', async () => {
  // Nobody has joined sa-east-1: it has no routes.
  const { done, missed, violations } = await played({ from: 'sa-east-1', to: 'eu-west-1', afterMs: 60 * MINUTE_MS });
  expect({ done, missed, violations }).toEqual({ done: { join: 2, 'route deleted': 1 }, missed: {}, violations: [] });
});

test('what cannot be done with anybody yet waits for the next run', async () => {
  const { done, missed, violations } = await played({ from: 'us-east-1', to: 'eu-west-1', afterMs: 0 });
  expect({ done, missed, violations }).toEqual({ done: { join: 2, 'route deleted': 1 }, missed: {}, violations: [] });
});
