import { unmarshall } from '@aws-sdk/util-dynamodb';
import { STATE_TABLE } from '../control-plane/model/state-table.ts';
import type { Row } from '../handlers/runtime/table.ts';
import { keyText } from '../simulator/services/dynamodb/keys.ts';
import { dynamodbHome, type StoredItem, type Table } from '../simulator/services/dynamodb/state.ts';
import { find } from '../simulator/services/dynamodb/storage.ts';
import type { World } from '../simulator/world.ts';

/** The state table at home as it is at this moment: nobody is asked, so nothing is throttled, stale or counted. */
export class TableView {
  readonly #world: World;
  readonly #home: string;

  constructor(world: World, home: string) {
    this.#world = world;
    this.#home = home;
  }

  row(pk: string, sk: string): Row | undefined {
    const table = this.#table();
    const item = table === undefined ? undefined : find(table, { pk: { S: pk }, sk: { S: sk } });
    return item === undefined ? undefined : unmarshall(item.attributes);
  }

  /** Rows of a partition whose sort key starts so, in its order. */
  rows(pk: string, startingWith = ''): readonly Row[] {
    return (this.#table()?.primary.partitions.get(keyText({ S: pk })) ?? [])
      .filter(({ attributes }) => attributes['sk']?.S?.startsWith(startingWith) === true)
      .map(({ attributes }) => unmarshall(attributes));
  }

  /** The largest item of the whole table, in bytes, and its keys. */
  largest(): { readonly bytes: number; readonly keys: string } {
    let largest: StoredItem | undefined;
    for (const items of this.#table()?.primary.partitions.values() ?? [])
      for (const item of items) if (item.sizeBytes > (largest?.sizeBytes ?? 0)) largest = item;
    return {
      bytes: largest?.sizeBytes ?? 0,
      keys: largest === undefined ? 'nothing' : `${largest.hash} ${largest.range}`,
    };
  }

  #table(): Table | undefined {
    const { account } = this.#world;
    return this.#world.state(dynamodbHome, { account, region: this.#home }).tables.get(STATE_TABLE);
  }
}
