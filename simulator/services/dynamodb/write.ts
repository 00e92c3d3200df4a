import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { frozen, takeInAll } from './attribute-value.ts';
import { positionsOf, updated } from './expressions/apply-update.ts';
import type { Steps } from './expressions/document.ts';
import { holds } from './expressions/evaluate.ts';
import { Scope, type ScopedCondition } from './expressions/scope.ts';
import type { Update } from './expressions/syntax.ts';
import { refuseBadIndexKeys, refuseBadKey, takeInKey } from './keys.ts';
import type { Attributes, StoredItem, Table } from './state.ts';
import { find, remove, store, storedItem } from './storage.ts';
import { invalid, invalidParameters } from './validation-error.ts';

const MAX_ITEM_BYTES = 400 * 1024;

interface Conditional {
  readonly ConditionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue> | undefined;
}

/** One write of one item, checked as far as it can be without looking at the item. */
export interface Write {
  readonly table: Table;
  /** The primary key. May hold further attributes. */
  readonly key: Attributes;
  readonly condition: ScopedCondition | undefined;
  /** The positions an update writes, for the return values that name them. */
  readonly positions: readonly Steps[];
  /** What the item becomes; undefined: it goes. */
  after(before: StoredItem | undefined): StoredItem | undefined;
}

export function putOf(table: Table, given: Attributes | undefined, request: Conditional): Write {
  const scope = new Scope(request);
  const condition = scope.condition('ConditionExpression', request.ConditionExpression);
  scope.closed();
  const attributes = takeInAll(given ?? {});
  refuseBadKey(table, attributes);
  refuseBadIndexKeys(table, attributes);
  const item = storedItem(table, attributes);
  if (item.sizeBytes > MAX_ITEM_BYTES) throw invalid('Item size has exceeded the maximum allowed size');
  return { table, key: attributes, condition, positions: [], after: () => item };
}

export function deleteOf(table: Table, given: Attributes | undefined, request: Conditional): Write {
  const scope = new Scope(request);
  const condition = scope.condition('ConditionExpression', request.ConditionExpression);
  scope.closed();
  return { table, key: takeInKey(table, given), condition, positions: [], after: () => undefined };
}

/** A condition on an item that is not written: only in transactions. */
export function checkOf(table: Table, given: Attributes | undefined, request: Conditional): Write {
  return { ...deleteOf(table, given, request), after: (before) => before };
}

export function updateOf(
  table: Table,
  given: Attributes | undefined,
  request: Conditional & { readonly UpdateExpression?: string | undefined },
): Write {
  const scope = new Scope(request);
  const update = scope.update(request.UpdateExpression);
  const condition = scope.condition('ConditionExpression', request.ConditionExpression);
  scope.closed();
  const key = takeInKey(table, given);
  const positions = update === undefined ? [] : positionsOf(update, scope);
  for (const [first] of positions)
    if (key[first as string] !== undefined)
      throw invalidParameters(`Cannot update attribute ${first}. This attribute is part of the key`);
  return { table, key, condition, positions, after: (before) => itemAfter(table, key, before, update, scope) };
}

function itemAfter(
  table: Table,
  key: Attributes,
  before: StoredItem | undefined,
  update: Update | undefined,
  scope: Scope,
): StoredItem {
  const attributes = before?.attributes ?? key;
  const after = storedItem(table, update === undefined ? attributes : updated(attributes, update, scope));
  refuseBadIndexKeys(table, after.attributes);
  if (after.sizeBytes > MAX_ITEM_BYTES) throw invalid('Item size to update has exceeded the maximum allowed size');
  return after;
}

export const itemBefore = ({ table, key }: Write): StoredItem | undefined => find(table, key);

export const conditionHolds = ({ condition }: Write, before: StoredItem | undefined): boolean =>
  condition === undefined || holds(condition, before?.attributes ?? {});

/** Makes the write. Everything that could fail has been tried before: `after` comes from the write itself. */
export function commit({ table }: Write, before: StoredItem | undefined, after: StoredItem | undefined): void {
  if (before === after) return;
  if (after !== undefined) {
    store(table, after, before);
    table.replica?.wrote(after, false);
  } else if (before !== undefined) {
    remove(table, before);
    table.replica?.wrote(before, true);
  }
}

/** The item as it is stored, frozen: it never changes, so whoever reads it again and again can tell by its identity that it is the same. */
export const shownOf = (item: StoredItem): Record<string, AttributeValue> => frozen(item.attributes);
