import { Reader } from './reader.ts';
import type { Parsed, Path } from './syntax.ts';

/** Reads a projection: document paths, separated by commas. */
export function parseProjection(text: string): Parsed<readonly Path[]> {
  const reader = new Reader('ProjectionExpression', text);
  const paths: Path[] = [];
  do paths.push(reader.expectPath());
  while (reader.takeSymbol(','));
  reader.expectEnd();
  return { tree: paths, names: reader.names, values: reader.values };
}
