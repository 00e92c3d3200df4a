import { readdirSync, readFileSync } from 'node:fs';

const KINDS = new URL('../../../control-plane/kinds/', import.meta.url);

/** Operations that kinds call to make something, as their sources name them: 'CreateVpc'. */
export function createsOf(): readonly string[] {
  const found = readdirSync(KINDS)
    .map((file) => readFileSync(new URL(file, KINDS), 'utf8'))
    .flatMap((text) => [...text.matchAll(/'(create[A-Z]\w+)'/g)].map(([, method = '']) => method));
  return [...new Set(found)].map((method) => `${method.charAt(0).toUpperCase()}${method.slice(1)}`).toSorted();
}
