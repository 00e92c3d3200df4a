import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { AwsError } from '../../../aws-error.ts';
import { latin1, typeOf } from '../attribute-value.ts';
import { addNumbers } from '../decimal.ts';
import type { Attributes } from '../state.ts';
import { invalid } from '../validation-error.ts';
import { refuseOverlaps, type Steps, valueAt, withoutValueAt, withValueAt } from './document.ts';
import type { Scope } from './scope.ts';
import type { Assigned, Term, Update } from './syntax.ts';

/** Every position an update writes. Two that overlap are refused. */
export function positionsOf(update: Update, scope: Scope): readonly Steps[] {
  const positions = [
    ...update.set.map(({ path }) => path),
    ...update.remove,
    ...update.add.map(({ path }) => path),
    ...update.delete.map(({ path }) => path),
  ].map((path) => scope.stepsOf(path));
  refuseOverlaps('UpdateExpression', positions);
  return positions;
}

/** The attributes after the update. Every operand is read from the item as it was before. */
export function updated(before: Attributes, update: Update, scope: Scope): Attributes {
  const assigned = update.set.map(({ path, to }) => [scope.stepsOf(path), assignedValue(to, before, scope)] as const);
  let after = before;
  for (const [steps, value] of assigned) after = withValueAt(after, steps, value);
  for (const { path, by } of update.add)
    after = withValueAt(after, scope.stepsOf(path), added(valueAt(before, path, scope), scope.valueOf(by)));
  for (const { path, members } of update.delete) {
    const left = withoutMembers(valueAt(before, path, scope), scope.valueOf(members));
    const steps = scope.stepsOf(path);
    if (left === 'nothing') after = withoutValueAt(after, steps);
    else if (left !== undefined) after = withValueAt(after, steps, left);
  }
  // From the end of a list to its start: positions are those of the item as it was before.
  for (const steps of update.remove.map((path) => scope.stepsOf(path)).toSorted(lastPositionFirst))
    after = withoutValueAt(after, steps);
  return after;
}

function lastPositionFirst(a: Steps, b: Steps): number {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const [one, two] = [a[at], b[at]];
    if (one !== two) return typeof one === 'number' && typeof two === 'number' ? two - one : 0;
  }
  return 0;
}

function assignedValue(to: Assigned, before: Attributes, scope: Scope): AttributeValue {
  if (to.kind !== 'sum') return termValue(to, before, scope);
  const left = termValue(to.left, before, scope);
  const right = termValue(to.right, before, scope);
  if (left.N === undefined || right.N === undefined) throw wrongOperand();
  return { N: addNumbers(left.N, right.N, to.sign) };
}

function termValue(term: Term, before: Attributes, scope: Scope): AttributeValue {
  switch (term.kind) {
    case 'value':
      return scope.valueOf(term);
    case 'path': {
      const value = valueAt(before, term, scope);
      if (value === undefined)
        throw invalid('The provided expression refers to an attribute that does not exist in the item');
      return value;
    }
    case 'if_not_exists':
      return valueAt(before, term.path, scope) ?? termValue(term.otherwise, before, scope);
    case 'list_append': {
      const head = termValue(term.head, before, scope);
      const tail = termValue(term.tail, before, scope);
      if (head.L === undefined || tail.L === undefined) throw wrongOperand();
      return { L: [...head.L, ...tail.L] };
    }
  }
}

const wrongOperand = (): AwsError => invalid('An operand in the update expression has an incorrect data type');

function added(value: AttributeValue | undefined, by: AttributeValue): AttributeValue {
  if (by.N !== undefined) {
    if (value === undefined) return by;
    if (value.N === undefined) throw wrongOperand();
    return { N: addNumbers(value.N, by.N, 1) };
  }
  refuseUnlessSet('ADD', by);
  if (value === undefined) return by;
  if (value.SS !== undefined && by.SS !== undefined) return { SS: [...new Set([...value.SS, ...by.SS])] };
  if (value.NS !== undefined && by.NS !== undefined) return { NS: [...new Set([...value.NS, ...by.NS])] };
  if (value.BS !== undefined && by.BS !== undefined) {
    const known = new Set(value.BS.map(latin1));
    return { BS: [...value.BS, ...by.BS.filter((member) => !known.has(latin1(member)))] };
  }
  throw wrongOperand();
}

/** What DELETE leaves: undefined where there was nothing to begin with. An empty set cannot be stored, so it goes. */
function withoutMembers(
  value: AttributeValue | undefined,
  members: AttributeValue,
): AttributeValue | 'nothing' | undefined {
  refuseUnlessSet('DELETE', members);
  if (value === undefined) return undefined;
  if (value.SS !== undefined && members.SS !== undefined) {
    const left = value.SS.filter((member) => !members.SS.includes(member));
    return left.length === 0 ? 'nothing' : { SS: left };
  }
  if (value.NS !== undefined && members.NS !== undefined) {
    const left = value.NS.filter((member) => !members.NS.includes(member));
    return left.length === 0 ? 'nothing' : { NS: left };
  }
  if (value.BS !== undefined && members.BS !== undefined) {
    const gone = new Set(members.BS.map(latin1));
    const left = value.BS.filter((member) => !gone.has(latin1(member)));
    return left.length === 0 ? 'nothing' : { BS: left };
  }
  throw wrongOperand();
}

function refuseUnlessSet(operator: 'ADD' | 'DELETE', value: AttributeValue): void {
  if (value.SS === undefined && value.NS === undefined && value.BS === undefined)
    throw invalid(
      `Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ${operator}, operand type: ${typeOf(value)}`,
    );
}
