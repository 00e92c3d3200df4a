import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { bytesOf } from '../../bench/cost.ts';

// biome-ignore format: a table is read down its columns
test.for<{ item: Record<string, AttributeValue>; bytes: number; why: string }>([
  { item: {},                                         bytes: 0,  why: 'nothing is nothing' },
  { item: { pk: { S: 'abc' } },                       bytes: 5,  why: 'a name and its value' },
  { item: { s: { S: 'ü' } },                          bytes: 3,  why: 'in UTF-8' },
  { item: { n: { N: '1234' } },                       bytes: 4,  why: 'two digits a byte, and one more' },
  { item: { n: { N: '1000' } },                       bytes: 3,  why: 'digits that matter' },
  { item: { b: { BOOL: true } },                      bytes: 2,  why: 'true is a byte' },
  { item: { z: { NULL: true } },                      bytes: 2,  why: 'and so is nothing' },
  { item: { m: { M: { a: { S: 'x' } } } },            bytes: 7,  why: 'three for a map, and one for each in it' },
  { item: { l: { L: [{ S: 'x' }, { S: 'yz' }] } },    bytes: 9,  why: 'and as much for a list' },
])('$item takes $bytes bytes: $why', ({ item, bytes }) => {
  expect(bytesOf(item)).toBe(bytes);
});
