import type { ConsumedCapacity, ReturnConsumedCapacity } from '@aws-sdk/client-dynamodb';
import type { Table } from './state.ts';

/** Source: "DynamoDB read and write operations": 4 KB per read unit, half when eventually consistent; 1 KB per write unit; transactions cost double. */
export const readUnits = (bytes: number, { consistent = false, transactional = false } = {}): number =>
  Math.max(1, Math.ceil(bytes / 4096)) * (transactional ? 2 : consistent ? 1 : 0.5);

export const writeUnits = (bytes: number, transactional = false): number =>
  Math.max(1, Math.ceil(bytes / 1024)) * (transactional ? 2 : 1);

/** The member of an output that tells the capacity used, where the request asked for it. Indexes are not told apart. */
export function consumed(
  asked: ReturnConsumedCapacity | undefined,
  table: Table,
  units: number,
): { ConsumedCapacity?: ConsumedCapacity } {
  const capacity = capacityOf(asked, table, units);
  return capacity === undefined ? {} : { ConsumedCapacity: capacity };
}

export function capacityOf(
  asked: ReturnConsumedCapacity | undefined,
  { name }: Table,
  units: number,
): ConsumedCapacity | undefined {
  if (asked !== 'TOTAL' && asked !== 'INDEXES') return undefined;
  return {
    TableName: name,
    CapacityUnits: units,
    ...(asked === 'INDEXES' && { Table: { CapacityUnits: units } }),
  };
}
