import { isDeepStrictEqual } from 'node:util';
import type { World } from '../../world.ts';
import type { PageOutput } from './page.ts';
import type { StoredItem, Table } from './state.ts';
import { changesOf } from './storage.ts';

interface Kept {
  readonly hash: string;
  readonly partition: readonly StoredItem[];
  /** As many changes the partition had seen. */
  readonly changes: number;
  readonly output: PageOutput;
}

const pages = new WeakMap<Table, Map<string, Kept>>();
const MOST_PAGES = 1_000;

/** A page of one partition, as it was read; and where it was. */
export interface Page {
  readonly hash: string;
  readonly output: PageOutput;
}

/**
 * The page that a query was answered with, for as long as its partition stays as it is: the very same, frozen.
 *
 * In  `about`: everything that was asked; `read`: the long way
 */
export function pageOf(world: World, table: Table, about: string, read: () => Page): PageOutput {
  if (world.memory === 'none') return read().output;
  let known = pages.get(table);
  if (known === undefined) pages.set(table, (known = new Map()));
  const kept = known.get(about);
  const { partitions } = table.primary;
  if (
    kept !== undefined &&
    partitions.get(kept.hash) === kept.partition &&
    changesOf(kept.partition) === kept.changes
  ) {
    world.recalls.recalled += 1;
    if (world.memory === 'checked' && !isDeepStrictEqual(read().output, kept.output)) world.recalls.wrong.push(about);
    return kept.output;
  }
  world.recalls.worked += 1;
  const { hash, output } = read();
  const partition = partitions.get(hash);
  if (partition === undefined) return output;
  Object.freeze(output);
  Object.freeze(output.Items);
  if (known.size >= MOST_PAGES) known.clear();
  known.set(about, { hash, partition, changes: changesOf(partition), output });
  return output;
}
