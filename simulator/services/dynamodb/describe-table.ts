import type {
  GlobalSecondaryIndexDescription,
  LocalSecondaryIndexDescription,
  ProvisionedThroughput,
  ProvisionedThroughputDescription,
  ReplicaStatus,
  TableDescription,
} from '@aws-sdk/client-dynamodb';
import type { WorldMs } from '../../clock.ts';
import { type DynamoCall, statusOf, type TableStatus } from './lookup.ts';
import type { Index, Table, View } from './state.ts';

/** A table as DescribeTable shows it. Counts are exact, where DynamoDB updates them every six hours. */
export function describeTable(table: Table, call: DynamoCall): TableDescription {
  const { settings } = table;
  const indexes = [...table.indexes.values()];
  const status = statusOf(table, call.nowMs);
  if (status !== 'CREATING' && status !== 'DELETING') table.replica?.catchUp();
  const others = (table.replica?.group.visibleReplicas ?? []).filter((other) => other !== table.replica);
  const global = indexes.filter(({ scope }) => scope === 'global').map((index) => describeGlobal(table, index, status));
  const local = indexes.filter(({ scope }) => scope === 'local').map((index) => describeIndex(table, index));
  return {
    TableName: table.name,
    TableArn: table.arn,
    TableId: table.id,
    TableStatus: status,
    CreationDateTime: new Date(table.createdAtMs),
    AttributeDefinitions: [...table.attributeTypes].map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    KeySchema: keySchemaOf(table.primary),
    ItemCount: table.itemCount,
    TableSizeBytes: table.sizeBytes,
    ProvisionedThroughput: describeThroughput(settings.throughput),
    ...(settings.billingMode === 'PAY_PER_REQUEST' && {
      BillingModeSummary: {
        BillingMode: settings.billingMode,
        LastUpdateToPayPerRequestDateTime: new Date(table.createdAtMs),
      },
    }),
    ...(local.length > 0 && { LocalSecondaryIndexes: local }),
    ...(global.length > 0 && { GlobalSecondaryIndexes: global }),
    ...(settings.stream !== undefined && { StreamSpecification: { ...settings.stream } }),
    ...(settings.streamLabel !== undefined && {
      LatestStreamLabel: settings.streamLabel,
      LatestStreamArn: `${table.arn}/stream/${settings.streamLabel}`,
    }),
    ...(settings.encryption?.Enabled === true && {
      SSEDescription: { Status: 'ENABLED', SSEType: settings.encryption.SSEType ?? 'KMS' },
    }),
    ...(settings.tableClass !== undefined && { TableClassSummary: { TableClass: settings.tableClass } }),
    DeletionProtectionEnabled: settings.deletionProtection,
    // Source: DynamoDB developer guide, "DynamoDB global tables versions": a replica names the others, and not itself.
    ...(others.length > 0 && {
      GlobalTableVersion: '2019.11.21',
      Replicas: others.map(({ region, table: other }) => ({
        RegionName: region,
        ReplicaStatus: replicaStatusOf(other, call.nowMs),
      })),
    }),
  };
}

function replicaStatusOf(table: Table, nowMs: WorldMs): ReplicaStatus {
  const status = statusOf(table, nowMs);
  return status === 'UPDATING' ? 'ACTIVE' : status;
}

const keySchemaOf = ({ hash, range }: View) => [
  { AttributeName: hash.name, KeyType: 'HASH' as const },
  ...(range === undefined ? [] : [{ AttributeName: range.name, KeyType: 'RANGE' as const }]),
];

const describeThroughput = (throughput: ProvisionedThroughput): ProvisionedThroughputDescription => ({
  NumberOfDecreasesToday: 0,
  ReadCapacityUnits: throughput.ReadCapacityUnits,
  WriteCapacityUnits: throughput.WriteCapacityUnits,
});

function describeIndex(table: Table, index: Index): LocalSecondaryIndexDescription {
  let [count, bytes] = [0, 0];
  for (const partition of index.partitions.values())
    for (const { sizeBytes } of partition) {
      count += 1;
      bytes += sizeBytes;
    }
  const { ProjectionType: type, NonKeyAttributes: others } = index.projection;
  return {
    IndexName: index.name,
    IndexArn: `${table.arn}/index/${index.name}`,
    KeySchema: keySchemaOf(index),
    Projection: {
      ...(type !== undefined && { ProjectionType: type }),
      ...(others !== undefined && { NonKeyAttributes: [...others] }),
    },
    ItemCount: count,
    IndexSizeBytes: bytes,
  };
}

const describeGlobal = (table: Table, index: Index, status: TableStatus): GlobalSecondaryIndexDescription => ({
  ...describeIndex(table, index),
  IndexStatus: status === 'UPDATING' ? 'ACTIVE' : status,
  ProvisionedThroughput: describeThroughput(index.throughput),
});
