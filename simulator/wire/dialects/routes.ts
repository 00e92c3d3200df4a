import type { OperationModel } from '../service-model.ts';

/** As much of an operation as a route needs. */
type Routed = Pick<OperationModel, 'http'>;

interface Segment {
  readonly text: string;
  readonly kind: 'literal' | 'label' | 'greedy';
}

interface Route<Operation> {
  readonly operation: Operation;
  readonly method: string;
  readonly segments: readonly Segment[];
  /** What the model puts behind the question mark: `mode=import`. */
  readonly query: URLSearchParams;
}

export interface RouteMatch<Operation = OperationModel> {
  readonly operation: Operation;
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
export class Routes<Operation extends Routed = OperationModel> {
  readonly #routes: readonly Route<Operation>[];

  constructor(operations: Iterable<Operation>) {
    this.#routes = [...operations].flatMap((operation) => route(operation)).toSorted(moreLiteralFirst);
  }

  match(method: string, path: string, query: URLSearchParams): RouteMatch<Operation> | undefined {
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

function route<Operation extends Routed>(operation: Operation): Route<Operation>[] {
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

function moreLiteralFirst(one: Route<unknown>, other: Route<unknown>): number {
  for (let index = 0; index < Math.max(one.segments.length, other.segments.length); index += 1) {
    const [mine, theirs] = [one.segments[index], other.segments[index]];
    if (mine === undefined || theirs === undefined) break;
    const difference = LITERALNESS[mine.kind] - LITERALNESS[theirs.kind];
    if (difference !== 0) return difference;
  }
  return other.segments.length - one.segments.length || other.query.size - one.query.size;
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
