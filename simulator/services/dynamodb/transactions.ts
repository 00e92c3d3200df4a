import type { AttributeValue, CancellationReason, DynamoDB, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../aws-error.ts';
import type { Operations } from '../../service.ts';
import { capacityOf, readUnits, writeUnits } from './capacity.ts';
import { Scope } from './expressions/scope.ts';
import { viewer } from './items.ts';
import { keyText, takeInKey } from './keys.ts';
import { activeTable, type DynamoCall } from './lookup.ts';
import type { Attributes, DynamoState, StoredItem, Table } from './state.ts';
import { find } from './storage.ts';
import { invalid } from './validation-error.ts';
import {
  checkOf,
  commit,
  conditionHolds,
  deleteOf,
  itemBefore,
  putOf,
  shownOf,
  updateOf,
  type Write,
} from './write.ts';

const MAX_ACTIONS = 100;
const MAX_BYTES = 4 * 1024 * 1024;
/** Source: TransactWriteItems, ClientRequestToken: valid for ten minutes. */
const TOKEN_LIFE_MS = 10 * 60_000;

/** Several items at once, all or nothing. */
export const transactionOperations = {
  TransactWriteItems(input, call) {
    const { TransactItems: actions = [], ClientRequestToken: token } = input;
    refuseCount(actions);
    const fingerprint = token === undefined ? '' : JSON.stringify(actions);
    if (token !== undefined && wasMade(token, fingerprint, call)) return {};

    const writes = actions.map((action) => plannedWrite(action, call));
    refuseDoubles(writes.map(({ write }) => write));
    const outcomes = writes.map(({ write, wantsItem }) => tried(write, wantsItem));
    if (outcomes.some(({ reason }) => reason.Code !== 'None')) throw canceled(outcomes.map(({ reason }) => reason));
    if (outcomes.reduce((bytes, { after }) => bytes + (after?.sizeBytes ?? 0), 0) > MAX_BYTES)
      throw invalid('Transaction size has exceeded the maximum allowed size');
    for (const { write, before, after } of outcomes) commit(write, before, after);
    if (token !== undefined) call.state.transactions.set(token, { fingerprint, atMs: call.nowMs });

    const capacities = outcomes.flatMap(({ write, before, after }) => {
      const bytes = Math.max(before?.sizeBytes ?? 0, after?.sizeBytes ?? 0);
      return capacityOf(input.ReturnConsumedCapacity, write.table, writeUnits(bytes, true)) ?? [];
    });
    return capacities.length === 0 ? {} : { ConsumedCapacity: capacities };
  },

  TransactGetItems(input, call) {
    const { TransactItems: actions = [] } = input;
    refuseCount(actions);
    const reads = actions.map(({ Get: get }) => {
      if (get === undefined) throw invalid('TransactGetItems takes Get actions only');
      const table = activeTable(call, get.TableName);
      const scope = new Scope(get);
      const view = viewer(scope, scope.projection(get.ProjectionExpression));
      scope.closed();
      const key = takeInKey(table, get.Key);
      return { table, key, view };
    });
    refuseDoubles(reads);
    const found = reads.map(({ table, key, view }) => ({ table, view, item: find(table, key) }));
    const capacities = found.flatMap(
      ({ table, item }) =>
        capacityOf(input.ReturnConsumedCapacity, table, readUnits(item?.sizeBytes ?? 0, { transactional: true })) ?? [],
    );
    return {
      Responses: found.map(({ item, view }) => (item === undefined ? {} : { Item: view(item) })),
      ...(capacities.length > 0 && { ConsumedCapacity: capacities }),
    };
  },
} satisfies Operations<DynamoDB, DynamoState>;

function refuseCount(actions: readonly unknown[]): void {
  if (actions.length === 0 || actions.length > MAX_ACTIONS)
    throw invalid(
      `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to ${MAX_ACTIONS} and greater than or equal to 1`,
    );
}

/** Whether this very transaction was made within the last ten minutes. */
function wasMade(token: string, fingerprint: string, { state, nowMs }: DynamoCall): boolean {
  for (const [old, { atMs }] of state.transactions) {
    if (nowMs < atMs + TOKEN_LIFE_MS) break;
    state.transactions.delete(old);
  }
  const made = state.transactions.get(token);
  if (made !== undefined && made.fingerprint !== fingerprint)
    throw new AwsError(
      'IdempotentParameterMismatchException',
      'The request uses the same client token as a previous, but non-identical request',
    );
  return made !== undefined;
}

interface Planned {
  readonly write: Write;
  /** A failed condition is to be answered with the item that failed it. */
  readonly wantsItem: boolean;
}

function plannedWrite(action: TransactWriteItem, call: DynamoCall): Planned {
  const kinds = [action.ConditionCheck, action.Put, action.Update, action.Delete].filter((kind) => kind !== undefined);
  const [only] = kinds;
  if (only === undefined || kinds.length > 1)
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
  const wantsItem = only.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
  const table = activeTable(call, only.TableName);
  if (action.Put !== undefined) return { write: putOf(table, action.Put.Item, action.Put), wantsItem };
  if (action.Update !== undefined) return { write: updateOf(table, action.Update.Key, action.Update), wantsItem };
  if (action.Delete !== undefined) return { write: deleteOf(table, action.Delete.Key, action.Delete), wantsItem };
  const { ConditionCheck: check } = action;
  return { write: checkOf(table, check?.Key, check ?? {}), wantsItem };
}

interface Outcome {
  readonly write: Write;
  readonly before: StoredItem | undefined;
  readonly after: StoredItem | undefined;
  readonly reason: CancellationReason;
}

function tried(write: Write, wantsItem: boolean): Outcome {
  const before = itemBefore(write);
  const failed = (reason: CancellationReason): Outcome => ({ write, before, after: before, reason });
  if (!conditionHolds(write, before))
    return failed({
      Code: 'ConditionalCheckFailed',
      Message: 'The conditional request failed',
      ...(wantsItem && before !== undefined && { Item: shownOf(before) }),
    });
  try {
    return { write, before, after: write.after(before), reason: { Code: 'None' } };
  } catch (error) {
    // An update may turn out not to fit the item it meets: that cancels the transaction and does not fail the request.
    if (!(error instanceof AwsError) || error.code !== 'ValidationException') throw error;
    return failed({ Code: 'ValidationError', Message: error.message });
  }
}

const canceled = (reasons: readonly CancellationReason[]): AwsError =>
  new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(', ')}]`,
    { fields: { CancellationReasons: reasons } },
  );

function refuseDoubles(actions: readonly { readonly table: Table; readonly key: Attributes }[]): void {
  const seen = new Set<string>();
  for (const { table, key } of actions) seen.add(identity(table, key));
  if (seen.size < actions.length) throw invalid('Transaction request cannot include multiple operations on one item');
}

/** One text per item of the whole Region. */
export function identity({ arn, primary: { hash, range } }: Table, key: Attributes): string {
  const part = (attribute: string) => keyText(key[attribute] as AttributeValue);
  return JSON.stringify([arn, part(hash.name), range === undefined ? '' : part(range.name)]);
}
