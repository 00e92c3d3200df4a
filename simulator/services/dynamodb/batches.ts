import type {
  AttributeValue,
  ConsumedCapacity,
  DynamoDB,
  KeysAndAttributes,
  WriteRequest,
} from '@aws-sdk/client-dynamodb';
import type { Operations } from '../../service.ts';
import { copyAttributes } from './attribute-value.ts';
import { capacityOf, readUnits, writeUnits } from './capacity.ts';
import { Scope } from './expressions/scope.ts';
import { viewer } from './items.ts';
import { takeInKey } from './keys.ts';
import { refuseLegacy } from './legacy.ts';
import { activeTable } from './lookup.ts';
import type { DynamoState } from './state.ts';
import { find } from './storage.ts';
import { identity } from './transactions.ts';
import { invalid } from './validation-error.ts';
import { commit, deleteOf, itemBefore, putOf } from './write.ts';

const MAX_WRITES = 25;
const MAX_READS = 100;
const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;

/** Many independent reads or writes in one request. None of the writes may carry a condition. */
export const batchOperations = {
  BatchWriteItem(input, call) {
    const requests = Object.entries(input.RequestItems ?? {}).flatMap(([name, ofTable]) =>
      ofTable.map((request) => ({ name, request })),
    );
    if (requests.length === 0)
      throw invalid(
        "1 validation error detected: Value at 'requestItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
      );
    if (requests.length > MAX_WRITES) throw invalid('Too many items requested for the BatchWriteItem call');
    const writes = requests.map(({ name, request }) => {
      const table = activeTable(call, name);
      if (request.PutRequest !== undefined && request.DeleteRequest === undefined)
        return putOf(table, request.PutRequest.Item, {});
      if (request.DeleteRequest !== undefined && request.PutRequest === undefined)
        return deleteOf(table, request.DeleteRequest.Key, {});
      throw invalid('Supplied WriteRequest must contain exactly one of PutRequest or DeleteRequest');
    });
    if (new Set(writes.map(({ table, key }) => identity(table, key))).size < writes.length)
      throw invalid('Provided list of item keys contains duplicates');
    const capacities: ConsumedCapacity[] = [];
    for (const write of writes) {
      const before = itemBefore(write);
      const after = write.after(before);
      commit(write, before, after);
      const bytes = Math.max(before?.sizeBytes ?? 0, after?.sizeBytes ?? 0);
      addCapacity(capacities, capacityOf(input.ReturnConsumedCapacity, write.table, writeUnits(bytes)));
    }
    const unprocessed: Record<string, WriteRequest[]> = {};
    return { UnprocessedItems: unprocessed, ...(capacities.length > 0 && { ConsumedCapacity: capacities }) };
  },

  BatchGetItem(input, call) {
    const asked = Object.entries(input.RequestItems ?? {});
    const total = asked.reduce((count, [, { Keys: keys = [] }]) => count + keys.length, 0);
    if (total === 0)
      throw invalid(
        "1 validation error detected: Value at 'requestItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
      );
    if (total > MAX_READS) throw invalid('Too many items requested for the BatchGetItem call');
    const responses: Record<string, Record<string, AttributeValue>[]> = {};
    const unprocessed: Record<string, KeysAndAttributes> = {};
    const capacities: ConsumedCapacity[] = [];
    const seen = new Set<string>();
    let bytes = 0;
    for (const [name, request] of asked) {
      refuseLegacy(request);
      const table = activeTable(call, name);
      const scope = new Scope(request);
      const view = viewer(scope, scope.projection(request.ProjectionExpression));
      scope.closed();
      const items: Record<string, AttributeValue>[] = [];
      const left: Record<string, AttributeValue>[] = [];
      for (const given of request.Keys ?? []) {
        const key = takeInKey(table, given);
        const one = identity(table, key);
        if (seen.has(one)) throw invalid('Provided list of item keys contains duplicates');
        seen.add(one);
        const item = find(table, key);
        const size = item?.sizeBytes ?? 0;
        if (bytes + size > MAX_RESPONSE_BYTES) {
          left.push(copyAttributes(key));
          continue;
        }
        bytes += size;
        if (item !== undefined) items.push(view(item));
        const units = readUnits(size, { consistent: request.ConsistentRead === true });
        addCapacity(capacities, capacityOf(input.ReturnConsumedCapacity, table, units));
      }
      responses[name] = items;
      if (left.length > 0) unprocessed[name] = { ...request, Keys: left };
    }
    return {
      Responses: responses,
      UnprocessedKeys: unprocessed,
      ...(capacities.length > 0 && { ConsumedCapacity: capacities }),
    };
  },
} satisfies Operations<DynamoDB, DynamoState>;

function addCapacity(capacities: ConsumedCapacity[], more: ConsumedCapacity | undefined): void {
  if (more === undefined) return;
  const same = capacities.find(({ TableName }) => TableName === more.TableName);
  if (same === undefined) capacities.push(more);
  else same.CapacityUnits = (same.CapacityUnits ?? 0) + (more.CapacityUnits ?? 0);
}
