import { describe, expect, test } from 'vitest';
import { allRegions } from '../../../control-plane/model/region.ts';
import { whereaboutsOf } from '../../../simulator/data-plane/geography.ts';
import { roundTripMs } from '../../../simulator/data-plane/latency.ts';
import { regions } from '../../../simulator/regions.ts';

describe('how far Regions are from each other', () => {
  test('a fleet file names the Regions that the simulator has', () => {
    expect([...regions.keys()]).toEqual([...allRegions]);
  });

  test.for([...regions.keys()])('%s: its place is known, and nothing is nearer to it than itself', (region) => {
    expect(whereaboutsOf(region)).toBeDefined();
    for (const other of regions.keys())
      if (other !== region) expect(roundTripMs(region, other), other).toBeGreaterThan(roundTripMs(region, region));
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { from: 'ap-southeast-6', nearest: 'ap-southeast-2', why: 'nobody measured New Zealand: by distance, Sydney' },
    { from: 'ap-east-2',      nearest: 'ap-east-1',      why: 'nobody measured Taipei: by distance, Hong Kong' },
    { from: 'eu-west-1',      nearest: 'eu-west-2',      why: 'as measured' },
  ])('nearest to $from is $nearest: $why', ({ from, nearest }) => {
    const others = [...regions.keys()].filter((region) => region !== from);
    expect(others.toSorted((a, b) => roundTripMs(from, a) - roundTripMs(from, b))[0]).toBe(nearest);
  });
});
