import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { Service } from '../../service.ts';
import { batchOperations } from './batches.ts';
import { itemOperations } from './items.ts';
import { queryOperations } from './query.ts';
import { resourcePolicyOperations } from './resource-policies.ts';
import { type DynamoState, dynamodbHome } from './state.ts';
import { tableFeatureOperations } from './table-features.ts';
import { tableOperations } from './tables.ts';
import { transactionOperations } from './transactions.ts';

/** No read that is remembered tells of items. */
const onItems: ReadonlySet<string> = new Set(
  [itemOperations, queryOperations, batchOperations, transactionOperations].flatMap((operations) =>
    Object.keys(operations),
  ),
);

/** DynamoDB: tables with indexes, conditions, transactions, time to live. global tables. Every read is strongly consistent within its Region. */
export const dynamodb: Service<DynamoDB, DynamoState> = {
  ...dynamodbHome,
  eventSource: 'dynamodb.amazonaws.com',
  operations: {
    ...tableOperations,
    ...tableFeatureOperations,
    ...resourcePolicyOperations,
    ...itemOperations,
    ...queryOperations,
    ...batchOperations,
    ...transactionOperations,
  },
  dataEvents: onItems,
  keeps: onItems,
};
