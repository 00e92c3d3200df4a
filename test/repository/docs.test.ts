import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { pages } from '../../docs/pages.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe('pages made from the code are up to date; npm run docs writes them', () => {
  test.for(Object.entries(pages))('%s', ([path, page]) => {
    expect(read(path)).toBe(page());
  });
});

const markdown = ['', 'docs', 'docs/adr']
  .flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => join(folder, name)))
  .filter((path) => path.endsWith('.md'));

/** As GitHub makes them: lower case, without punctuation, blanks as hyphens. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .trim()
    .replaceAll(' ', '-');

const anchorsIn = (path: string): readonly string[] =>
  [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));

test('every kind of row of the state table is in ADR 5', () => {
  const adr = read('docs/adr/0005-one-state-table.md');
  const kinds = readdirSync(join(ROOT, 'handlers/runtime'))
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [...read(join('handlers/runtime', name)).matchAll(/`([a-z]+#)\$\{/g)])
    .map(([, prefix = '']) => prefix);
  expect(new Set(kinds)).toContain('incidents#');
  expect(
    [...new Set([...kinds, 'fleets', 'fleet', 'home', 'pace'])].filter((kind) => !adr.includes(`\`${kind}`)),
  ).toEqual([]);
});

describe('a page leads where it says', () => {
  test.for(markdown)('%s', (path) => {
    const text = read(path).replaceAll(/^```[\s\S]*?^```$/gm, '');
    const dead = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link = '']) => link)
      .filter((link) => !/^https?:/.test(link))
      .filter((link) => {
        const [file = '', anchor] = link.split('#');
        const to = file === '' ? path : relative(ROOT, join(ROOT, dirname(path), file));
        if (!existsSync(join(ROOT, to))) return true;
        return anchor !== undefined && !anchorsIn(to).includes(anchor);
      });
    expect(dead).toEqual([]);
  });

  test.for(markdown)('%s names files that exist', (path) => {
    const files = [
      ...read(path).matchAll(
        /`((?:control-plane|workflows|handlers|runbooks|map|permissions|bundles|infra|operator|simulator|local|cli|bench|campaign|docs|examples|test)\/[\w./-]*)`/g,
      ),
    ]
      .map(([, file = '']) => file)
      .filter((file) => !existsSync(join(ROOT, file)));
    expect(files).toEqual([]);
  });
});
