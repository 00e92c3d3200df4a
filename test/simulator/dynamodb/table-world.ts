import type { AttributeValue, CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../../simulator/services/dynamodb/index.ts';
import { ServiceWorld } from '../service-world.ts';

export type Item = Record<string, AttributeValue>;

export const S = (text: string): AttributeValue => ({ S: text });
export const N = (value: number | string): AttributeValue => ({ N: String(value) });

/** A world with one table, `fleet`, keyed by pk and sk. */
export async function tableWorld(more: Partial<CreateTableCommandInput> = {}) {
  const aws = new ServiceWorld(dynamodb);
  await aws.call('CreateTable', {
    TableName: 'fleet',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    ...more,
  });
  await aws.pass(5);
  const put = async (...items: Item[]) => {
    for (const item of items) await aws.call('PutItem', { TableName: 'fleet', Item: item });
  };
  const get = async (pk: string, sk: string) =>
    (await aws.call('GetItem', { TableName: 'fleet', Key: { pk: S(pk), sk: S(sk) } })).Item;
  return { aws, put, get };
}
