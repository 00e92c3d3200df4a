import { holdsIp, parseCidr, parseIp } from '../ip.ts';
import { arnLike, like, type Test } from './pattern.ts';
import { isOfResource, type Question, valueOf } from './question.ts';
import { filledIn, hasVariables } from './variables.ts';

/** `unknown`: the condition is not understood, or looks at a resource that is not there. */
export type Met = boolean | 'not-understood' | 'absent';

export interface Condition {
  /** As the policy writes it: 'ForAnyValue:StringLike' */
  readonly operator: string;
  readonly key: string;
  met(question: Question): Met;
}

interface Operator {
  /** Holds where none of the policy's values matches. */
  readonly not: boolean;
  readonly test: (value: string) => Test;
  /** For values with variables: by pattern, or by the text they come to. */
  readonly patterns: boolean;
}

const compared =
  (read: (text: string) => number, holds: (actual: number, wanted: number) => boolean) =>
  (wanted: string): Test => {
    const limit = read(wanted);
    return (actual) => {
      const value = read(actual);
      return !Number.isNaN(limit) && !Number.isNaN(value) && holds(value, limit);
    };
  };

const numberOf = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

/** Dates are ISO 8601, or seconds since 1970. */
const dateOf = (text: string): number => (/^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text));

const inBlock = (text: string): Test => {
  const block = parseCidr(text.includes('/') ? text : `${text}/32`);
  return (value) => {
    const ip = parseIp(value);
    return block !== undefined && ip !== undefined && holdsIp(block, ip);
  };
};

const equals =
  (wanted: string): Test =>
  (actual) =>
    actual === wanted;
const equalsInAnyCase = (wanted: string): Test => {
  const lower = wanted.toLowerCase();
  return (actual) => actual.toLowerCase() === lower;
};

const both = (name: string, notName: string, test: Operator['test'], patterns = false): [string, Operator][] => [
  [name, { not: false, test, patterns }],
  [notName, { not: true, test, patterns }],
];

const ordered = (kind: string, read: (text: string) => number): [string, Operator][] => {
  const one = (name: string, holds: (actual: number, wanted: number) => boolean): [string, Operator] => [
    `${kind}${name}`,
    { not: false, test: compared(read, holds), patterns: false },
  ];
  return [
    ...both(
      `${kind}Equals`,
      `${kind}NotEquals`,
      compared(read, (a, b) => a === b),
    ),
    one('LessThan', (a, b) => a < b),
    one('LessThanEquals', (a, b) => a <= b),
    one('GreaterThan', (a, b) => a > b),
    one('GreaterThanEquals', (a, b) => a >= b),
  ];
};

/** Source: IAM User Guide, "IAM JSON policy elements: Condition operators" */
const operators: ReadonlyMap<string, Operator> = new Map([
  ...both('StringEquals', 'StringNotEquals', equals),
  ...both('StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', equalsInAnyCase),
  ...both('StringLike', 'StringNotLike', like, true),
  ...both('ArnEquals', 'ArnNotEquals', arnLike, true),
  ...both('ArnLike', 'ArnNotLike', arnLike, true),
  ...both('IpAddress', 'NotIpAddress', inBlock),
  ...ordered('Numeric', numberOf),
  ...ordered('Date', dateOf),
  ['Bool', { not: false, test: equalsInAnyCase, patterns: false }],
  ['BinaryEquals', { not: false, test: equals, patterns: false }],
]);

const OPERATOR = /^(?:(ForAnyValue|ForAllValues):)?([A-Za-z]+?)(IfExists)?$/;

/** One key of one operator of a statement's Condition. */
export function conditionOf(written: string, givenKey: string, values: readonly string[]): Condition {
  const key = givenKey.toLowerCase();
  const named = { operator: written, key: givenKey };
  const [, every, name = '', ifExists] = OPERATOR.exec(written) ?? [];
  if (name === 'Null' && every === undefined && ifExists === undefined) {
    const wantsAbsent = values.some((value) => value.toLowerCase() === 'true');
    return {
      ...named,
      met: (question) => {
        const value = valueOf(question, key);
        if (value === undefined && isUnknown(question, key)) return 'absent';
        return (value === undefined || value.length === 0) === wantsAbsent;
      },
    };
  }
  const operator = operators.get(name);
  if (operator === undefined) return { ...named, met: () => 'not-understood' };
  const anyOf = testOf(operator, values);
  return {
    ...named,
    met(question) {
      const value = valueOf(question, key);
      if (value === undefined && isUnknown(question, key)) return 'absent';
      const actual = value === undefined ? [] : typeof value === 'string' ? [value] : value;
      if (every === 'ForAllValues') return actual.every((one) => anyOf(one, question) !== operator.not);
      if (actual.length === 0) return ifExists !== undefined || (operator.not && every === undefined);
      if (every === 'ForAnyValue') return actual.some((one) => anyOf(one, question) !== operator.not);
      return actual.some((one) => anyOf(one, question)) !== operator.not;
    },
  };
}

const isUnknown = ({ access }: Question, key: string): boolean => access.absent === true && isOfResource(key);

/** Whether any of a policy's values matches an actual one. */
function testOf(
  { test, patterns }: Operator,
  values: readonly string[],
): (actual: string, question: Question) => boolean {
  const fixed = values.filter((value) => !hasVariables(value)).map((value) => test(value));
  const variable = values.filter(hasVariables);
  return (actual, question) =>
    fixed.some((one) => one(actual)) ||
    variable.some((one) => {
      const filled = filledIn(one, question);
      if (filled === undefined) return false;
      return patterns ? filled.test(actual) : test(filled.text)(actual);
    });
}
