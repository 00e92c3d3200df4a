import type { AttributeValue, DynamoDB, ReturnValue } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../aws-error.ts';
import type { Operations } from '../../service.ts';
import { capacityOf, consumed, readUnits, writeUnits } from './capacity.ts';
import { pick, pickedBy, refuseOverlaps } from './expressions/document.ts';
import { Scope } from './expressions/scope.ts';
import type { Path } from './expressions/syntax.ts';
import { takeInKey } from './keys.ts';
import { refuseLegacy } from './legacy.ts';
import { activeTable } from './lookup.ts';
import type { DynamoState, StoredItem } from './state.ts';
import { find } from './storage.ts';
import { invalid } from './validation-error.ts';
import { commit, conditionHolds, deleteOf, itemBefore, putOf, shownOf, updateOf, type Write } from './write.ts';

/** Reading and writing one item. */
export const itemOperations = {
  GetItem(input, call) {
    refuseLegacy(input);
    const table = activeTable(call, input.TableName);
    const scope = new Scope(input);
    const view = viewer(scope, scope.projection(input.ProjectionExpression));
    scope.closed();
    const item = find(table, takeInKey(table, input.Key));
    const units = readUnits(item?.sizeBytes ?? 0, { consistent: input.ConsistentRead === true });
    return {
      ...(item !== undefined && { Item: view(item) }),
      ...consumed(input.ReturnConsumedCapacity, table, units),
    };
  },

  PutItem(input, call) {
    refuseLegacy(input);
    return written(putOf(activeTable(call, input.TableName), input.Item, input), input, ['NONE', 'ALL_OLD']);
  },

  DeleteItem(input, call) {
    refuseLegacy(input);
    return written(deleteOf(activeTable(call, input.TableName), input.Key, input), input, ['NONE', 'ALL_OLD']);
  },

  UpdateItem(input, call) {
    refuseLegacy(input);
    return written(updateOf(activeTable(call, input.TableName), input.Key, input), input, [
      'NONE',
      'ALL_OLD',
      'ALL_NEW',
      'UPDATED_OLD',
      'UPDATED_NEW',
    ]);
  },
} satisfies Operations<DynamoDB, DynamoState>;

/** Items as a caller gets them: whole, or what a projection picks. */
export function viewer(
  scope: Scope,
  projection: readonly Path[] | undefined,
): (item: StoredItem) => Record<string, AttributeValue> {
  if (projection === undefined) return shownOf;
  const paths = projection.map((path) => scope.stepsOf(path));
  refuseOverlaps('ProjectionExpression', paths);
  const picked = pickedBy(paths);
  return ({ attributes }) => pick(attributes, picked);
}

interface WriteRequest {
  readonly ReturnValues?: ReturnValue | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE' | undefined;
  readonly ReturnConsumedCapacity?: 'INDEXES' | 'TOTAL' | 'NONE' | undefined;
}

function written(write: Write, request: WriteRequest, mayReturn: readonly ReturnValue[]) {
  const { ReturnValues: wanted = 'NONE' } = request;
  if (!mayReturn.includes(wanted)) throw invalid('Return values set to invalid value');
  const before = itemBefore(write);
  if (!conditionHolds(write, before))
    throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed', {
      fields:
        request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && before !== undefined
          ? { Item: shownOf(before) }
          : {},
    });
  const after = write.after(before);
  commit(write, before, after);
  const attributes = returned(write, wanted, before, after);
  const bytes = Math.max(before?.sizeBytes ?? 0, after?.sizeBytes ?? 0);
  const capacity = capacityOf(request.ReturnConsumedCapacity, write.table, writeUnits(bytes));
  return {
    ...(attributes !== undefined && { Attributes: attributes }),
    ...(capacity !== undefined && { ConsumedCapacity: capacity }),
  };
}

function returned(
  { positions }: Write,
  wanted: ReturnValue,
  before: StoredItem | undefined,
  after: StoredItem | undefined,
): Record<string, AttributeValue> | undefined {
  if (wanted === 'NONE') return undefined;
  const item = wanted === 'ALL_OLD' || wanted === 'UPDATED_OLD' ? before : after;
  if (item === undefined) return undefined;
  if (wanted === 'ALL_OLD' || wanted === 'ALL_NEW') return shownOf(item);
  const changed = pick(item.attributes, pickedBy(positions));
  return Object.keys(changed).length === 0 ? undefined : changed;
}
