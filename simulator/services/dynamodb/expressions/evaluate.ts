import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { AwsError } from '../../../aws-error.ts';
import { attributeTypes, compareValues, latin1, sameValue, typeOf } from '../attribute-value.ts';
import type { Attributes } from '../state.ts';
import { invalid } from '../validation-error.ts';
import { valueAt } from './document.ts';
import type { ScopedCondition } from './scope.ts';
import type { Comparator, Condition, Operand } from './syntax.ts';

/** Whether the condition holds for an item; of an item that does not exist, give no attributes. */
export const holds = (condition: ScopedCondition, attributes: Attributes): boolean =>
  evaluate(condition.tree, condition, attributes);

function evaluate(tree: Condition, condition: ScopedCondition, attributes: Attributes): boolean {
  const value = (operand: Operand) => operandIn(attributes, operand, condition);
  switch (tree.kind) {
    case 'and':
      return evaluate(tree.left, condition, attributes) && evaluate(tree.right, condition, attributes);
    case 'or':
      return evaluate(tree.left, condition, attributes) || evaluate(tree.right, condition, attributes);
    case 'not':
      return !evaluate(tree.condition, condition, attributes);
    case 'exists':
      return (valueAt(attributes, tree.path, condition.scope) === undefined) === tree.negated;
    case 'compare': {
      const { comparator, left, right } = tree;
      if (comparator !== '=' && comparator !== '<>') refuseUnordered(comparator, [left, right], condition);
      return compares(comparator, value(left), value(right));
    }
    case 'between': {
      refuseUnordered('BETWEEN', [tree.operand, tree.low, tree.high], condition);
      refuseEmptyRange(tree.low, tree.high, condition);
      return (
        compares('>=', value(tree.operand), value(tree.low)) && compares('<=', value(tree.operand), value(tree.high))
      );
    }
    case 'in': {
      const sought = value(tree.operand);
      return sought !== undefined && tree.candidates.some((candidate) => compares('=', sought, value(candidate)));
    }
    case 'attribute_type':
      return hasType(value(tree.operand), value(tree.argument), condition);
    case 'begins_with': {
      const prefix = tree.argument.kind === 'value' ? condition.scope.valueOf(tree.argument) : undefined;
      if (prefix !== undefined && prefix.S === undefined && prefix.B === undefined)
        throw wrongType('begins_with', prefix, condition);
      return beginsWith(value(tree.operand), value(tree.argument));
    }
    case 'contains':
      return contains(value(tree.operand), value(tree.argument));
  }
}

function operandIn(attributes: Attributes, operand: Operand, { scope }: ScopedCondition): AttributeValue | undefined {
  switch (operand.kind) {
    case 'path':
      return valueAt(attributes, operand, scope);
    case 'value':
      return scope.valueOf(operand);
    case 'size': {
      const size = sizeOf(valueAt(attributes, operand.of, scope));
      return size === undefined ? undefined : { N: String(size) };
    }
  }
}

/** Source: "Condition and filter expressions", size: characters, bytes, members or elements; numbers, booleans and nulls have none. */
function sizeOf(value: AttributeValue | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (value.M !== undefined) return Object.keys(value.M).length;
  return (value.S ?? value.B ?? value.L ?? value.SS ?? value.NS ?? value.BS)?.length;
}

function compares(comparator: Comparator, a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  if (comparator === '=') return a !== undefined && b !== undefined && sameValue(a, b);
  // An attribute that is not there differs from every value.
  if (comparator === '<>') return a === undefined || b === undefined ? a !== b : !sameValue(a, b);
  const order = a === undefined || b === undefined ? undefined : compareValues(a, b);
  if (order === undefined) return false;
  switch (comparator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function hasType(
  value: AttributeValue | undefined,
  type: AttributeValue | undefined,
  { expression }: ScopedCondition,
): boolean {
  if (!attributeTypes.some((known) => known === type?.S))
    throw invalid(
      `Invalid ${expression}: Invalid attribute type name found; type: ${type?.S}, valid types: {${attributeTypes.join(',')}}`,
    );
  return value !== undefined && typeOf(value) === type?.S;
}

function beginsWith(value: AttributeValue | undefined, prefix: AttributeValue | undefined): boolean {
  if (value?.S !== undefined && prefix?.S !== undefined) return value.S.startsWith(prefix.S);
  if (value?.B !== undefined && prefix?.B !== undefined) return latin1(value.B).startsWith(latin1(prefix.B));
  return false;
}

function contains(value: AttributeValue | undefined, part: AttributeValue | undefined): boolean {
  if (value === undefined || part === undefined) return false;
  if (value.L !== undefined) return value.L.some((element) => sameValue(element, part));
  if (part.S !== undefined) return (value.S ?? value.SS)?.includes(part.S) ?? false;
  if (part.N !== undefined) return value.NS?.includes(part.N) ?? false;
  if (part.B === undefined) return false;
  const bytes = latin1(part.B);
  if (value.B !== undefined) return latin1(value.B).includes(bytes);
  return value.BS?.some((member) => latin1(member) === bytes) ?? false;
}

const wrongType = (operator: string, operand: AttributeValue, { expression }: ScopedCondition): AwsError =>
  invalid(
    `Invalid ${expression}: Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${typeOf(operand)}`,
  );

function refuseUnordered(operator: string, operands: readonly Operand[], condition: ScopedCondition): void {
  for (const operand of operands) {
    if (operand.kind !== 'value') continue;
    const value = condition.scope.valueOf(operand);
    if (value.S === undefined && value.N === undefined && value.B === undefined)
      throw wrongType(operator, value, condition);
  }
}

function refuseEmptyRange(low: Operand, high: Operand, { expression, scope }: ScopedCondition): void {
  if (low.kind !== 'value' || high.kind !== 'value') return;
  const [from, to] = [scope.valueOf(low), scope.valueOf(high)];
  const order = compareValues(from, to);
  if (order === undefined)
    throw invalid(
      `Invalid ${expression}: The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: ${shown(from)}, upper bound operand: AttributeValue: ${shown(to)}`,
    );
  if (order > 0)
    throw invalid(
      `Invalid ${expression}: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: ${shown(from)}, upper bound operand: AttributeValue: ${shown(to)}`,
    );
}

const shown = (value: AttributeValue): string => `{${typeOf(value)}:${value.S ?? value.N ?? ''}}`;
