import type { OperationModel } from '../service-model.ts';

interface Segment {
  readonly text: string;
  readonly kind: 'literal' | 'label' | 'greedy';
}

interface Route {
  readonly operation: OperationModel;
  readonly method: string;
  readonly segments: readonly Segment[];
  /** What the model puts behind the question mark: `mode=import`. */
  readonly query: URLSearchParams;
}

export interface RouteMatch {
  readonly operation: OperationModel;
  /** Label values, decoded, by member name. */
  readonly labels: Readonly<Record<string, string>>;
  /** Names of query parameters that only tell operations apart. */
  readonly fixedQuery: ReadonlySet<string>;
}

/**
 * Finds the operation of a REST request. Where several fit, the one that leaves least to labels wins.
 *
 * A slash at the end means nothing: botocore sends `…/rrset/` where the SDK sends `…/rrset`.
 */
export class Routes {
  readonly #routes: readonly Route[];

  constructor(operations: Iterable<OperationModel>) {
    this.#routes = [...operations].flatMap(route).toSorted(moreLiteralFirst);
  }

  match(method: string, path: string, query: URLSearchParams): RouteMatch | undefined {
    const parts = partsOf(path);
    for (const candidate of this.#routes) {
      if (candidate.method !== method) continue;
      if (![...candidate.query].every(([name, value]) => (value === '' ? query.has(name) : query.get(name) === value)))
        continue;
      const labels = labelsOf(candidate.segments, parts);
      if (labels !== undefined)
        return { operation: candidate.operation, labels, fixedQuery: new Set(candidate.query.keys()) };
    }
    return undefined;
  }
}

function route(operation: OperationModel): Route[] {
  if (operation.http === undefined) return [];
  const [path = '', query = ''] = operation.http.path.split('?');
  const segments = partsOf(path).map((part): Segment => {
    const label = /^\{(.+?)(\+?)\}$/.exec(part);
    if (label === null) return { text: part, kind: 'literal' };
    return { text: label[1] ?? '', kind: label[2] === '+' ? 'greedy' : 'label' };
  });
  return [{ operation, method: operation.http.method, segments, query: new URLSearchParams(query) }];
}

const partsOf = (path: string): string[] => path.replace(/^\//, '').replace(/\/$/, '').split('/');

const LITERALNESS = { literal: 0, label: 1, greedy: 2 };

function moreLiteralFirst(one: Route, other: Route): number {
  for (let index = 0; index < Math.max(one.segments.length, other.segments.length); index += 1) {
    const [mine, theirs] = [one.segments[index], other.segments[index]];
    if (mine === undefined || theirs === undefined) break;
    const difference = LITERALNESS[mine.kind] - LITERALNESS[theirs.kind];
    if (difference !== 0) return difference;
  }
  return other.query.size - one.query.size;
}

function labelsOf(segments: readonly Segment[], parts: readonly string[]): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  const greedyAt = segments.findIndex(({ kind }) => kind === 'greedy');
  const taken = parts.length - segments.length + 1; // parts that a greedy label takes
  if (greedyAt === -1 ? taken !== 1 : taken < 1) return undefined;
  let at = 0;
  for (const { text, kind } of segments) {
    const value = parts
      .slice(at, at + (kind === 'greedy' ? taken : 1))
      .map(decode)
      .join('/');
    at += kind === 'greedy' ? taken : 1;
    if (kind === 'literal' ? value !== text : value === '') return undefined;
    if (kind !== 'literal') labels[text] = value;
  }
  return labels;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a stray percent sign stands for itself
  }
}
