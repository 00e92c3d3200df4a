import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { sizeOfItem } from './attribute-value.ts';
import { compareKeys, keyText } from './keys.ts';
import type { Attributes, Index, StoredItem, Table, View } from './state.ts';

/** Items in their order. Every change goes through `store` and `remove`, which keep the indexes true. */
export type Contents = Pick<Table, 'primary' | 'indexes' | 'itemCount' | 'sizeBytes'>;

/** An item with its key, as it is stored. The attributes become the state's own. */
export function storedItem(table: Contents, attributes: Attributes): StoredItem {
  const { hash, range } = table.primary;
  return {
    attributes,
    hash: keyText(attributes[hash.name] as AttributeValue),
    range: range === undefined ? '' : keyText(attributes[range.name] as AttributeValue),
    sizeBytes: sizeOfItem(attributes),
  };
}

export function find(table: Contents, key: Attributes): StoredItem | undefined {
  const { hash, range, partitions } = table.primary;
  const partition = partitions.get(keyText(key[hash.name] as AttributeValue));
  if (partition === undefined || range === undefined) return partition?.[0];
  const sought = keyText(key[range.name] as AttributeValue);
  const compare = compareKeys[range.type];
  const found = partition[firstWhere(partition, (item) => compare(item.range, sought) >= 0)];
  return found !== undefined && found.range === sought ? found : undefined;
}

export function store(table: Contents, item: StoredItem, replaced: StoredItem | undefined): void {
  if (replaced !== undefined) remove(table, replaced);
  insert(table, table.primary, item);
  table.itemCount += 1;
  table.sizeBytes += item.sizeBytes;
  for (const index of table.indexes.values()) if (belongsIn(index, item.attributes)) insert(table, index, item);
}

export function remove(table: Contents, item: StoredItem): void {
  takeOut(table, table.primary, item);
  table.itemCount -= 1;
  table.sizeBytes -= item.sizeBytes;
  for (const index of table.indexes.values()) if (belongsIn(index, item.attributes)) takeOut(table, index, item);
}

/** Fills an index that was added to a table with items. */
export function fill(table: Contents, index: Index): void {
  for (const partition of table.primary.partitions.values())
    for (const item of partition) if (belongsIn(index, item.attributes)) insert(table, index, item);
}

/** Gives a table without items those of another one with the same indexes. Items are shared: they never change. */
export function copyItems(from: Contents, to: Contents): void {
  copyView(from.primary, to.primary);
  for (const [name, index] of to.indexes) copyView(from.indexes.get(name) as Index, index);
  to.itemCount = from.itemCount;
  to.sizeBytes = from.sizeBytes;
}

function copyView(from: View, to: View): void {
  for (const [hash, partition] of from.partitions) to.partitions.set(hash, [...partition]);
  to.scanOrder = undefined;
}

export function dropItems(table: Contents): void {
  for (const view of [table.primary, ...table.indexes.values()]) {
    view.partitions.clear();
    view.scanOrder = undefined;
  }
  table.itemCount = 0;
  table.sizeBytes = 0;
}

/** Indexes are sparse: an item without the index's key, or with one of another type, is not in it. */
const belongsIn = ({ hash, range }: View, attributes: Attributes): boolean =>
  attributes[hash.name]?.[hash.type] !== undefined &&
  (range === undefined || attributes[range.name]?.[range.type] !== undefined);

export const hashIn = ({ hash }: View, attributes: Attributes): string =>
  keyText(attributes[hash.name] as AttributeValue);

export const rangeIn = ({ range }: View, attributes: Attributes): string =>
  range === undefined ? '' : keyText(attributes[range.name] as AttributeValue);

/** Orders the items of one partition of a view; in an index, items of one key are ordered by their primary key. */
export function compareItems(table: Contents, view: View, a: StoredItem, b: StoredItem): number {
  const { range } = view;
  if (view === table.primary) return range === undefined ? 0 : compareKeys[range.type](a.range, b.range);
  const byIndex =
    range === undefined ? 0 : compareKeys[range.type](rangeIn(view, a.attributes), rangeIn(view, b.attributes));
  if (byIndex !== 0) return byIndex;
  const { primary } = table;
  const byHash = compareKeys[primary.hash.type](a.hash, b.hash);
  if (byHash !== 0 || primary.range === undefined) return byHash;
  return compareKeys[primary.range.type](a.range, b.range);
}

const changes = new WeakMap<readonly StoredItem[], number>();

/** How often a partition has changed, for whoever remembers what was in it. */
export const changesOf = (partition: readonly StoredItem[]): number => changes.get(partition) ?? 0;

function insert(table: Contents, view: View, item: StoredItem): void {
  const hash = hashIn(view, item.attributes);
  const partition = view.partitions.get(hash);
  if (partition !== undefined) changes.set(partition, changesOf(partition) + 1);
  if (partition === undefined) {
    view.partitions.set(hash, [item]);
    view.scanOrder = undefined;
    return;
  }
  // Journals and time series grow at the end.
  const last = partition.at(-1);
  if (last === undefined || compareItems(table, view, last, item) < 0) partition.push(item);
  else partition.splice(positionOf(table, view, partition, item), 0, item);
}

function takeOut(table: Contents, view: View, item: StoredItem): void {
  const hash = hashIn(view, item.attributes);
  const partition = view.partitions.get(hash) ?? [];
  changes.set(partition, changesOf(partition) + 1);
  if (partition.length <= 1) {
    view.partitions.delete(hash);
    view.scanOrder = undefined;
    return;
  }
  partition.splice(positionOf(table, view, partition, item), 1);
}

const positionOf = (table: Contents, view: View, partition: readonly StoredItem[], item: StoredItem): number =>
  firstWhere(partition, (other) => compareItems(table, view, other, item) >= 0);

/** The first position from which on `isReached` is true. */
export function firstWhere(partition: readonly StoredItem[], isReached: (item: StoredItem) => boolean): number {
  let [low, high] = [0, partition.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isReached(partition[middle] as StoredItem)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Where a partition lies in the order of a scan, 0 <= x < 2^32: as in DynamoDB, a hash that says nothing of the key's own order.
 * FNV-1a, because it is short and any hash would do.
 */
export function scanPosition(hash: string): number {
  let position = 0x811c9dc5;
  for (let at = 0; at < hash.length; at += 1) position = Math.imul(position ^ hash.charCodeAt(at), 0x01000193);
  return (position ^ (position >>> 15)) >>> 0;
}

export const compareScanned = (a: string, b: string): number => scanPosition(a) - scanPosition(b) || (a < b ? -1 : 1);

/** The partitions of a view in the order of a scan. */
export function scanned(view: View): readonly string[] {
  view.scanOrder ??= [...view.partitions.keys()]
    .map((hash) => ({ hash, at: scanPosition(hash) }))
    .toSorted((a, b) => a.at - b.at || (a.hash < b.hash ? -1 : 1))
    .map(({ hash }) => hash);
  return view.scanOrder;
}
