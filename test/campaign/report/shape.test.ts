import { expect, test } from 'vitest';
import { roundTicks } from '../../../campaign/report/plot.ts';
import { atShare, bandOf, evenBins, LOG_BINS, LOG_FROM_MS, logBins, logShare } from '../../../campaign/report/shape.ts';
import { hours, percentOf, time } from '../../../campaign/report/words.ts';

test('a band holds what most had', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(bandOf(hundred, [0.1, 0.9])).toEqual({ mean: 50.5, low: 10, high: 90 });
  expect(bandOf([], [0.1, 0.9])).toBeUndefined();
  expect(atShare([7], 0.99)).toBe(7);
});

test('every time is in one bin, and in that over which it stands', () => {
  const times = [0, LOG_FROM_MS, 5_000, 60_000, 3_600_000, 1e9];
  const bins = logBins(times);
  expect(bins.reduce((sum, count) => sum + count, 0)).toBe(times.length);
  expect(bins[0]).toBe(2);
  expect(bins[LOG_BINS - 1]).toBe(1);
  expect(bins[Math.floor(logShare(60_000) * LOG_BINS)]).toBe(1);
});

test('what took exactly as long as a bin is wide is in it; what took longer than all is in the last', () => {
  expect(evenBins([1, 2, 2.5, 99], 1, 4)).toEqual([1, 1, 1, 1]);
});

test.for([
  [15, [0, 5, 10, 15]],
  [22, [0, 10, 20, 30]],
  [600, [0, 200, 400, 600]],
  [0.4, [0, 0.1, 0.2, 0.3, 0.4]],
] as const)('up to %d the ticks are round: %j', ([most, ticks]) => {
  expect(roundTicks(most).map((tick) => Number(tick.toFixed(6)))).toEqual(ticks);
});

test.for([
  [1, [0, 1]],
  [2, [0, 1, 2]],
  [9, [0, 5, 10]],
  [22, [0, 10, 20, 30]],
  [100, [0, 25, 50, 75, 100]],
] as const)('up to %d things that there are no halves of, the ticks are whole: %j', ([most, ticks]) => {
  expect(roundTicks(most, { whole: true })).toEqual(ticks);
});

test.for([
  [0.5, '0.5'],
  [2.37, '2.4'],
  [3, '3'],
  [10_240.4, '10,240'],
] as const)('%d hours are %s', ([value, says]) => {
  expect(hours(value)).toBe(says);
});

test.for([
  [1, '100 %'],
  [0.999999, '99.9999 %'],
  [0.99999999, '99.9999 %'],
  [0.9981, '99.81 %'],
  [0.354, '35.4 %'],
  [Number.NaN, '–'],
] as const)('%d is %s, and not all where something is missing', ([share, says]) => {
  expect(percentOf(share)).toBe(says);
});

test('a time is told in a unit of its own size', () => {
  expect([8_000, 270_000, 1_200_000, 4_320_000].map(time)).toEqual(['8 s', '4.5 min', '20 min', '1.2 h']);
});
