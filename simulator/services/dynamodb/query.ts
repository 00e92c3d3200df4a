import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { InputOf, Operations } from '../../service.ts';
import { Scope } from './expressions/scope.ts';
import { keyRange } from './key-condition.ts';
import { type Page, pageOf } from './known-pages.ts';
import { refuseLegacy } from './legacy.ts';
import { activeTable } from './lookup.ts';
import { page, startKey, viewOf } from './page.ts';
import type { DynamoState, StoredItem, Table, View } from './state.ts';
import { compareItems, compareScanned, firstWhere, hashIn, scanned, scanPosition } from './storage.ts';
import { invalid } from './validation-error.ts';

/** Reading many items: of one partition in order, or all. */
export const queryOperations = {
  Query(input, call) {
    refuseLegacy(input);
    const table = activeTable(call, input.TableName);
    // An index may go, and capacity is not the page's alone.
    if (input.IndexName !== undefined || input.ReturnConsumedCapacity !== undefined) return query(table, input).output;
    return pageOf(call.world, table, JSON.stringify(input), () => query(table, input));
  },

  Scan(input, call) {
    refuseLegacy(input);
    const table = activeTable(call, input.TableName);
    const view = viewOf(table, input);
    const scope = new Scope(input);
    const filter = scope.condition('FilterExpression', input.FilterExpression);
    const projection = scope.projection(input.ProjectionExpression);
    scope.closed();
    const inSegment = segment(input.Segment, input.TotalSegments);
    const after = startKey(table, view, input);
    return page(table, view, input, everything(table, view, inSegment, after), { filter, projection, scope });
  },
} satisfies Operations<DynamoDB, DynamoState>;

function query(table: Table, input: InputOf<DynamoDB, 'Query'>): Page {
  const view = viewOf(table, input);
  const scope = new Scope(input);
  const condition = scope.condition('KeyConditionExpression', input.KeyConditionExpression);
  const filter = scope.condition('FilterExpression', input.FilterExpression);
  const projection = scope.projection(input.ProjectionExpression);
  scope.closed();
  if (condition === undefined)
    throw invalid('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
  const range = keyRange(view, condition);
  const after = startKey(table, view, input);
  if (after !== undefined && hashIn(view, after.attributes) !== range.hash)
    throw invalid('The provided starting key is outside query boundaries based on provided conditions');
  const partition = view.partitions.get(range.hash) ?? [];
  const [from, until] = range.within(partition);
  const items =
    input.ScanIndexForward === false
      ? backwards(partition, from, after === undefined ? until : Math.min(until, before(table, view, partition, after)))
      : forwards(partition, after === undefined ? from : Math.max(from, past(table, view, partition, after)), until);
  return { hash: range.hash, output: page(table, view, input, items, { filter, projection, scope }) };
}

const past = (table: Table, view: View, partition: readonly StoredItem[], item: StoredItem): number =>
  firstWhere(partition, (other) => compareItems(table, view, other, item) > 0);

const before = (table: Table, view: View, partition: readonly StoredItem[], item: StoredItem): number =>
  firstWhere(partition, (other) => compareItems(table, view, other, item) >= 0);

function* forwards(partition: readonly StoredItem[], from: number, until: number): Iterable<StoredItem> {
  for (let at = from; at < until; at += 1) yield partition[at] as StoredItem;
}

function* backwards(partition: readonly StoredItem[], from: number, until: number): Iterable<StoredItem> {
  for (let at = until - 1; at >= from; at -= 1) yield partition[at] as StoredItem;
}

/** Partitions in the order of their hashes, so that a scan goes on where it stopped whatever came or went in between. */
function* everything(
  table: Table,
  view: View,
  inSegment: (hash: string) => boolean,
  after: StoredItem | undefined,
): Iterable<StoredItem> {
  const startHash = after === undefined ? undefined : hashIn(view, after.attributes);
  for (const hash of scanned(view)) {
    if (!inSegment(hash) || (startHash !== undefined && hash !== startHash && compareScanned(hash, startHash) < 0))
      continue;
    const partition = view.partitions.get(hash) ?? [];
    const from = after !== undefined && hash === startHash ? past(table, view, partition, after) : 0;
    yield* forwards(partition, from, partition.length);
  }
}

const HASHES = 2 ** 32;
const MAX_SEGMENTS = 1_000_000;

function segment(number: number | undefined, total: number | undefined): (hash: string) => boolean {
  if (number === undefined && total === undefined) return () => true;
  if (total === undefined)
    throw invalid(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    );
  if (number === undefined)
    throw invalid(
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    );
  if (total < 1 || total > MAX_SEGMENTS || number < 0 || number >= total)
    throw invalid(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${number} is not less than TotalSegments: ${total}`,
    );
  return (hash) => Math.floor((scanPosition(hash) / HASHES) * total) === number;
}
