import { expect, test } from 'vitest';
import { Journal, type JournalEntry } from '../../handlers/runtime/journal.ts';
import { testBed } from '../support/landbridge.ts';

const at = { run: 'a-run', atMs: 1_000 };
const finding = (target: string, says: string): JournalEntry => ({ ...at, what: 'finding', target, says });
const refused = (says: string): JournalEntry => ({ ...at, what: 'refused', says });
const DENIED = 'ec2 createVpc: UnauthorizedOperation: no. Encoded authorization failure message:';

// biome-ignore format: a table is read down its columns
test.for([
  { why: 'the same, round after round',          rounds: [[refused('no A')], [refused('no A')]],                                entries: 1 },
  { why: 'another refusal, in its place',        rounds: [[refused('no A')], [refused('no B')]],                                entries: 2 },
  { why: 'one more, and in another order',       rounds: [[refused('no B')], [refused('no A'), refused('no B')]],               entries: 2 },
  { why: 'one refusal, whatever AWS calls it',   rounds: [[refused(`${DENIED} AbC1`)], [refused(`${DENIED} xYz2`)]],            entries: 1 },
  { why: 'of one target, and then something else', rounds: [[finding('vpc/a', 'is dark')], [finding('vpc/a', 'is theirs')]],    entries: 2 },
  { why: 'of two targets',                       rounds: [[finding('vpc/a', 'is dark'), finding('vpc/b', 'is dark')]],          entries: 2 },
])('what a run finds stays in the journal: $why', async ({ rounds, entries }) => {
  const bed = await testBed();
  const journal = new Journal(bed.landbridge.operator);
  for (const found of rounds) await bed.clock.runUntil(journal.append('payments', found));
  const told = (await bed.journal()).filter(({ run }) => run === at.run);
  expect(told).toHaveLength(entries);
});
