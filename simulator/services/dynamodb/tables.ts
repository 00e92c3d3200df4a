import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../aws-error.ts';
import type { InputOf, Operations } from '../../service.ts';
import { describeTable } from './describe-table.ts';
import { type DynamoCall, isBusy, notFound, statusOf, tableName, visibleTable } from './lookup.ts';
import { refuseSource, refuseStreamChange, refuseWhileAdded, tablesOf, updateReplicas } from './replicas.ts';
import { attributeTypesOf, indexFrom, ON_DEMAND, refuseUnusedAttributes, throughputOf, viewWith } from './schema.ts';
import type { DynamoState, Index, Table, TableSettings } from './state.ts';
import { fill } from './storage.ts';
import { placeOfTable } from './table-at.ts';
import { firstPolicy, refusePolicy } from './table-policy.ts';
import { invalid } from './validation-error.ts';

const MAX_GLOBAL_INDEXES = 20;
const MAX_LOCAL_INDEXES = 5;

/**
 * Tables. Throughput is kept and shown, and never runs out.
 *
 * Warm throughput, limits of on-demand throughput, vector indexes and strong consistency between
 * Regions are not simulated: a request that names one is refused.
 */
export const tableOperations = {
  CreateTable(input, call) {
    const name = tableName(input.TableName);
    // Source: Developer Guide, "DynamoDB API operations supported by resource-based policies": no table is made for others.
    if (placeOfTable(input.TableName, call.place).account !== call.place.account)
      throw new AwsError('AccessDeniedException', `${input.TableName} is in another account.`);
    refuseUnsimulated(input, ['WarmThroughput', 'OnDemandThroughput', 'GlobalTableSourceArn', 'VectorIndexes']);
    if (visibleTable(call, name) !== undefined)
      throw new AwsError('ResourceInUseException', `Table already exists: ${name}`);
    const { account, region } = call.place;
    const arn = `arn:aws:dynamodb:${region}:${account}:table/${name}`;
    if (input.ResourcePolicy !== undefined) refusePolicy(input.ResourcePolicy, arn);
    const billingMode = input.BillingMode ?? 'PROVISIONED';
    const types = attributeTypesOf(input.AttributeDefinitions);
    const primary = viewWith(input.KeySchema, types);
    const indexes = indexesOf(input, primary, types, billingMode);
    refuseUnusedAttributes(types, [primary, ...indexes.values()]);
    const table: Table = {
      name,
      arn,
      id: call.world.random.uuid(),
      createdAtMs: call.nowMs,
      activeAtMs: call.nowMs + call.world.timings.tableActiveMs,
      deletingSinceMs: undefined,
      attributeTypes: types,
      primary,
      indexes,
      policy: input.ResourcePolicy === undefined ? undefined : firstPolicy(input.ResourcePolicy, call),
      tags: new Map((input.Tags ?? []).map(({ Key: key = '', Value: value = '' }) => [key, value])),
      settings: {
        billingMode,
        throughput: billingMode === 'PAY_PER_REQUEST' ? ON_DEMAND : throughputOf(input.ProvisionedThroughput),
        ...streamSettings(input.StreamSpecification, call),
        encryption: input.SSESpecification,
        tableClass: input.TableClass,
        deletionProtection: input.DeletionProtectionEnabled ?? false,
      },
      timeToLive: undefined,
      nextExpirySweepMs: 0,
      itemCount: 0,
      sizeBytes: 0,
      replica: undefined,
    };
    call.state.tables.set(name, table);
    return { TableDescription: describeTable(table, call) };
  },

  DescribeTable(input, call) {
    return { Table: describeTable(existingTable(call, input.TableName), call) };
  },

  ListTables({ ExclusiveStartTableName: after = '', Limit: limit = 100 }, call) {
    const names = [...call.state.tables.keys()]
      .filter((name) => name > after && visibleTable(call, name) !== undefined)
      .toSorted();
    const page = names.slice(0, limit);
    const last = page.at(-1);
    return {
      TableNames: page,
      ...(names.length > page.length && last !== undefined && { LastEvaluatedTableName: last }),
    };
  },

  UpdateTable(input, call) {
    refuseUnsimulated(input, [
      'MultiRegionConsistency',
      'GlobalTableWitnessUpdates',
      'OnDemandThroughput',
      'WarmThroughput',
      'VectorIndexUpdates',
    ]);
    if (input.ReplicaUpdates !== undefined) refuseWhileAdded(existingTable(call, input.TableName), call);
    const table = settledTable(call, input.TableName);
    if (input.ReplicaUpdates !== undefined) {
      updateReplicas(table, input, { ...call, requestId: call.requestId, place: placeOfTable(table.arn, call.place) });
      return { TableDescription: describeTable(table, call) };
    }
    if (input.StreamSpecification !== undefined) refuseStreamChange(table, input.StreamSpecification);
    const billingMode = input.BillingMode ?? table.settings.billingMode;
    const settings: TableSettings = {
      ...table.settings,
      billingMode,
      throughput:
        billingMode === 'PAY_PER_REQUEST'
          ? ON_DEMAND
          : throughputOf(input.ProvisionedThroughput ?? table.settings.throughput),
      ...(input.StreamSpecification !== undefined && streamSettings(input.StreamSpecification, call)),
      ...(input.SSESpecification !== undefined && { encryption: input.SSESpecification }),
      ...(input.TableClass !== undefined && { tableClass: input.TableClass }),
      ...(input.DeletionProtectionEnabled !== undefined && { deletionProtection: input.DeletionProtectionEnabled }),
    };
    for (const [name, type] of attributeTypesOf(input.AttributeDefinitions))
      for (const each of tablesOf(table)) each.attributeTypes.set(name, type);
    for (const update of input.GlobalSecondaryIndexUpdates ?? []) updateIndex(table, update, billingMode);
    share(table, settings);
    return { TableDescription: describeTable(table, call) };
  },

  DeleteTable(input, call) {
    const table = settledTable(call, input.TableName);
    if (table.settings.deletionProtection)
      throw invalid(
        'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
      );
    refuseSource(table, call);
    table.deletingSinceMs = call.nowMs;
    return { TableDescription: describeTable(table, call) };
  },
} satisfies Operations<DynamoDB, DynamoState>;

export function existingTable(call: DynamoCall, given: string | undefined): Table {
  const table = visibleTable(call, given);
  if (table === undefined) throw notFound(`Requested resource not found: Table: ${tableName(given)} not found`);
  return table;
}

/** A table that may be changed: one at work on something else refuses. */
function settledTable(call: DynamoCall, given: string | undefined): Table {
  const table = tableAtRest(call, given);
  if (table.replica !== undefined && isBusy(table.replica.group, call.nowMs))
    throw new AwsError('ResourceInUseException', 'The resource which you are attempting to change is in use.');
  return table;
}

/** A table that neither comes nor goes: what is not part of it may be changed even while a replica is made. */
export function tableAtRest(call: DynamoCall, given: string | undefined): Table {
  const table = existingTable(call, given);
  const status = statusOf(table, call.nowMs);
  if (status === 'CREATING' || status === 'DELETING')
    throw new AwsError(
      'ResourceInUseException',
      `Attempt to change a resource which is still in use: Table is being ${status === 'CREATING' ? 'created' : 'deleted'}: ${table.name}`,
    );
  return table;
}

/** Replicas have the settings of each other, but for what each decides for itself. */
function share(table: Table, settings: TableSettings): void {
  for (const other of tablesOf(table)) {
    const { stream, streamLabel, deletionProtection } = other.settings;
    other.settings = { ...settings, ...(other !== table && { stream, streamLabel, deletionProtection }) };
  }
}

function refuseUnsimulated(input: object, parameters: readonly string[]): void {
  for (const parameter of parameters)
    if (parameter in input && (input as Record<string, unknown>)[parameter] !== undefined)
      throw invalid(`${parameter} is not simulated`);
}

function indexesOf(
  input: InputOf<DynamoDB, 'CreateTable'>,
  primary: Table['primary'],
  types: Table['attributeTypes'],
  billingMode: TableSettings['billingMode'],
): Map<string, Index> {
  const { GlobalSecondaryIndexes: global = [], LocalSecondaryIndexes: local = [] } = input;
  if (global.length > MAX_GLOBAL_INDEXES)
    throw invalid(
      `One or more parameter values were invalid: GlobalSecondaryIndex count exceeds the per-table limit of ${MAX_GLOBAL_INDEXES}`,
    );
  if (local.length > MAX_LOCAL_INDEXES)
    throw invalid(
      `One or more parameter values were invalid: Number of LocalSecondaryIndexes exceeds per-table limit of ${MAX_LOCAL_INDEXES}`,
    );
  const indexes = new Map<string, Index>();
  for (const [scope, requests] of [
    ['global', global],
    ['local', local],
  ] as const)
    for (const request of requests) {
      const index = indexFrom(request, scope, primary, types, billingMode);
      if (indexes.has(index.name))
        throw invalid(`One or more parameter values were invalid: Duplicate index name: ${index.name}`);
      indexes.set(index.name, index);
    }
  return indexes;
}

type IndexUpdate = NonNullable<InputOf<DynamoDB, 'UpdateTable'>['GlobalSecondaryIndexUpdates']>[number];

/** An index is filled at once, where DynamoDB takes minutes. */
function updateIndex(table: Table, update: IndexUpdate, billingMode: TableSettings['billingMode']): void {
  if (update.Create !== undefined) {
    const { Create: request } = update;
    const newIndex = (): Index => indexFrom(request, 'global', table.primary, table.attributeTypes, billingMode);
    const index = newIndex();
    if (table.indexes.has(index.name)) throw invalid('Attempting to create an index which already exists');
    if (table.replica !== undefined) table.replica.group.addIndex(newIndex);
    else {
      table.indexes.set(index.name, index);
      fill(table, index);
    }
  }
  if (update.Delete !== undefined) {
    const { IndexName: name = '' } = update.Delete;
    if (!table.indexes.delete(name)) throw notFound('Requested resource not found');
    table.replica?.group.deleteIndex(name);
  }
  if (update.Update !== undefined) {
    const { IndexName: name = '', ProvisionedThroughput: throughput } = update.Update;
    const index = table.indexes.get(name);
    if (index === undefined) throw notFound('Requested resource not found');
    for (const each of tablesOf(table)) {
      const own = each.indexes.get(name) ?? index;
      each.indexes.set(name, { ...own, throughput: throughputOf(throughput) });
    }
  }
}

function streamSettings(
  stream: TableSettings['stream'],
  { nowMs }: DynamoCall,
): Pick<TableSettings, 'stream' | 'streamLabel'> {
  if (stream?.StreamEnabled !== true) return { stream: undefined, streamLabel: undefined };
  if (stream.StreamViewType === undefined)
    throw invalid('One or more parameter values were invalid: StreamViewType is required when StreamEnabled is true');
  return {
    stream: { StreamEnabled: true, StreamViewType: stream.StreamViewType },
    streamLabel: new Date(nowMs).toISOString().replace('Z', ''),
  };
}
