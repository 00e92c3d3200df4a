import { type ExpressionName, Reader } from './reader.ts';
import type { Condition, Operand, Parsed } from './syntax.ts';

const MAX_CANDIDATES = 100;

/**
 * Reads a condition, filter or key condition.
 *
 * Source    "Condition and filter expressions, operators, and functions": comparators and functions bind first, then
 *           NOT, AND, OR
 */
export function parseCondition(expression: ExpressionName, text: string): Parsed<Condition> {
  const reader = new Reader(expression, text);
  const tree = disjunction(reader);
  reader.expectEnd();
  return { tree, names: reader.names, values: reader.values };
}

function disjunction(reader: Reader): Condition {
  let left = conjunction(reader);
  while (reader.takeKeyword('OR')) left = { kind: 'or', left, right: conjunction(reader) };
  return left;
}

function conjunction(reader: Reader): Condition {
  let left = negation(reader);
  while (reader.takeKeyword('AND')) left = { kind: 'and', left, right: negation(reader) };
  return left;
}

function negation(reader: Reader): Condition {
  if (reader.takeKeyword('NOT')) return { kind: 'not', condition: negation(reader) };
  if (reader.takeSymbol('(')) {
    const inner = disjunction(reader);
    reader.expectSymbol(')');
    return inner;
  }
  return predicate(reader);
}

function predicate(reader: Reader): Condition {
  const called = reader.takeFunction();
  const left = called === undefined || called === 'size' ? operand(reader, called) : undefined;
  if (left === undefined) return functionCall(reader, called ?? '');
  const comparator = reader.takeSymbol('=', '<>', '<=', '<', '>=', '>');
  if (comparator !== undefined) return { kind: 'compare', comparator, left, right: operand(reader) };
  if (reader.takeKeyword('BETWEEN')) {
    const low = operand(reader);
    reader.expectKeyword('AND');
    return { kind: 'between', operand: left, low, high: operand(reader) };
  }
  if (reader.takeKeyword('IN')) {
    reader.expectSymbol('(');
    const candidates = [operand(reader)];
    while (reader.takeSymbol(',')) candidates.push(operand(reader));
    reader.expectSymbol(')');
    if (candidates.length > MAX_CANDIDATES)
      throw reader.failure(
        `The IN operator is provided with too many operands; number of operands: ${candidates.length}`,
      );
    return { kind: 'in', operand: left, candidates };
  }
  throw reader.unexpected();
}

function functionCall(reader: Reader, name: string): Condition {
  switch (name) {
    case 'attribute_exists':
    case 'attribute_not_exists': {
      const path = reader.expectPath();
      reader.expectSymbol(')');
      return { kind: 'exists', path, negated: name === 'attribute_not_exists' };
    }
    case 'attribute_type':
    case 'begins_with':
    case 'contains': {
      const first = operand(reader);
      reader.expectSymbol(',');
      const argument = operand(reader);
      reader.expectSymbol(')');
      return { kind: name, operand: first, argument };
    }
    default:
      throw reader.failure(`Invalid function name; function: ${name}`);
  }
}

function operand(reader: Reader, called = reader.takeFunction()): Operand {
  if (called === undefined) return reader.takeValue() ?? reader.expectPath();
  if (called !== 'size')
    throw reader.failure(`The function is not allowed to be used this way in an expression; function: ${called}`);
  const of = reader.expectPath();
  reader.expectSymbol(')');
  return { kind: 'size', of };
}
