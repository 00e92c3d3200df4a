import type { AttributeValue, TransactWriteItem, WriteRequest } from '@aws-sdk/client-dynamodb';
import { STATE_TABLE } from '../control-plane/model/state-table.ts';
import type { MadeCall } from '../simulator/world.ts';

type Item = Readonly<Record<string, AttributeValue>>;

/** One row of the state table that a call wrote: put as a whole, updated, or removed. */
export interface WrittenRow {
  readonly pk: string;
  readonly sk: string;
  readonly how: 'put' | 'updated' | 'removed';
  /** Of a row that was put, in DynamoDB's shape. */
  readonly item: Item | undefined;
  /** Sort keys of rows that were checked in the same transaction. */
  readonly checked: readonly string[];
}

const NOTHING: readonly WrittenRow[] = [];
const NONE: readonly string[] = [];
let last: MadeCall | undefined;
let lastRows: readonly WrittenRow[] = NOTHING;

/** Rows that a call wrote, if it took place. Asked of the same call by every invariant in turn, so the last one is kept. */
export function rowsWritten(made: MadeCall): readonly WrittenRow[] {
  if (made.service !== 'dynamodb' || made.readOnly || made.error !== undefined) return NOTHING;
  if (made !== last) {
    last = made;
    lastRows = rowsOf(made);
  }
  return lastRows;
}

interface Batch {
  readonly RequestItems?: Readonly<Record<string, readonly WriteRequest[]>>;
}

function rowsOf({ operation, input, output }: MadeCall): readonly WrittenRow[] {
  if (operation === 'BatchWriteItem') {
    const { UnprocessedItems } = output as { readonly UnprocessedItems?: Readonly<Record<string, readonly object[]>> };
    // What DynamoDB left out comes again, in a call of its own.
    const left = new Set((UnprocessedItems?.[STATE_TABLE] ?? []).map((request) => JSON.stringify(request)));
    return ((input as Batch).RequestItems?.[STATE_TABLE] ?? [])
      .filter((request) => left.size === 0 || !left.has(JSON.stringify(request)))
      .map(({ PutRequest, DeleteRequest }) =>
        PutRequest === undefined ? removed(DeleteRequest?.Key) : put(PutRequest.Item, NONE),
      );
  }
  if (operation === 'TransactWriteItems') {
    const { TransactItems = [] } = input as { readonly TransactItems?: readonly TransactWriteItem[] };
    const checked = TransactItems.flatMap(({ ConditionCheck }) => ConditionCheck?.Key?.['sk']?.S ?? []);
    return TransactItems.flatMap(({ Put, Delete, Update }) => {
      if (Put !== undefined) return [put(Put.Item, checked)];
      if (Delete !== undefined) return [removed(Delete.Key)];
      return Update === undefined ? [] : [updated(Update.Key)];
    });
  }
  const { Item: item, Key: key } = input as { readonly Item?: Item; readonly Key?: Item };
  if (operation === 'PutItem') return [put(item, NONE)];
  if (operation === 'UpdateItem') return [updated(key)];
  return operation === 'DeleteItem' ? [removed(key)] : NOTHING;
}

const keysOf = (key: Item | undefined) => ({ pk: key?.['pk']?.S ?? '', sk: key?.['sk']?.S ?? '' });

const put = (item: Item | undefined, checked: readonly string[]): WrittenRow => ({
  ...keysOf(item),
  how: 'put',
  item,
  checked,
});
const updated = (key: Item | undefined): WrittenRow => ({
  ...keysOf(key),
  how: 'updated',
  item: undefined,
  checked: NONE,
});
const removed = (key: Item | undefined): WrittenRow => ({
  ...keysOf(key),
  how: 'removed',
  item: undefined,
  checked: NONE,
});
