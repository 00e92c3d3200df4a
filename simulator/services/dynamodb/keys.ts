import type { AttributeValue, ScalarAttributeType } from '@aws-sdk/client-dynamodb';
import type { AwsError } from '../../aws-error.ts';
import { compareText, compareUtf8, latin1, takeIn, typeOf } from './attribute-value.ts';
import { compareNumbers } from './decimal.ts';
import type { Attributes, Index, KeyAttribute, Table } from './state.ts';
import { invalid, invalidParameters } from './validation-error.ts';

/**
 * Keys in comparable form: a string as it is, a number in its canonical form, a binary as one character per byte.
 * Within one table or index a key has one type, so the form is unambiguous.
 */
export const keyText = (value: AttributeValue): string =>
  value.S ?? value.N ?? (value.B === undefined ? '' : latin1(value.B));

export const compareKeys: Readonly<Record<ScalarAttributeType, (a: string, b: string) => number>> = {
  S: compareUtf8,
  N: compareNumbers,
  B: compareText,
};

/** Source: "Service quotas", partition key length and sort key length. */
const maxKeyBytes = { hash: 2048, range: 1024 } as const;

const mismatch = (): AwsError => invalid('The provided key element does not match the schema');

/** A primary key as a request gives it, taken in: exactly the table's key attributes, of the right types. */
export function takeInKey(table: Table, given: Attributes | undefined): Record<string, AttributeValue> {
  const { hash, range } = table.primary;
  const key: Record<string, AttributeValue> = {};
  let count = 0;
  for (const _ in given) count += 1;
  if (given === undefined || count !== (range === undefined ? 1 : 2)) throw mismatch();
  for (const attribute of range === undefined ? [hash] : [hash, range]) {
    const value = given[attribute.name];
    if (value?.[attribute.type] === undefined) throw mismatch();
    key[attribute.name] = takeIn(value);
  }
  refuseBadKey(table, key);
  return key;
}

/** Refuses an item whose key attributes are missing, of the wrong type, empty or too long. */
export function refuseBadKey(table: Table, item: Attributes): void {
  const { hash, range } = table.primary;
  refuseBadKeyAttribute(item, hash, 'hash');
  if (range !== undefined) refuseBadKeyAttribute(item, range, 'range');
}

function refuseBadKeyAttribute(item: Attributes, { name, type }: KeyAttribute, part: 'hash' | 'range'): void {
  const value = item[name];
  if (value === undefined) throw invalidParameters(`Missing the key ${name} in the item`);
  const text = value[type];
  if (text === undefined)
    throw invalidParameters(`Type mismatch for key ${name} expected: ${type} actual: ${typeOf(value)}`);
  if (text.length === 0)
    throw invalid(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${type === 'B' ? 'binary' : 'string'} value. Key: ${name}`,
    );
  if (text.length * 3 > maxKeyBytes[part] && Buffer.byteLength(text) > maxKeyBytes[part])
    throw invalidParameters(
      part === 'hash'
        ? 'Size of hashkey has exceeded the maximum size limit of2048 bytes'
        : 'Aggregated size of all range keys has exceeded the size limit of 1024 bytes',
    );
}

/** Refuses an item that carries an index's key attribute with a value that cannot be a key. */
export function refuseBadIndexKeys(table: Table, item: Attributes): void {
  for (const index of table.indexes.values()) {
    refuseBadIndexKey(index, index.hash, item);
    if (index.range !== undefined) refuseBadIndexKey(index, index.range, item);
  }
}

function refuseBadIndexKey(index: Index, { name, type }: KeyAttribute, item: Attributes): void {
  const value = item[name];
  if (value === undefined) return;
  const text = value[type];
  if (text === undefined)
    throw invalidParameters(
      `Type mismatch for Index Key ${name} Expected: ${type} Actual: ${typeOf(value)} IndexName: ${index.name}`,
    );
  if (text.length === 0)
    throw invalid(
      `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty ${type === 'B' ? 'binary' : 'string'} value. IndexName: ${index.name}, IndexKey: ${name}`,
    );
}
