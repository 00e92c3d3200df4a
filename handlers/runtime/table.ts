import type {
  AttributeValue,
  QueryCommandInput,
  TransactWriteItem,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type Dialogue, type ReadCall, read, type WriteCall, write } from '../../control-plane/model/aws-call.ts';
import { Fault, isFault } from '../../control-plane/model/faults.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { converse } from './caller.ts';
import type { Runtime } from './runtime.ts';

/** A row of the state table: `pk` and `sk` say what it is, the rest is its own. */
export type Row = Readonly<Record<string, unknown>>;
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Which rows of the table, whatever page of them. */
type Query = Omit<QueryCommandInput, 'TableName' | 'Limit' | 'ExclusiveStartKey'>;

const BATCH_SIZE = 25;
/** Of one batch: 13 seconds of waiting at most, which every function has. */
const BATCH_ATTEMPTS = 10;
/** Of one write that is refused for the moment: 5 seconds of waiting at most. */
const WRITE_ATTEMPTS = 6;
const LONGEST_PAUSE_MS = 2_000;

const plain = { removeUndefinedValues: true, convertClassInstanceToMap: false } as const;

const rowOf = new WeakMap<object, Row>();

/** An item as a row. Of the very same item, which whoever answers in this process gives twice while it stands, the same row. */
function unmarshalled(item: Record<string, AttributeValue>): Row {
  let row = rowOf.get(item);
  if (row === undefined) rowOf.set(item, (row = unmarshall(item)));
  return row;
}

/** DynamoDB's shape of a value, for expressions. */
export const values = (named: Row): Record<string, AttributeValue> => marshall(named, plain);

/** Reads and writes rows of the one state table, in one Region's replica of it. Every method rejects with a `Fault`. */
export class Table {
  readonly #runtime: Runtime;
  readonly #region: Region;
  readonly name: string;

  /** `region`: whose replica. Left out: home's, where the control plane decides and conditions hold. */
  constructor(runtime: Runtime, region: Region = runtime.settings.home) {
    this.#runtime = runtime;
    this.#region = region;
    this.name = runtime.settings.table;
  }

  #make<Result>(dialogue: Dialogue<ReadCall | WriteCall, Result>): Promise<Result> {
    return converse(dialogue, this.#runtime.call);
  }

  #pause(attempts: number): Promise<void> {
    return this.#runtime.sleep(this.#runtime.chance() * Math.min(100 * 2 ** attempts, LONGEST_PAUSE_MS));
  }

  /**
   * A write that was refused for the moment: DynamoDB was busy, or somebody else's transaction was at one of its items, be it
   * only to check it, as every proof of a lease checks where the fleet is at home. SDKs do not try these again. DynamoDB says
   * that nothing was done, so a second time does nothing twice, and needs no token. What nobody answered may have been done,
   * and is not sent again.
   *
   * Faults  Throttled where it goes on being refused
   */
  async #whenItsTurn<Result>(dialogue: () => Dialogue<WriteCall, Result>): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#make(dialogue());
      } catch (error) {
        if (!isFault(error, 'Throttled') || attempt === WRITE_ATTEMPTS) throw error;
        await this.#pause(attempt);
      }
    }
  }

  async get({ pk, sk }: Key): Promise<Row | undefined> {
    const { Item } = await this.#make(
      read(this.#region, 'dynamodb', 'getItem', {
        TableName: this.name,
        Key: values({ pk, sk }),
        ConsistentRead: true,
      }),
    );
    return Item === undefined ? undefined : unmarshalled(Item);
  }

  /** Every row of a partition whose sort key starts so, by sort key; paged. */
  rows(
    pk: string,
    startingWith = '',
    order: { newestFirst?: boolean; limit?: number; eventually?: boolean } = {},
  ): Promise<Row[]> {
    const query: Query = {
      KeyConditionExpression: startingWith === '' ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :sk)',
      ExpressionAttributeValues: values(startingWith === '' ? { ':pk': pk } : { ':pk': pk, ':sk': startingWith }),
      ConsistentRead: order.eventually !== true,
      ...(order.newestFirst === true && { ScanIndexForward: false }),
    };
    return this.#paged(query, order.limit);
  }

  /** Every row of a partition whose sort key lies between these two, bounds included, by sort key; paged. */
  rowsBetween(pk: string, first: string, last: string): Promise<Row[]> {
    return this.#paged({
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: values({ ':pk': pk, ':first': first, ':last': last }),
      ConsistentRead: true,
    });
  }

  /** What a query answers on all its pages, or on as many as it takes for `limit` rows. */
  async #paged(query: Query, limit?: number): Promise<Row[]> {
    const found: Row[] = [];
    const isEnough = (): boolean => limit !== undefined && found.length >= limit;
    let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
    do {
      const page = await this.#make(
        read(this.#region, 'dynamodb', 'query', {
          TableName: this.name,
          ...query,
          ...(limit !== undefined && { Limit: limit - found.length }),
          ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }),
        }),
      );
      for (const item of page.Items ?? []) found.push(unmarshalled(item));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined && !isEnough());
    return found;
  }

  /**
   * Puts and deletes, unconditionally, in batches; what DynamoDB leaves unprocessed is sent again.
   *
   * Faults  Throttled where it goes on leaving something out: the rest of the rows is not written then
   */
  async batch({ put = [], remove = [] }: { put?: readonly Row[]; remove?: readonly Key[] }): Promise<void> {
    const requests = [
      ...put.map((row) => ({ PutRequest: { Item: values(row) } })),
      ...remove.map(({ pk, sk }) => ({ DeleteRequest: { Key: values({ pk, sk }) } })),
    ];
    for (let from = 0; from < requests.length; from += BATCH_SIZE) {
      let left = requests.slice(from, from + BATCH_SIZE);
      for (let attempt = 0; left.length > 0; attempt += 1) {
        if (attempt > 0) await this.#pause(attempt);
        const { UnprocessedItems } = await this.#make(
          write(this.#region, 'dynamodb', 'batchWriteItem', { RequestItems: { [this.name]: left } }),
        );
        left = (UnprocessedItems?.[this.name] ?? []) as typeof left;
        if (left.length > 0 && attempt + 1 === BATCH_ATTEMPTS)
          throw new Fault(
            'Throttled',
            `DynamoDB left out ${left.length} of ${requests.length} rows, asked ${BATCH_ATTEMPTS} times`,
          );
      }
    }
  }

  /** All or nothing. Rejects with Conflict where a condition does not hold. */
  async transact(items: readonly TransactWriteItem[]): Promise<void> {
    const input = { TransactItems: [...items] };
    await this.#whenItsTurn(() => write(this.#region, 'dynamodb', 'transactWriteItems', input));
  }

  /** One conditional update; answers the row as it is afterwards. Rejects with Conflict where the condition does not hold. */
  async update(
    { pk, sk }: Key,
    expression: {
      readonly set: string;
      readonly condition?: string;
      readonly names?: Record<string, string>;
      readonly values?: Row;
    },
  ): Promise<Row> {
    const input: UpdateItemCommandInput = {
      TableName: this.name,
      Key: values({ pk, sk }),
      UpdateExpression: expression.set,
      ...(expression.condition !== undefined && { ConditionExpression: expression.condition }),
      ...(expression.names !== undefined && { ExpressionAttributeNames: expression.names }),
      ...(expression.values !== undefined && { ExpressionAttributeValues: values(expression.values) }),
      ReturnValues: 'ALL_NEW',
    };
    const { Attributes } = await this.#whenItsTurn(() => write(this.#region, 'dynamodb', 'updateItem', input));
    return unmarshall(Attributes ?? {});
  }
}
