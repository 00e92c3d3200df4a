import type { DynamoDB, ReplicationGroupUpdate } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../aws-error.ts';
import { regions } from '../../regions.ts';
import type { InputOf } from '../../service.ts';
import { type DynamoCall, visibleTable } from './lookup.ts';
import { emptyLike, GlobalTable } from './replication.ts';
import { dynamodbHome, type Table } from './state.ts';
import { invalid } from './validation-error.ts';

/** Source: DeleteTable of a replica, and `ReplicaUpdates` with Delete: not within 24 hours of adding another one from it. */
const SOURCE_KEPT_MS = 24 * 3_600_000;

/**
 * UpdateTable with ReplicaUpdates: one replica more, or one less, in another Region.
 *
 * Bounds    one replica at a time; the table is UPDATING until the new one is ACTIVE; not simulated are updates of a
 *           replica, overrides, keys of its own, and strong consistency between Regions
 * Source    DynamoDB developer guide, "How DynamoDB global tables work" (version 2019.11.21): streams are enabled by
 *           default on all replicas; the messages were recorded from DynamoDB by others
 */
export function updateReplicas(table: Table, input: InputOf<DynamoDB, 'UpdateTable'>, call: DynamoCall): void {
  const { ReplicaUpdates: updates = [], TableName: _name, ...rest } = input;
  if (Object.values(rest).some((given) => given !== undefined))
    throw invalid('ReplicaUpdates cannot be combined with other updates of the table');
  const [update, ...more] = updates;
  if (update === undefined)
    throw invalid('There are no actions specified in the Replica Update Action of the request.');
  if (more.length > 0 || (update.Create !== undefined && update.Delete !== undefined))
    throw invalid('Update table operation with more than one create or delete replica actions not allowed');
  const region = regionOf(update, call);
  if (update.Create === undefined) deleteReplica(table, region, call);
  else createReplica(table, region, call);
}

function regionOf({ Create, Update, Delete }: ReplicationGroupUpdate, { place, world }: DynamoCall): string {
  if (Update !== undefined) throw invalid('ReplicaUpdates Update is not simulated');
  const { RegionName: region = '', ...overrides } = Create ?? Delete ?? {};
  for (const [name, given] of Object.entries(overrides))
    if (given !== undefined) throw invalid(`${name} of a replica is not simulated`);
  if (region === place.region)
    throw invalid(
      'Cannot add or delete the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or UpdateTable as required.',
    );
  if (!regions.has(region)) throw invalid(`Region ${region} is not supported.`);
  if (world.outages.isDark(region))
    throw new AwsError('InternalServerError', `Internal server error: ${region} does not answer`, { status: 500 });
  return region;
}

function createReplica(table: Table, region: string, { place, world, nowMs }: DynamoCall): void {
  const elsewhere = { account: place.account, region };
  const state = world.state(dynamodbHome, elsewhere);
  if (visibleTable({ place: elsewhere, world, state, nowMs }, table.name) !== undefined)
    throw invalid(
      `Failed to create a the new replica of table with name: ‘${table.name}’ because one or more replicas already existed as tables.`,
    );
  if (table.settings.billingMode !== 'PAY_PER_REQUEST')
    throw invalid('Table write capacity should either be Pay-Per-Request or AutoScaled.');
  const streamLabel = new Date(nowMs).toISOString().replace('Z', '');
  if (table.settings.stream === undefined)
    table.settings = {
      ...table.settings,
      stream: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      streamLabel,
    };
  const group = table.replica?.group ?? new GlobalTable(world, place.region, table);
  const activeAtMs = nowMs + world.timings.replicaActiveMs;
  const made: Table = {
    ...table,
    ...emptyLike(table),
    arn: `arn:aws:dynamodb:${region}:${place.account}:table/${table.name}`,
    id: world.random.uuid(),
    createdAtMs: nowMs,
    activeAtMs,
    attributeTypes: new Map(table.attributeTypes),
    tags: new Map(),
    policy: undefined,
    settings: { ...table.settings, streamLabel, deletionProtection: false },
    nextExpirySweepMs: 0,
    replica: undefined,
  };
  state.tables.set(table.name, made);
  group.add(region, made);
  group.updatingUntilMs = activeAtMs;
  const source = group.replicaIn(place.region);
  if (source !== undefined) source.sourcedAtMs = nowMs;
}

function deleteReplica({ name, replica }: Table, region: string, call: DynamoCall): void {
  const group = replica?.group;
  const going = group?.replicaIn(region)?.table;
  if (group === undefined || going === undefined || going.deletingSinceMs !== undefined)
    throw invalid(
      `Update global table operation failed because one or more replicas were not part of the global table. Please retry the request without these replicas: [${region}].`,
    );
  if (going.settings.deletionProtection)
    throw invalid(
      `Cannot delete table ${name} in region ${region} because it has deletion protection enabled. Disable deletion protection first.`,
    );
  refuseSource(going, call);
  going.deletingSinceMs = call.nowMs;
  group.updatingUntilMs = call.nowMs + call.world.timings.tableDeletedMs;
}

/** A replica that others were made from lately cannot go before them. */
export function refuseSource({ replica }: Table, { nowMs }: DynamoCall): void {
  if (replica === undefined || replica.group.replicas.length < 2) return;
  if (nowMs < replica.sourcedAtMs + SOURCE_KEPT_MS)
    throw invalid(
      'Replica cannot be deleted because it has acted as a source region for new replica(s) being added to the table in the last 24 hours.',
    );
}

/** The tables of a global table, or the one table of a table that is none. */
export const tablesOf = (table: Table): readonly Table[] =>
  table.replica?.group.replicas.map((replica) => replica.table) ?? [table];

/** Streams carry the changes from Region to Region. */
export function refuseStreamChange(table: Table, stream: { readonly StreamEnabled: boolean | undefined }): void {
  if (tablesOf(table).length < 2) return;
  throw invalid(
    stream.StreamEnabled === true
      ? `Table already has an enabled stream: TableName: ${table.name}`
      : 'One or more parameter values were invalid: Disabling Stream is not allowed for a Global Table replica.',
  );
}
