import { AwsError } from '../../aws-error.ts';
import type { WorldMs } from '../../clock.ts';
import { hasCome } from '../../horizon.ts';
import type { Call } from '../../service.ts';
import type { GlobalTable } from './replication.ts';
import type { DynamoState, Index, StoredItem, Table } from './state.ts';
import { remove } from './storage.ts';
import { isArn, nameIn, placeOfTable, stateOfTable } from './table-at.ts';
import { invalid } from './validation-error.ts';

export type DynamoCall = Call<DynamoState>;

export const notFound = (message = 'Requested resource not found'): AwsError =>
  new AwsError('ResourceNotFoundException', message);

/** Tables are named by name or ARN. */
export function tableName(given: string | undefined): string {
  const name = nameIn(given);
  if (!/^[\w.-]{3,255}$/.test(name))
    throw invalid(
      `1 validation error detected: Value '${name}' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]{3,255}`,
    );
  return name;
}

export type TableStatus = 'ACTIVE' | 'CREATING' | 'DELETING' | 'UPDATING';

export function statusOf({ activeAtMs, deletingSinceMs, replica }: Table, nowMs: WorldMs): TableStatus {
  if (deletingSinceMs !== undefined) return 'DELETING';
  if (!hasCome(activeAtMs, nowMs)) return 'CREATING';
  if (replica === undefined || !isBusy(replica.group, nowMs)) return 'ACTIVE';
  const { shownActive: shown } = replica.group;
  return shown !== undefined && hasCome(shown.fromMs, nowMs) && !hasCome(shown.untilMs, nowMs) ? 'ACTIVE' : 'UPDATING';
}

/** Whether a replica comes or goes, whatever the table's status says. */
export const isBusy = ({ busyUntilMs }: GlobalTable, nowMs: WorldMs): boolean => !hasCome(busyUntilMs, nowMs);

/** A table in whatever status, unless it is gone for good: by its ARN it may be another account's. */
export function visibleTable(
  call: Pick<DynamoCall, 'place' | 'state' | 'world' | 'nowMs'>,
  given: string | undefined,
): Table | undefined {
  const name = tableName(given);
  const { tables } = stateOfTable(call, given);
  const table = tables.get(name);
  if (table?.deletingSinceMs === undefined) return table;
  if (!hasCome(table.deletingSinceMs + call.world.timings.tableDeletedMs, call.nowMs)) return table;
  tables.delete(name);
  return undefined;
}

/** A table whose items can be read and written, with all that has arrived there: DynamoDB denies knowing one that is being created. */
export function activeTable(call: DynamoCall, given: string | undefined): Table {
  const table = visibleTable(call, given);
  if (table === undefined || table.deletingSinceMs !== undefined || !hasCome(table.activeAtMs, call.nowMs))
    throw notFound();
  if (isArn(given)) refuseForeignKey(table, call);
  table.replica?.catchUp();
  if (table.timeToLive?.enabled === true) removeExpired(table, call);
  return table;
}

/**
 * Nobody of another account may use AWS's own key for DynamoDB.
 *
 * Source    Developer Guide, "DynamoDB resource-based policy considerations"
 */
function refuseForeignKey({ arn, settings: { encryption } }: Table, { place }: DynamoCall): void {
  const isAwsManaged = encryption?.Enabled === true && encryption.KMSMasterKeyId === undefined;
  if (isAwsManaged && placeOfTable(arn, place).account !== place.account)
    throw new AwsError('AccessDeniedException', `${arn} is encrypted with an AWS managed key of its own account.`);
}

export function indexOf(table: Table, name: string): Index {
  const index = table.indexes.get(name);
  if (index === undefined) throw invalid(`The table does not have the specified index: ${name}`);
  return index;
}

/** How often, at most, a table is searched for expired items. */
const EXPIRY_SWEEP_MS = 3_600_000;

/**
 * Removes what expired long enough ago, at the first use of the table after it is due.
 *
 * Source    "Using time to live (TTL)": items are deleted within a few days of their expiry and can be read until then;
 *           an attribute that is no Number, or lies more than five years back, is ignored
 */
function removeExpired(table: Table, { nowMs, world }: DynamoCall): void {
  if (nowMs < table.nextExpirySweepMs) return;
  table.nextExpirySweepMs = nowMs + EXPIRY_SWEEP_MS;
  const dueBeforeMs = nowMs - world.timings.expiredItemMs;
  const expired = [...table.primary.partitions.values()]
    .flat()
    .filter((item) => expiresBefore(item, table.timeToLive?.attribute ?? '', dueBeforeMs, nowMs));
  for (const item of expired) {
    remove(table, item);
    table.replica?.wrote(item, true);
  }
}

const FIVE_YEARS_MS = 5 * 365 * 86_400_000;

function expiresBefore({ attributes }: StoredItem, attribute: string, dueBeforeMs: WorldMs, nowMs: WorldMs): boolean {
  const seconds = attributes[attribute]?.N;
  if (seconds === undefined) return false;
  const expiresAtMs = Number(seconds) * 1_000;
  return expiresAtMs <= dueBeforeMs && expiresAtMs > nowMs - FIVE_YEARS_MS;
}
