import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { actNames } from '../../campaign/acts/index.ts';
import { spoilt } from '../../campaign/bugs/commit.ts';
import { bugs } from '../../campaign/bugs/index.ts';
import { places } from '../../campaign/schedule.ts';

const sourceOf = (file: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8');

test('there are enough mistakes, and no two of one name', () => {
  expect(new Set(bugs.map(({ name }) => name)).size).toBe(bugs.length);
  expect(bugs.length).toBeGreaterThanOrEqual(25);
});

describe.for(bugs)('$name', (bug) => {
  test('is in the product where it says, once, and leaves code that can be loaded', () => {
    const source = sourceOf(bug.file);
    const wrong = spoilt(source, bug);
    expect(wrong).not.toBe(source);
    expect(() => stripTypeScriptTypes(wrong)).not.toThrow();
  });

  test('is hunted with acts that there are', () => {
    for (const what of bug.only ?? []) expect(actNames).toContain(what);
  });

  test('is hunted where runs come', () => {
    const names = places.map(({ workflow, state }) => `${workflow}/${state}`);
    for (const at of bug.at ?? []) expect(names).toContain(at);
  });
});

test('a mistake that no longer fits the product is told', () => {
  const bug = { name: 'a mistake', file: 'x.ts', of: 'a', instead: 'b' };
  expect(() => spoilt('c', bug)).toThrow('changes what stands in x.ts 0 times, and not once');
  expect(() => spoilt('aa', bug)).toThrow('2 times');
});
