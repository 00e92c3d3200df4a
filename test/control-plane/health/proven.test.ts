import { expect, test } from 'vitest';
import type { ProbeRow, Streak } from '../../../control-plane/health/probe-row.ts';
import { provenBy } from '../../../control-plane/health/proven.ts';

const NOW_MS = 10 * 60_000;
const streak = (recent: string, state: Streak['state'] = 'well'): Streak => ({
  state,
  sinceMs: 0,
  recent,
  symptom: null,
  latencyMs: 40,
  says: 'HTTP 200 after 40 ms',
});
const row = (but: Partial<ProbeRow> = {}): ProbeRow => ({
  observer: 'eu-west-1',
  atMs: NOW_MS - 10_000,
  replicas: {},
  name: streak('......'),
  bit: streak('......'),
  ...but,
});

// biome-ignore format: a table is read down its columns
test.for([
  { row: row(),                                   proves: ['names', 'bit', 'watch'], why: 'all is well' },
  { row: row({ name: streak('.....x') }),         proves: ['bit', 'watch'],          why: 'the newest round was not, though the streak is' },
  { row: row({ name: streak('xxx...', 'sick') }), proves: ['bit', 'watch'],          why: 'the newest rounds were, and the streak is not yet' },
  { row: row({ bit: null }),                      proves: ['names', 'watch'],        why: 'a client has no bit' },
  { row: row({ bit: streak('xxxxxx', 'sick') }),  proves: ['names', 'watch'],        why: 'whatever it sees, it was called' },
  { row: row({ name: streak('') }),               proves: ['bit', 'watch'],          why: 'nothing was asked yet' },
  { row: row({ atMs: NOW_MS - 90_000 }),          proves: ['names', 'bit', 'watch'], why: 'as old as evidence may be' },
  { row: row({ atMs: NOW_MS - 90_001 }),          proves: [],                        why: 'older' },
  { row: row({ atMs: NOW_MS + 10_001 }),          proves: [],                        why: 'from the future' },
])('$proves: $why', ({ row: given, proves }) => {
  const proven = provenBy(given, 3, NOW_MS);
  expect(Object.entries(proven).flatMap(([what, is]) => (is ? [what] : []))).toEqual(proves);
});
