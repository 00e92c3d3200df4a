import { expect, test } from 'vitest';
import { compactRow, fullRow } from '../../../control-plane/health/compact-row.ts';
import type { ProbeRow, Streak } from '../../../control-plane/health/probe-row.ts';
import { allRegions } from '../../../control-plane/model/region.ts';

const well: Streak = {
  state: 'well',
  sinceMs: 5,
  recent: '............',
  symptom: null,
  latencyMs: 84.4,
  says: 'HTTP 200 after 84 ms',
};
const sick: Streak = { ...well, state: 'sick', recent: '....xxxxxxxx', symptom: 'connect', says: 'no connection' };
const mending: Streak = { ...well, recent: 'xx..........' };
const row = (replicas: ProbeRow['replicas'], name = well): ProbeRow => ({
  observer: 'eu-west-1',
  atMs: 1_767_226_066_120,
  replicas,
  name,
  bit: null,
});

test('what is sick, or was of late, is kept as it is; of the rest, how long it took', () => {
  const given = row({ 'eu-west-1': well, 'us-east-1': sick, 'ap-southeast-2': mending }, sick);
  const back = fullRow(compactRow(given));
  expect(back).toMatchObject({ observer: 'eu-west-1', atMs: given.atMs, name: sick, bit: null });
  expect(back.replicas['us-east-1']).toEqual(sick);
  expect(back.replicas['ap-southeast-2']).toEqual(mending);
  expect(back.replicas['eu-west-1']).toMatchObject({ state: 'well', recent: '............', latencyMs: 84 });
  expect(Object.keys(back.replicas).toSorted()).toEqual(Object.keys(given.replicas).toSorted());
});

test('that its observer was silent until a moment ago is kept', () => {
  const back = fullRow(compactRow(row({ 'eu-west-1': { ...well, recent: '..' } }, { ...well, recent: '..' })));
  expect([back.replicas['eu-west-1']?.recent, back.name.recent]).toEqual(['..', '..']);
});

test('a quiet row of 34 members is one write unit', () => {
  const regions = allRegions.slice(0, 34);
  expect(regions).toHaveLength(34);
  const kept = compactRow(row(Object.fromEntries(regions.map((region) => [region, well]))));
  expect(JSON.stringify(kept).length).toBeLessThan(1_024);
});
