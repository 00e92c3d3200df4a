import type { AttributeValue, DynamoDB } from '@aws-sdk/client-dynamodb';
import { placeOfArn } from '../../arn.ts';
import type { Call } from '../../service.ts';
import type { DynamoState, Table } from '../../services/dynamodb/state.ts';
import { nameIn, placeOfTable, tableAt } from '../../services/dynamodb/table-at.ts';
import { policyInForce } from '../../services/dynamodb/table-policy.ts';
import type { Access, Context } from '../access.ts';
import { type CompiledStatement, policyOf } from '../policy.ts';
import { type ActionTable, anywhere, requestTags, withTagging } from './action-table.ts';

type DynamoCall = Call<DynamoState>;
type Item = Readonly<Record<string, AttributeValue>> | undefined;

/** The ARN of what a request names, which need not exist. */
function arnOf({ place }: DynamoCall, nameOrArn: string | undefined): string {
  const { account, region } = placeOfTable(nameOrArn, place);
  return `arn:aws:dynamodb:${region}:${account}:table/${nameIn(nameOrArn)}`;
}

const NO_STATEMENTS: readonly CompiledStatement[] = [];

function statementsOf(found: Table, { nowMs }: DynamoCall): readonly CompiledStatement[] {
  const policy = policyInForce(found, nowMs);
  return policy === undefined ? NO_STATEMENTS : policyOf(policy.text).statements;
}

/** A table by name, or by ARN: then it may be another account's, and its policy has a word in it. */
function table(call: DynamoCall, action: string, nameOrArn: string | undefined, context?: Context): Access {
  const found = tableAt(call, nameOrArn);
  return {
    action: `dynamodb:${action}`,
    resource: found?.arn ?? arnOf(call, nameOrArn),
    tags: found?.tags,
    absent: found === undefined,
    policy: found === undefined ? NO_STATEMENTS : statementsOf(found, call),
    context,
  };
}

/**
 * As `table`, for what a table's policy cannot let another account do.
 *
 * Source   Developer Guide, "DynamoDB API operations supported by resource-based policies"
 */
function ownTable(call: DynamoCall, action: string, nameOrArn: string | undefined, context?: Context): Access {
  const access = table(call, action, nameOrArn, context);
  return placeOfArn(access.resource).account === call.place.account ? access : { ...access, policy: NO_STATEMENTS };
}

/** The policy itself. Root is never locked out of it in its own account. Source: API reference, DeleteResourcePolicy. */
const policyOfTable =
  (action: string) =>
  ({ ResourceArn }: { ResourceArn?: string | undefined }, call: DynamoCall): readonly Access[] => {
    const { principal, place } = call;
    const access = table(call, action, ResourceArn);
    const isOwner = principal.kind === 'Root' && placeOfTable(ResourceArn, place).account === principal.account;
    return [isOwner ? { ...access, policy: NO_STATEMENTS } : access];
  };

const textOf = (value: AttributeValue | undefined): string | undefined =>
  value === undefined ? undefined : (value.S ?? value.N);

/** The partition keys of items or keys: dynamodb:LeadingKeys. Contexts work it out when a condition asks. */
function leadingKeys(found: Table | undefined, items: readonly Item[]): readonly string[] | undefined {
  const hash = found?.primary.hash.name;
  if (hash === undefined) return undefined;
  const keys: string[] = [];
  for (const item of items) {
    const text = textOf(item?.[hash]);
    if (text !== undefined) keys.push(text);
  }
  return keys;
}

interface ItemRequest {
  readonly TableName?: string | undefined;
  readonly Key?: Item;
  readonly Item?: Item;
  readonly ReturnValues?: string | undefined;
  readonly ReturnConsumedCapacity?: string | undefined;
}

function ofItem(call: DynamoCall, action: string, input: ItemRequest, enclosing?: string): Access {
  const { TableName } = input;
  return table(call, action, TableName, {
    get 'dynamodb:leadingkeys'() {
      return leadingKeys(tableAt(call, TableName), [input.Item ?? input.Key]);
    },
    'dynamodb:returnvalues': input.ReturnValues,
    'dynamodb:returnconsumedcapacity': input.ReturnConsumedCapacity,
    'dynamodb:enclosingoperation': enclosing,
  });
}

const item =
  (action: string) =>
  (input: ItemRequest, call: DynamoCall): readonly Access[] => [ofItem(call, action, input)];

const EQUALITY = /(#?[\w.-]+)\s*=\s*(:\w+)/g;

interface QueryRequest {
  readonly TableName?: string | undefined;
  readonly IndexName?: string | undefined;
  readonly KeyConditionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Item;
  readonly Select?: string | undefined;
}

/** Which partition a query reads: what its condition says the hash key of the table or index is. */
function queriedKeys(call: DynamoCall, input: QueryRequest): readonly string[] | undefined {
  const found = tableAt(call, input.TableName);
  const view = input.IndexName === undefined ? found?.primary : found?.indexes.get(input.IndexName);
  const keys: string[] = [];
  for (const [, name = '', value = ''] of (input.KeyConditionExpression ?? '').matchAll(EQUALITY)) {
    if ((input.ExpressionAttributeNames?.[name] ?? name) !== view?.hash.name) continue;
    const text = textOf(input.ExpressionAttributeValues?.[value]);
    if (text !== undefined) keys.push(text);
  }
  return keys.length === 0 ? undefined : keys;
}

/** A table, or in its place the index that is read. */
function scanned(call: DynamoCall, action: string, input: QueryRequest): readonly Access[] {
  const access = table(call, action, input.TableName, {
    get 'dynamodb:leadingkeys'() {
      return action === 'Query' ? queriedKeys(call, input) : undefined;
    },
    'dynamodb:select': input.Select,
  });
  return input.IndexName === undefined
    ? [access]
    : [{ ...access, resource: `${access.resource}/index/${input.IndexName}` }];
}

const ofTable =
  (action: string) =>
  (input: { TableName?: string | undefined }, call: DynamoCall): readonly Access[] => [
    table(call, action, input.TableName),
  ];

/** Source: DynamoDB Developer Guide, "Using IAM with global tables". */
const toMakeReplica = [
  'CreateTable',
  'CreateTableReplica',
  'Scan',
  'Query',
  'UpdateItem',
  'PutItem',
  'GetItem',
  'DeleteItem',
  'BatchWriteItem',
];
const toDeleteReplica = ['DeleteTable', 'DeleteTableReplica'];

/** What a replica in another Region takes, there. */
const replica = (
  { place }: DynamoCall,
  nameOrArn: string | undefined,
  region: string | undefined,
  actions: readonly string[],
): Access[] =>
  actions.map((action) => ({
    action: `dynamodb:${action}`,
    resource: `arn:aws:dynamodb:${region}:${placeOfTable(nameOrArn, place).account}:table/${nameIn(nameOrArn)}`,
    context: { 'aws:requestedregion': region },
  }));

/** The Regions of a table's replicas, its own first; only its own where it has none. */
const regionsOf = (call: DynamoCall, nameOrArn: string | undefined): readonly string[] => [
  call.place.region,
  ...(tableAt(call, nameOrArn)?.replica?.group.replicas ?? [])
    .map(({ table: other }) => other.arn.split(':')[3] ?? '')
    .filter((region) => region !== call.place.region),
];

/**
 * What DynamoDB asks of IAM.
 *
 * Bounds   dynamodb:Attributes is in no request's context: a policy that asks for it cannot be used here
 * Source   Service Authorization Reference, "Actions, resources, and condition keys for Amazon DynamoDB"
 */
export const dynamodbActions: ActionTable<DynamoDB, DynamoState> = {
  GetItem: item('GetItem'),
  PutItem: item('PutItem'),
  UpdateItem: item('UpdateItem'),
  DeleteItem: item('DeleteItem'),
  Query: (input, call) => scanned(call, 'Query', input),
  Scan: (input, call) => scanned(call, 'Scan', input),

  BatchGetItem: (input, call) =>
    Object.entries(input.RequestItems ?? {}).map(([name, { Keys }]) =>
      table(call, 'BatchGetItem', name, {
        get 'dynamodb:leadingkeys'() {
          return leadingKeys(tableAt(call, name), Keys ?? []);
        },
      }),
    ),
  BatchWriteItem: (input, call) =>
    Object.entries(input.RequestItems ?? {}).map(([name, writes]) =>
      table(call, 'BatchWriteItem', name, {
        get 'dynamodb:leadingkeys'() {
          const items = writes.map(({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key);
          return leadingKeys(tableAt(call, name), items);
        },
      }),
    ),
  TransactGetItems: (input, call) =>
    (input.TransactItems ?? []).map(({ Get }) => ofItem(call, 'GetItem', Get ?? {}, 'TransactGetItems')),
  /** A transaction is allowed by what its items are. Source: Developer Guide, "Using IAM with DynamoDB transactions". */
  TransactWriteItems: (input, call) =>
    (input.TransactItems ?? []).map(({ Put, Update, Delete, ConditionCheck }) => {
      if (Put !== undefined) return ofItem(call, 'PutItem', Put, 'TransactWriteItems');
      if (Update !== undefined) return ofItem(call, 'UpdateItem', Update, 'TransactWriteItems');
      if (Delete !== undefined) return ofItem(call, 'DeleteItem', Delete, 'TransactWriteItems');
      return ofItem(call, 'ConditionCheckItem', ConditionCheck ?? {}, 'TransactWriteItems');
    }),

  CreateTable: (input, call) =>
    withTagging(
      {
        action: 'dynamodb:CreateTable',
        resource: arnOf(call, input.TableName),
        requestTags: requestTags(input.Tags),
      },
      'dynamodb:TagResource',
    ).concat(
      input.ResourcePolicy === undefined
        ? []
        : { action: 'dynamodb:PutResourcePolicy', resource: arnOf(call, input.TableName) },
    ),
  DeleteTable: ofTable('DeleteTable'),
  DescribeTable: ofTable('DescribeTable'),
  DescribeTimeToLive: ofTable('DescribeTimeToLive'),
  ListTables: anywhere('dynamodb:ListTables'),
  UpdateTable(input, call) {
    const name = input.TableName;
    const replicas = (input.ReplicaUpdates ?? []).flatMap(({ Create, Delete }) =>
      Create === undefined
        ? replica(call, name, Delete?.RegionName, Delete === undefined ? [] : toDeleteReplica)
        : replica(call, name, Create.RegionName, toMakeReplica),
    );
    return [table(call, 'UpdateTable', name), ...replicas];
  },
  /** In every Region that has a replica. Source: as above. */
  UpdateTimeToLive(input, call) {
    const { account } = placeOfTable(input.TableName, call.place);
    return regionsOf(call, input.TableName).map((region) => ({
      ...ownTable(call, 'UpdateTimeToLive', `arn:aws:dynamodb:${region}:${account}:table/${nameIn(input.TableName)}`),
      context: { 'aws:requestedregion': region },
    }));
  },

  PutResourcePolicy: policyOfTable('PutResourcePolicy'),
  GetResourcePolicy: policyOfTable('GetResourcePolicy'),
  DeleteResourcePolicy: policyOfTable('DeleteResourcePolicy'),

  ListTagsOfResource: (input, call) => [table(call, 'ListTagsOfResource', input.ResourceArn)],
  TagResource: (input, call) => [
    { ...table(call, 'TagResource', input.ResourceArn), requestTags: requestTags(input.Tags) },
  ],
  UntagResource: (input, call) => [{ ...table(call, 'UntagResource', input.ResourceArn), tagKeys: input.TagKeys }],
};
