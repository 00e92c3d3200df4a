import { expect, test } from 'vitest';
import { type Figure, isKept, table } from '../../bench/report.ts';
import { joinBound } from '../../bench/write-budget.ts';

const figure = (measured: number, bound?: Figure['bound']): Figure => ({
  figure: 'reads',
  measured,
  unit: 'calls',
  ...(bound !== undefined && { bound }),
});

// biome-ignore format: a table is read down its columns
test.for([
  { measured: 52, bound: { atMost: 52 },   kept: true,  why: 'at the bound is within it' },
  { measured: 53, bound: { atMost: 52 },   kept: false, why: 'above it is not' },
  { measured: 0,  bound: { exactly: 0 },   kept: true,  why: 'nothing is nothing' },
  { measured: -1, bound: { exactly: 0 },   kept: false, why: 'less than nothing is a miscount' },
  { measured: 9,  bound: undefined,        kept: true,  why: 'without a bound, a figure is only told' },
  { measured: Number.NaN, bound: { atMost: 1 }, kept: false, why: 'what was not measured is not kept' },
])('$measured against $bound: kept is $kept, $why', ({ measured, bound, kept }) => {
  expect(isKept(figure(measured, bound))).toBe(kept);
});

// biome-ignore format: a table is read down its columns
test.for([
  { members: 3,  floor: 18,  views: 2 },
  { members: 10, floor: 46,  views: 9 },
  { members: 25, floor: 106, views: 24 },
  { members: 34, floor: 142, views: 33 },
])('joining as member $members: a tenth above the floor of $floor and a record in $views views', ({ members, floor, views }) => {
  expect(joinBound(members)).toBeCloseTo(1.1 * (floor + views));
});

test('words stand to the left, numbers to the right', () => {
  expect(
    table({
      head: ['call', 'N = 3'],
      rows: [
        ['describeVpcs', 3],
        ['listFunctions', 12],
      ],
    }),
  ).toBe(['  call           N = 3', '  describeVpcs       3', '  listFunctions     12'].join('\n'));
});
