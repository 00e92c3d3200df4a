import type { AttributeValue, ConsumedCapacity, DynamoDB } from '@aws-sdk/client-dynamodb';
import type { InputOf } from '../../service.ts';
import { copyValue, takeIn } from './attribute-value.ts';
import { capacityOf, readUnits } from './capacity.ts';
import { pick, pickedBy } from './expressions/document.ts';
import { holds } from './expressions/evaluate.ts';
import type { Scope, ScopedCondition } from './expressions/scope.ts';
import type { Path } from './expressions/syntax.ts';
import { viewer } from './items.ts';
import { indexOf } from './lookup.ts';
import type { Index, StoredItem, Table, View } from './state.ts';
import { storedItem } from './storage.ts';
import { invalid } from './validation-error.ts';

/** What Query and Scan have in common: they walk over items, drop some, and stop after a limit or a megabyte. */

type PageRequest = Pick<
  InputOf<DynamoDB, 'Query'>,
  'IndexName' | 'Select' | 'Limit' | 'ConsistentRead' | 'ExclusiveStartKey' | 'ReturnConsumedCapacity'
>;

export interface PageOutput {
  readonly Items?: Record<string, AttributeValue>[];
  readonly Count: number;
  readonly ScannedCount: number;
  readonly LastEvaluatedKey?: Record<string, AttributeValue>;
  readonly ConsumedCapacity?: ConsumedCapacity;
}

const MAX_PAGE_BYTES = 1024 * 1024;

/** The table's own view, or the index a request names. */
export function viewOf(table: Table, { IndexName: name, ConsistentRead: consistent }: PageRequest): View {
  if (name === undefined) return table.primary;
  const index = indexOf(table, name);
  if (index.scope === 'global' && consistent === true)
    throw invalid('Consistent reads are not supported on global secondary indexes');
  return index;
}

/** Reads one page. `items` come in order, from after the exclusive start key on. */
export function page(
  table: Table,
  view: View,
  request: PageRequest,
  items: Iterable<StoredItem>,
  {
    filter,
    projection,
    scope,
  }: { filter: ScopedCondition | undefined; projection: readonly Path[] | undefined; scope: Scope },
): PageOutput {
  const { Limit: limit, Select: select } = request;
  if (limit !== undefined && limit < 1)
    throw invalid(
      `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1`,
    );
  refuseSelect(view, select, projection);
  const show = select === 'COUNT' ? undefined : shownFrom(table, view, viewer(scope, projection), projection, select);
  const shown: Record<string, AttributeValue>[] = [];
  let [count, scannedCount, bytes] = [0, 0, 0];
  let last: StoredItem | undefined;
  for (const item of items) {
    scannedCount += 1;
    bytes += item.sizeBytes;
    if (filter === undefined || holds(filter, item.attributes)) {
      count += 1;
      if (show !== undefined) shown.push(show(item));
    }
    if (scannedCount === limit || bytes >= MAX_PAGE_BYTES) {
      last = item;
      break;
    }
  }
  const units = readUnits(bytes, { consistent: request.ConsistentRead === true });
  const capacity = capacityOf(request.ReturnConsumedCapacity, table, units);
  return {
    ...(show !== undefined && { Items: shown }),
    Count: count,
    ScannedCount: scannedCount,
    ...(last !== undefined && { LastEvaluatedKey: keysOf(table, view, last) }),
    ...(capacity !== undefined && { ConsumedCapacity: capacity }),
  };
}

function refuseSelect(view: View, select: PageRequest['Select'], projection: readonly Path[] | undefined): void {
  if (projection !== undefined && select !== undefined && select !== 'SPECIFIC_ATTRIBUTES')
    throw invalid('Cannot specify the ProjectionExpression when choosing to get ' + select);
  if (projection === undefined && select === 'SPECIFIC_ATTRIBUTES')
    throw invalid('Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES');
  if (!('scope' in view)) {
    if (select === 'ALL_PROJECTED_ATTRIBUTES')
      throw invalid('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
    return;
  }
  const index = view as Index;
  if (select === 'ALL_ATTRIBUTES' && index.scope === 'global' && index.projected !== undefined)
    throw invalid(
      `One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
    );
}

/** An index shows what is projected into it; a local one fetches the rest from the table when asked for it by name. */
function shownFrom(
  table: Table,
  view: View,
  show: (item: StoredItem) => Record<string, AttributeValue>,
  projection: readonly Path[] | undefined,
  select: PageRequest['Select'],
): (item: StoredItem) => Record<string, AttributeValue> {
  if (view === table.primary) return show;
  const { projected, scope } = view as Index;
  const fetches = scope === 'local' && (projection !== undefined || select === 'ALL_ATTRIBUTES');
  if (projected === undefined || fetches) return show;
  const picked = pickedBy([...projected].map((name) => [name]));
  return (item) => show({ ...item, attributes: pick(item.attributes, picked) });
}

function keysOf(table: Table, view: View, { attributes }: StoredItem): Record<string, AttributeValue> {
  const key: Record<string, AttributeValue> = {};
  for (const { name } of keyAttributes(table, view)) key[name] = copyValue(attributes[name] as AttributeValue);
  return key;
}

const keyAttributes = (table: Table, view: View) =>
  [view.hash, view.range, table.primary.hash, table.primary.range].filter((attribute) => attribute !== undefined);

/** Where to go on after: an item that need not exist any more. */
export function startKey(table: Table, view: View, { ExclusiveStartKey: given }: PageRequest): StoredItem | undefined {
  if (given === undefined) return undefined;
  const attributes: Record<string, AttributeValue> = {};
  for (const { name, type } of keyAttributes(table, view)) {
    const value = given[name];
    if (value?.[type] === undefined) throw invalid('The provided starting key is invalid');
    attributes[name] = takeIn(value);
  }
  if (Object.keys(given).length > Object.keys(attributes).length) throw invalid('The provided starting key is invalid');
  return storedItem(table, attributes);
}
