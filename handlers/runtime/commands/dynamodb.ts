import {
  BatchWriteItemCommand,
  DeleteResourcePolicyCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  GetResourcePolicyCommand,
  ListTagsOfResourceCommand,
  PutResourcePolicyCommand,
  QueryCommand,
  TagResourceCommand,
  TransactWriteItemsCommand,
  UntagResourceCommand,
  UpdateItemCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import type { CommandsOf } from './commands.ts';

export const client = DynamoDBClient;

export const commands = {
  batchWriteItem: BatchWriteItemCommand,
  deleteResourcePolicy: DeleteResourcePolicyCommand,
  describeTable: DescribeTableCommand,
  getItem: GetItemCommand,
  getResourcePolicy: GetResourcePolicyCommand,
  listTagsOfResource: ListTagsOfResourceCommand,
  putResourcePolicy: PutResourcePolicyCommand,
  query: QueryCommand,
  tagResource: TagResourceCommand,
  transactWriteItems: TransactWriteItemsCommand,
  untagResource: UntagResourceCommand,
  updateItem: UpdateItemCommand,
  updateTable: UpdateTableCommand,
} satisfies CommandsOf<'dynamodb'>;
