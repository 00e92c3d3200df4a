import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { tryNext } from '../../cli/start/try-next.ts';
import { costOfEvidence, total } from '../../control-plane/health/cost.ts';
import { kinds } from '../../control-plane/kinds/index.ts';
import { BIT_REMEMBERS_MS, CHECKED_FROM } from '../../control-plane/model/agents.ts';
import { breakages } from '../../local/breakages.ts';
import { payments } from '../support/payments.ts';

/** What pages that people write say of what the code knows better. */
const page = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

describe('what each breakage looks like', () => {
  const rows = page('docs/operators.md')
    .split('## What each breakage looks like')[1]
    ?.split('\n## ')[0]
    ?.split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').map((cell) => cell.trim()));

  test.for(breakages)('$name', ({ name, endsAt = 'nowhere' }) => {
    const words = name.split(' ').slice(0, 2);
    const told = rows?.filter(([, broken = '']) => words.every((word) => broken.split(/\W+/).includes(word))) ?? [];
    expect(told.map(([, , at = '']) => /^\w+/.exec(at)?.[0])).toEqual([endsAt]);
  });
});

test('what a member of ten costs to watch', () => {
  const dollars = total(costOfEvidence(10, CHECKED_FROM.length, BIT_REMEMBERS_MS));
  expect(page('docs/health.md')).toContain(`$${dollars.toFixed(2)} a month for each of ten serving members`);
});

test('how many kinds there are', () => {
  expect(page('CHANGELOG.md')).toContain(`- ${kinds.size} kinds of AWS resource`);
});

test('of what mends itself within moments, nobody is told to look at it while it is broken', () => {
  const said = tryNext('http://127.0.0.1:4566', '111122223333', payments).join('\n');
  expect(said).not.toContain('see what it would mend');
  expect(said).toMatch(/break something[\s\S]*it mends itself within moments[\s\S]*landbridge status/);
});
