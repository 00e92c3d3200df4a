import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AHEAD_MS, freshForMs, freshRows } from '../../../control-plane/health/evidence.ts';
import type { ProbeRow } from '../../../control-plane/health/probe-row.ts';
import { NOW_MS, sketch, well } from './sketch.ts';

const rowAt = (observer: string, agoMs: number): ProbeRow => ({
  observer,
  atMs: NOW_MS - agoMs,
  replicas: { a: well({ latencyMs: agoMs }) },
  name: well(),
  bit: null,
});

const FRESH_FOR_MS = freshForMs(1);

describe('rows that count', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { agoMs: 0,                counts: true,  why: 'now' },
    { agoMs: FRESH_FOR_MS,     counts: true,  why: 'a minute, and half of one for being late' },
    { agoMs: FRESH_FOR_MS + 1, counts: false, why: 'its prober died' },
    { agoMs: 120_000,          counts: false, why: 'a clock two minutes slow' },
    { agoMs: -AHEAD_MS,        counts: true,  why: 'clocks are never quite the same' },
    { agoMs: -AHEAD_MS - 1,    counts: false, why: 'but not that different' },
    { agoMs: -120_000,         counts: false, why: 'a clock two minutes fast' },
  ])('written $agoMs ms ago: $counts, $why', ({ agoMs, counts }) => {
    const { usable, discounted } = freshRows([rowAt('a', agoMs)], NOW_MS);
    expect(usable).toHaveLength(counts ? 1 : 0);
    expect(Object.keys(discounted)).toEqual(counts ? [] : ['a']);
  });

  test('of many observers each writes less often, and is believed for longer', () => {
    const many = Array.from({ length: 34 }, (_, index) => rowAt(`region-${index}`, index === 0 ? 150_001 : 150_000));
    expect(Object.keys(freshRows(many, NOW_MS).discounted)).toEqual(['region-0']);
    expect(Object.keys(freshRows(many.slice(0, 20), NOW_MS).usable)).toEqual([]);
  });

  test('of one observer the newest that counts does, even beside one from the future', () => {
    const rows = [rowAt('a', -60_000), rowAt('a', 20_000), rowAt('a', 40_000), rowAt('b', 300_000)];
    const { usable, discounted } = freshRows(rows, NOW_MS);
    expect(usable).toEqual([rowAt('a', 20_000)]);
    expect(discounted).toEqual({ b: 'its row is 300 s old: it says nothing about now' });
  });

  test('their order decides nothing, not even between two of one moment', () => {
    const rows = [...sketch('a ..', 'a cc', 'b ..', 'b .c', 'c ..'), rowAt('d', 1_000_000)];
    const expected = freshRows(rows, NOW_MS);
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: rows.length }), (shuffled) => {
        expect(freshRows(shuffled, NOW_MS)).toEqual(expected);
      }),
    );
  });
});
