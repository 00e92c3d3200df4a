import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

type Graph = ReadonlyMap<string, readonly string[]>;

/** What `import … from`, `export … from` and `import '…'` name. Types are gone when a file is loaded; `import()` waits until it is called. */
const IMPORTED = /^(?:import|export)\s+(?!type\b)(?:[\w$*{},\s]*?from\s+)?'(\.[^']+)'/gm;

const importsOf = (file: string, text: string): string[] =>
  [...text.matchAll(IMPORTED)].map(([, path = '']) => join(dirname(file), path));

/** Each circle, by the files it goes through. */
function circlesIn(graph: Graph): string[] {
  const circles: string[] = [];
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) circles.push([...path.slice(at), file].join(' -> '));
    if (at >= 0 || finished.has(file)) return;
    for (const imported of graph.get(file) ?? []) visit(imported, [...path, file]);
    finished.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return circles;
}

test('a circle is found and named', () => {
  const graph = new Map([
    ['start.ts', importsOf('start.ts', `import { a } from './a.ts';`)],
    ['a.ts', importsOf('a.ts', `import type { C } from './c.ts';\nimport {\n  type B,\n  b,\n} from './b.ts';`)],
    ['b.ts', importsOf('b.ts', `export * from './c.ts';`)],
    ['c.ts', importsOf('c.ts', `import './a.ts';`)],
  ]);
  expect(circlesIn(graph)).toEqual(['a.ts -> b.ts -> c.ts -> a.ts']);
  expect(importsOf('deep/a.ts', `import type { C } from './c.ts';\nconst d = await import('./d.ts');`)).toEqual([]);
});

test('no file loads itself by way of others: what such a file holds would depend on who is loaded first', () => {
  const files = globSync('**/*.ts', { exclude: ['node_modules', 'cdk.out'] });
  const graph = new Map(files.map((file) => [file, importsOf(file, readFileSync(file, 'utf8'))]));
  expect(files).toContain('simulator/world.ts');
  expect(circlesIn(graph)).toEqual([]);
});
