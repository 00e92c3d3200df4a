import { awsTimings } from '../../../simulator/timings.ts';
import { known } from '../../support/known.ts';
import { VIRGINIA } from '../service-world.ts';
import { type Item, S, tableWorld } from './table-world.ts';

/** `fleet` in Virginia and the other Regions, all ACTIVE. */
export async function globalTable(...others: readonly string[]) {
  const { aws } = await tableWorld();
  const add = async (RegionName: string, from = VIRGINIA) => {
    await aws.call('UpdateTable', { TableName: 'fleet', ReplicaUpdates: [{ Create: { RegionName } }] }, from);
    await aws.pass(awsTimings.replicaActiveMs / 1_000);
  };
  for (const region of others) await add(region);
  const put = (region: string, pk: string, more: Item = {}, sk = 'a') =>
    aws.call('PutItem', { TableName: 'fleet', Item: { pk: S(pk), sk: S(sk), ...more } }, region);
  const remove = (region: string, pk: string) =>
    aws.call('DeleteItem', { TableName: 'fleet', Key: { pk: S(pk), sk: S('a') } }, region);
  const get = async (region: string, pk: string, sk = 'a') =>
    (await aws.call('GetItem', { TableName: 'fleet', Key: { pk: S(pk), sk: S(sk) } }, region)).Item;
  const described = async (region: string = VIRGINIA) =>
    known((await aws.call('DescribeTable', { TableName: 'fleet' }, region)).Table);
  const keys = async (region: string) =>
    known((await aws.call('Scan', { TableName: 'fleet' }, region)).Items)
      .map(({ pk }) => known(pk?.S))
      .toSorted((one, other) => (one < other ? -1 : 1));
  return { aws, add, put, remove, get, described, keys };
}
