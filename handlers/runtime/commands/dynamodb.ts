import {
  BatchWriteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTagsOfResourceCommand,
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
  describeTable: DescribeTableCommand,
  getItem: GetItemCommand,
  listTagsOfResource: ListTagsOfResourceCommand,
  query: QueryCommand,
  tagResource: TagResourceCommand,
  transactWriteItems: TransactWriteItemsCommand,
  untagResource: UntagResourceCommand,
  updateItem: UpdateItemCommand,
  updateTable: UpdateTableCommand,
} satisfies CommandsOf<'dynamodb'>;
