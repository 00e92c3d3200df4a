import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { takeIn } from '../attribute-value.ts';
import { invalid } from '../validation-error.ts';
import { parseCondition } from './parse-condition.ts';
import { parseProjection } from './parse-projection.ts';
import { parseUpdate } from './parse-update.ts';
import type { ExpressionName } from './reader.ts';
import type { Condition, Parsed, Path, Update, Value } from './syntax.ts';

interface Placeholders {
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue> | undefined;
}

const MAX_CACHED = 10_000;

/** Parses each text once. The same few dozen expressions make up nearly all requests of a program. */
function cached<Tree>(parse: (text: string) => Parsed<Tree>): (text: string) => Parsed<Tree> {
  const parsed = new Map<string, Parsed<Tree>>();
  return (text) => {
    let found = parsed.get(text);
    if (found === undefined) {
      found = parse(text);
      if (parsed.size >= MAX_CACHED) parsed.clear();
      parsed.set(text, found);
    }
    return found;
  };
}

type ConditionName = Exclude<ExpressionName, 'ProjectionExpression' | 'UpdateExpression'>;

const conditions: Record<ConditionName, (text: string) => Parsed<Condition>> = {
  ConditionExpression: cached((text) => parseCondition('ConditionExpression', text)),
  FilterExpression: cached((text) => parseCondition('FilterExpression', text)),
  KeyConditionExpression: cached((text) => parseCondition('KeyConditionExpression', text)),
};
const updates = cached(parseUpdate);
const projections = cached(parseProjection);

/** A condition with what it needs to be evaluated. */
export interface ScopedCondition {
  readonly expression: ConditionName;
  readonly tree: Condition;
  readonly scope: Scope;
}

/**
 * The expressions of one request with the names and values they share.
 *
 * Ask for every expression of the request first and call `closed` then: a placeholder that none of them uses is an error.
 */
export class Scope {
  readonly #names: Record<string, string>;
  readonly #values: Record<string, AttributeValue> = {};
  readonly #used: Parsed<unknown>[] = [];

  constructor({ ExpressionAttributeNames: names, ExpressionAttributeValues: values }: Placeholders) {
    this.#names = names ?? {};
    for (const name in names) if (!/^#\w+$/.test(name)) throw malformed('ExpressionAttributeNames', name);
    for (const placeholder in values) {
      if (!/^:\w+$/.test(placeholder)) throw malformed('ExpressionAttributeValues', placeholder);
      this.#values[placeholder] = takeIn(values[placeholder] as AttributeValue);
    }
    if (names !== undefined && isEmpty(names)) throw invalid('ExpressionAttributeNames must not be empty');
    if (values !== undefined && isEmpty(values)) throw invalid('ExpressionAttributeValues must not be empty');
  }

  condition(expression: ConditionName, text: string | undefined): ScopedCondition | undefined {
    if (text === undefined) return undefined;
    return { expression, tree: this.#use(expression, conditions[expression](text)), scope: this };
  }

  update(text: string | undefined): Update | undefined {
    return text === undefined ? undefined : this.#use('UpdateExpression', updates(text));
  }

  projection(text: string | undefined): readonly Path[] | undefined {
    return text === undefined ? undefined : this.#use('ProjectionExpression', projections(text));
  }

  closed(): this {
    this.#refuseUnused('Names', this.#names, ({ names }) => names);
    this.#refuseUnused('Values', this.#values, ({ values }) => values);
    return this;
  }

  /** The steps of a path with placeholders resolved. */
  stepsOf(path: Path): readonly (string | number)[] {
    return path.steps.map((step) => (typeof step === 'string' ? this.nameOf(step) : step));
  }

  nameOf(step: string): string {
    return step.startsWith('#') ? (this.#names[step] as string) : step;
  }

  valueOf({ placeholder }: Value): AttributeValue {
    return this.#values[placeholder] as AttributeValue;
  }

  #use<Tree>(expression: ExpressionName, parsed: Parsed<Tree>): Tree {
    for (const name of parsed.names)
      if (this.#names[name] === undefined)
        throw invalid(
          `Invalid ${expression}: An expression attribute name used in the document path is not defined; attribute name: ${name}`,
        );
    for (const value of parsed.values)
      if (this.#values[value] === undefined)
        throw invalid(
          `Invalid ${expression}: An expression attribute value used in expression is not defined; attribute value: ${value}`,
        );
    this.#used.push(parsed);
    return parsed.tree;
  }

  #refuseUnused(
    kind: 'Names' | 'Values',
    given: Record<string, unknown>,
    usedBy: (parsed: Parsed<unknown>) => ReadonlySet<string>,
  ): void {
    let unused = '';
    for (const key in given)
      if (!this.#used.some((parsed) => usedBy(parsed).has(key))) unused += unused === '' ? key : `, ${key}`;
    if (unused === '') return;
    if (this.#used.length === 0)
      throw invalid(`ExpressionAttribute${kind} can only be specified when using expressions`);
    throw invalid(`Value provided in ExpressionAttribute${kind} unused in expressions: keys: {${unused}}`);
  }
}

const isEmpty = (record: object): boolean => {
  for (const _ in record) return false;
  return true;
};

const malformed = (parameter: string, key: string): Error =>
  invalid(`${parameter} contains invalid key: Syntax error; key: "${key}"`);
