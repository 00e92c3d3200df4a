import { describe, expect, test } from 'vitest';
import type { Incident } from '../../../control-plane/incidents/incident.ts';
import { percentile, timesToRepair } from '../../../control-plane/incidents/time-to-repair.ts';

const MINUTE = 60_000;
const incident = (but: Partial<Incident>): Incident => ({
  id: 'a',
  cause: 'link/eu-west-1~us-east-1',
  status: 'closed',
  openedAtMs: 10 * MINUTE,
  openedBy: 'probes',
  says: '',
  confidence: 1,
  closedAtMs: 30 * MINUTE,
  repairsAtMs: [],
  ...but,
});
const minutes = (...incidents: readonly Incident[]) => timesToRepair(incidents).map(({ ms }) => ms / MINUTE);

// biome-ignore format: a table is read down its columns
test.for<[why: string, minutes: readonly number[], incidents: readonly Incident[]]>([
  ['until it was proven to be over',              [20],     [incident({})]],
  ['until it was put right, where that is known', [5],      [incident({ repairedAtMs: 15 * MINUTE })]],
  ['from the first evidence',                     [7],      [incident({ repairedAtMs: 15 * MINUTE, sinceMs: 8 * MINUTE })]],
  ['never from after it was opened',              [5],      [incident({ repairedAtMs: 15 * MINUTE, sinceMs: 12 * MINUTE })]],
  ['an open one has none',                        [],       [incident({ status: 'open', closedAtMs: undefined })]],
  ['a part of another has none, the other has',   [25],     [incident({ id: 'part' }), incident({ id: 'whole', cause: 'network/eu-west-1', closedAtMs: 35 * MINUTE, formerly: ['link/eu-west-1~us-east-1'] })]],
  ['what took such a cause in earlier is another', [20, 5], [incident({ id: 'part' }), incident({ id: 'whole', cause: 'network/eu-west-1', openedAtMs: 0, closedAtMs: 5 * MINUTE, formerly: ['link/eu-west-1~us-east-1'] })]],
  ['one that was called otherwise before',        [20],     [incident({ formerly: ['link/eu-west-1~us-east-1'] })]],
])('%s', ([, expected, incidents]) => {
  expect(minutes(...incidents)).toEqual(expected);
});

describe('percentile', () => {
  // biome-ignore format: a table is read down its columns
  test.for<[values: readonly number[], share: number, value: number | undefined]>([
    [[],                 0.5, undefined],
    [[7],                0.9, 7],
    [[3, 1, 2],          0.5, 2],
    [[4, 1, 3, 2],       0.5, 2],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9, 9],
    [[10, 9],            0,   9],
  ])('of %j at %d is %d', ([values, share, value]) => {
    expect(percentile(values, share)).toBe(value);
  });
});
