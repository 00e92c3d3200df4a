import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { Operations } from '../../service.ts';
import { type DynamoCall, notFound, visibleTable } from './lookup.ts';
import { tablesOf } from './replicas.ts';
import type { DynamoState, Table } from './state.ts';
import { existingTable, tableAtRest } from './tables.ts';
import { invalid } from './validation-error.ts';

const MAX_TAGS = 50;

/** Time to live, and tags. */
export const tableFeatureOperations = {
  UpdateTimeToLive(input, call) {
    const table = tableAtRest(call, input.TableName);
    const { AttributeName: attribute, Enabled: enabled } = input.TimeToLiveSpecification ?? {};
    if (attribute === undefined || attribute === '' || enabled === undefined)
      throw invalid('1 validation error detected: TimeToLiveSpecification needs AttributeName and Enabled');
    const was = table.timeToLive?.enabled === true;
    if (was === enabled) throw invalid(`TimeToLive is already ${enabled ? 'enabled' : 'disabled'}`);
    for (const each of tablesOf(table)) each.timeToLive = { attribute, enabled };
    return { TimeToLiveSpecification: { AttributeName: attribute, Enabled: enabled } };
  },

  DescribeTimeToLive(input, call) {
    const { timeToLive } = existingTable(call, input.TableName);
    return {
      TimeToLiveDescription:
        timeToLive?.enabled === true
          ? { TimeToLiveStatus: 'ENABLED', AttributeName: timeToLive.attribute }
          : { TimeToLiveStatus: 'DISABLED' },
    };
  },

  TagResource({ ResourceArn: arn, Tags: tags = [] }, call) {
    const table = tagged(arn, call);
    const merged = new Map([
      ...table.tags,
      ...tags.map(({ Key: key = '', Value: value = '' }) => [key, value] as const),
    ]);
    if (merged.size > MAX_TAGS) throw invalid(`Too many tags: the limit is ${MAX_TAGS}`);
    for (const [key, value] of merged) table.tags.set(key, value);
    return {};
  },

  UntagResource({ ResourceArn: arn, TagKeys: keys = [] }, call) {
    const { tags } = tagged(arn, call);
    for (const key of keys) tags.delete(key);
    return {};
  },

  ListTagsOfResource({ ResourceArn: arn }, call) {
    return { Tags: [...tagged(arn, call).tags].map(([Key, Value]) => ({ Key, Value })) };
  },
} satisfies Operations<DynamoDB, DynamoState>;

function tagged(arn: string | undefined, call: DynamoCall): Table {
  if (arn?.startsWith('arn:aws:dynamodb:') !== true)
    throw invalid(`Invalid TableArn: Invalid ResourceArn provided as input ${arn ?? ''}`);
  const table = visibleTable(call, arn);
  if (table === undefined) throw notFound(`Requested resource not found: ResourceArn: ${arn} not found`);
  return table;
}
