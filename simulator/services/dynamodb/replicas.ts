import type { DynamoDB, ReplicationGroupUpdate } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../aws-error.ts';
import { regions } from '../../regions.ts';
import type { InputOf } from '../../service.ts';
import { type DynamoCall, statusOf, visibleTable } from './lookup.ts';
import { emptyLike, GlobalTable } from './replication.ts';
import { dynamodbHome, type Table } from './state.ts';
import { invalid } from './validation-error.ts';

/** Of the time that a replica of a table with items takes: how long that table is ACTIVE meanwhile. Source: 68 s, 175 s and 309 s of one that took 562 s. */
const SHOWN_ACTIVE = { from: 68 / 562, until: 243 / 562 };

/** Source: DeleteTable of a replica, and `ReplicaUpdates` with Delete: not within 24 hours of adding another one from it. */
const SOURCE_KEPT_MS = 24 * 3_600_000;

/**
 * UpdateTable with ReplicaUpdates: one replica more, or one less, in another Region.
 *
 * Bounds    one replica at a time; the table is UPDATING until the new one is ACTIVE, but for a time in which one that has
 *           items is ACTIVE, and refuses all the same; not simulated are updates of a replica, overrides, keys of its own,
 *           and strong consistency between Regions; an entry is there with its table, and goes with it
 * Source    DynamoDB developer guide, "How DynamoDB global tables work" (version 2019.11.21): streams are enabled by
 *           default on all replicas; the messages, and the order of what is shown, were recorded from DynamoDB by others
 *           (ack-api-quirks, services/dynamodb/table-replicas.md, DDB-TABLE-298 and -306, October 2026)
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
  table.replica?.catchUp();
  const { replicaActiveMs, emptyReplicaActiveMs } = world.timings;
  const hasItems = table.itemCount > 0;
  const activeAtMs = nowMs + (hasItems ? replicaActiveMs : emptyReplicaActiveMs);
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
  group.busyUntilMs = activeAtMs;
  group.shownActive = hasItems
    ? { fromMs: nowMs + replicaActiveMs * SHOWN_ACTIVE.from, untilMs: nowMs + replicaActiveMs * SHOWN_ACTIVE.until }
    : undefined;
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
  group.busyUntilMs = call.nowMs + call.world.timings.tableDeletedMs;
  group.shownActive = undefined;
}

/** A replica that is being made makes no other. */
export function refuseWhileAdded(table: Table, { nowMs }: DynamoCall): void {
  if (table.replica === undefined || statusOf(table, nowMs) !== 'CREATING') return;
  throw invalid(
    `Create/Update/Delete of replica is not allowed while the replica is being added to table with name: ${table.name} in region ${table.replica.region}.`,
  );
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
