import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { invariants } from '../../../campaign/invariants/index.ts';

const page = readFileSync(new URL('../../../docs/campaigns.md', import.meta.url), 'utf8');
const filesIn = (folder: string): readonly string[] => readdirSync(new URL(folder, import.meta.url));

test('the page on campaigns has every invariant, in its own words, and no other', () => {
  const [, table = ''] = page.split('| invariant | what it says |\n| --- | --- |\n');
  const [rows = ''] = table.split('\n\n');
  expect(rows.trim().split('\n').toSorted()).toEqual(
    invariants.map(({ name, says }) => `| ${name} | ${says} |`).toSorted(),
  );
});

test('every file of an invariant is one that worlds are watched by, and has a test of its own', () => {
  const files = filesIn('../../../campaign/invariants/').filter(
    (file) => file !== 'index.ts' && file !== 'invariant.ts',
  );
  expect(files).toHaveLength(invariants.length);
  const tests = new Set(filesIn('./'));
  expect(files.filter((file) => !tests.has(file.replace(/\.ts$/, '.test.ts')))).toEqual([]);
});
