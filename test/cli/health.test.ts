import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { nothingFound } from '../../cli/commands/health.ts';
import { readAtMs } from '../../cli/fleet-now.ts';
import { freshRows } from '../../control-plane/health/evidence.ts';
import type { ProbeRow, Streak } from '../../control-plane/health/probe-row.ts';

const well: Streak = { state: 'well', sinceMs: 0, recent: '......', symptom: null, latencyMs: 20, says: 'HTTP 200' };
const rowOf = (observer: string, atMs: number): ProbeRow => ({
  observer,
  atMs,
  replicas: { 'us-east-1': well },
  name: well,
  bit: null,
});

const NOW_MS = 10_000_000;
const HOUR_MS = 3_600_000;

describe('that nothing is wrong', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { writtenAgoMs: [1_000, 9_000],     says: /^nothing is wrong, as far as probes see$/,      why: 'every prober is at work' },
    { writtenAgoMs: [1_000, HOUR_MS],   says: /^nothing is wrong, as far as 1 of 2 rows tell$/, why: 'one has stopped' },
    { writtenAgoMs: [HOUR_MS, HOUR_MS], says: /^nobody knows .*landbridge-payments_watch runs/, why: 'all of them stopped at once' },
    { writtenAgoMs: [],                 says: /^nobody knows .*there is no row yet/,           why: 'none has ever looked' },
  ])('is said by those whose rows are of now: $why', ({ writtenAgoMs, says }) => {
    const rows = writtenAgoMs.map((agoMs, index) => rowOf(`r-${index}`, NOW_MS - agoMs));
    const nowMs = readAtMs(rows, NOW_MS, NOW_MS + 100);
    const told = nothingFound('payments', rows, freshRows(rows, nowMs).discounted);
    expect(stripVTControlCharacters(told)).toMatch(says);
  });
});

describe('the moment of the picture', () => {
  const [BEGAN_MS, ENDED_MS] = [NOW_MS, NOW_MS + 60_000];

  // biome-ignore format: a table is read down its columns
  test.for([
    { newestMs: NOW_MS - HOUR_MS, is: BEGAN_MS,        why: 'a row of long ago is not now' },
    { newestMs: NOW_MS + 20_000,  is: NOW_MS + 20_000, why: 'one that was written while rows were read is not ahead of it' },
    { newestMs: NOW_MS + HOUR_MS, is: ENDED_MS,        why: 'a clock that is off does not set ours' },
  ])('$why', ({ newestMs, is }) => {
    expect(readAtMs([rowOf('us-east-1', newestMs)], BEGAN_MS, ENDED_MS)).toBe(is);
  });
});
