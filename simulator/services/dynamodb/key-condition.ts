import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { typeOf } from './attribute-value.ts';
import type { ScopedCondition } from './expressions/scope.ts';
import type { Comparator, Condition, Operand } from './expressions/syntax.ts';
import { compareKeys, keyText } from './keys.ts';
import type { KeyAttribute, StoredItem, View } from './state.ts';
import { firstWhere, rangeIn } from './storage.ts';
import { invalid, invalidParameters } from './validation-error.ts';

/** What a key condition asks for: one partition, and a stretch of it. */
export interface KeyRange {
  readonly hash: string;
  /** Positions within a partition: from, and up to but not including. */
  within(partition: readonly StoredItem[]): readonly [number, number];
}

type OnKey = Extract<Condition, { kind: 'compare' | 'between' | 'begins_with' }>;

/** Source: "Key condition expressions": equality on the partition key, and at most one comparison of the sort key. */
export function keyRange(view: View, condition: ScopedCondition): KeyRange {
  const parts = new Map<string, OnKey>();
  for (const part of conjuncts(condition.tree)) {
    const name = attributeOf(part, condition);
    if (parts.has(name)) throw invalid('KeyConditionExpressions must only contain one condition per key');
    parts.set(name, part);
  }
  const onHash = parts.get(view.hash.name);
  if (onHash === undefined) throw invalid(`Query condition missed key schema element: ${view.hash.name}`);
  if (onHash.kind !== 'compare' || onHash.comparator !== '=') throw invalid('Query key condition not supported');
  const hash = keyOperand(onHash.right, view.hash, condition);
  const others = [...parts.keys()].filter((name) => name !== view.hash.name);
  const onRange = view.range === undefined ? undefined : parts.get(view.range.name);
  if (others.length > (onRange === undefined ? 0 : 1))
    throw invalid(
      view.range === undefined
        ? 'Query key condition not supported'
        : `Query condition missed key schema element: ${view.range.name}`,
    );
  if (onRange === undefined || view.range === undefined) return { hash, within: ({ length }) => [0, length] };
  return { hash, within: stretch(view, view.range, onRange, condition) };
}

function conjuncts(tree: Condition): OnKey[] {
  switch (tree.kind) {
    case 'and':
      return [...conjuncts(tree.left), ...conjuncts(tree.right)];
    case 'compare':
      if (tree.comparator === '<>') throw invalid('Unsupported operator on KeyCondition: operator: <>');
      return [tree];
    case 'between':
    case 'begins_with':
      return [tree];
    default:
      throw invalid(
        `Invalid operator used in KeyConditionExpression: ${tree.kind === 'exists' ? 'attribute_exists' : tree.kind.toUpperCase()}`,
      );
  }
}

function attributeOf(part: OnKey, { scope }: ScopedCondition): string {
  const operand = part.kind === 'compare' ? part.left : part.operand;
  if (operand.kind !== 'path' || operand.steps.length > 1)
    throw invalid('Invalid KeyConditionExpression: the left side of a key condition is the name of a key attribute');
  return scope.nameOf(operand.steps[0] as string);
}

function keyOperand(operand: Operand, { type }: KeyAttribute, { scope }: ScopedCondition): string {
  if (operand.kind !== 'value')
    throw invalid('Invalid KeyConditionExpression: the right side of a key condition is an expression attribute value');
  const value: AttributeValue = scope.valueOf(operand);
  if (typeOf(value) !== type) throw invalidParameters('Condition parameter type does not match schema type');
  return keyText(value);
}

function stretch(view: View, range: KeyAttribute, part: OnKey, condition: ScopedCondition): KeyRange['within'] {
  const compare = compareKeys[range.type];
  const firstFrom = (partition: readonly StoredItem[], key: string): number =>
    firstWhere(partition, (item) => compare(rangeIn(view, item.attributes), key) >= 0);
  const firstAfter = (partition: readonly StoredItem[], key: string): number =>
    firstWhere(partition, (item) => compare(rangeIn(view, item.attributes), key) > 0);

  if (part.kind === 'between') {
    const [low, high] = [keyOperand(part.low, range, condition), keyOperand(part.high, range, condition)];
    if (compare(low, high) > 0)
      throw invalid(
        'Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound',
      );
    return (partition) => [firstFrom(partition, low), firstAfter(partition, high)];
  }
  if (part.kind === 'begins_with') {
    if (range.type === 'N')
      throw invalid(
        'Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
      );
    const prefix = keyOperand(part.argument, range, condition);
    return (partition) => {
      const from = firstFrom(partition, prefix);
      const past = firstWhere(partition, (item) => {
        const key = rangeIn(view, item.attributes);
        return compare(key, prefix) >= 0 && !key.startsWith(prefix);
      });
      return [from, past];
    };
  }
  const key = keyOperand(part.right, range, condition);
  const stretches: Record<Exclude<Comparator, '<>'>, KeyRange['within']> = {
    '=': (partition) => [firstFrom(partition, key), firstAfter(partition, key)],
    '<': (partition) => [0, firstFrom(partition, key)],
    '<=': (partition) => [0, firstAfter(partition, key)],
    '>': (partition) => [firstAfter(partition, key), partition.length],
    '>=': (partition) => [firstFrom(partition, key), partition.length],
  };
  return stretches[part.comparator as Exclude<Comparator, '<>'>];
}
