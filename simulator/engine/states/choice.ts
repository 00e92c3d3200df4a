import type { ChoiceRule, ChoiceState } from './definition.ts';
import { runtimeFailure, StateFailure } from './failure.ts';
import { isObject, type Json } from './json.ts';
import { lookUp, mustFind, type PathScope } from './json-path.ts';
import type { Visit } from './visit.ts';

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
export const timestampMs = (value: Json | undefined): number | undefined =>
  typeof value === 'string' && RFC3339.test(value) ? Date.parse(value) : undefined;

type Compare = (left: string | number, right: string | number) => boolean;

const orders: Readonly<Record<string, Compare>> = {
  Equals: (left, right) => left === right,
  LessThan: (left, right) => left < right,
  LessThanEquals: (left, right) => left <= right,
  GreaterThan: (left, right) => left > right,
  GreaterThanEquals: (left, right) => left >= right,
};

const typeTests: Readonly<Record<string, (value: Json) => boolean>> = {
  IsNull: (value) => value === null,
  IsString: (value) => typeof value === 'string',
  IsNumeric: (value) => typeof value === 'number',
  IsBoolean: (value) => typeof value === 'boolean',
  IsTimestamp: (value) => timestampMs(value) !== undefined,
};

const COMPARISON = /^(String|Numeric|Timestamp)(Equals|LessThan|LessThanEquals|GreaterThan|GreaterThanEquals)(Path)?$/;
const OTHER = /^(BooleanEquals(Path)?|StringMatches|IsPresent|IsNull|IsString|IsNumeric|IsBoolean|IsTimestamp)$/;

/** The comparison operator of a JSONPath rule. Source: states-language.net/spec.html, Data-test expression. */
export const operatorOf = (test: Readonly<Record<string, unknown>>): string | undefined =>
  Object.keys(test).find((key) => COMPARISON.test(key) || OTHER.test(key));

/** Text against a pattern in which * stands for anything and \* for itself. */
function matchesWildcard(text: string, pattern: string): boolean {
  const source = pattern.replaceAll(
    /\\([*\\])|(\*)|([^*\\]+|\\)/g,
    (_, escaped?: string, star?: string, rest?: string) =>
      star === undefined ? (escaped ?? rest ?? '').replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`) : '.*',
  );
  return new RegExp(`^${source}$`, 's').test(text);
}

const operandOf = (kind: string, value: Json | undefined): string | number | undefined => {
  if (kind === 'String') return typeof value === 'string' ? value : undefined;
  if (kind === 'Numeric') return typeof value === 'number' ? value : undefined;
  return timestampMs(value);
};

function holds(test: Readonly<Record<string, unknown>>, scope: PathScope): boolean {
  const { And, Or, Not, Variable } = test;
  if (Array.isArray(And)) return And.every((inner: Record<string, unknown>) => holds(inner, scope));
  if (Array.isArray(Or)) return Or.some((inner: Record<string, unknown>) => holds(inner, scope));
  if (isObject(Not)) return !holds(Not, scope);
  const operator = operatorOf(test);
  if (operator === undefined || typeof Variable !== 'string') throw runtimeFailure('a Choice rule compares nothing');
  const wanted = test[operator] as Json;
  if (operator === 'IsPresent') return (lookUp(Variable, scope) !== undefined) === wanted;
  const value = lookUp(Variable, scope);
  if (value === undefined)
    throw runtimeFailure(`Invalid path '${Variable}': The choice state's condition path references an invalid value.`);
  const typeTest = typeTests[operator];
  if (typeTest !== undefined) return typeTest(value) === wanted;
  if (operator === 'StringMatches')
    return typeof value === 'string' && typeof wanted === 'string' && matchesWildcard(value, wanted);
  const right =
    operator.endsWith('Path') && typeof wanted === 'string' ? mustFind(wanted, scope, 'States.Runtime') : wanted;
  if (operator.startsWith('Boolean')) return typeof value === 'boolean' && value === right;
  const [, kind = '', order = ''] = COMPARISON.exec(operator) ?? [];
  const [a, b] = [operandOf(kind, value), operandOf(kind, right)];
  return a !== undefined && b !== undefined && (orders[order] as Compare)(a, b);
}

/** The first rule that holds, or undefined for the Default. Fails with States.NoChoiceMatched where there is neither. */
export async function choose(visit: Visit, state: ChoiceState): Promise<ChoiceRule | undefined> {
  const scope = visit.language === 'JSONPath' ? visit.paths(visit.effectiveInput()) : undefined;
  for (const [at, rule] of state.Choices.entries()) {
    if (scope !== undefined) {
      if (holds(rule, scope)) return rule;
      continue;
    }
    const field = `Choices[${at}]/Condition`;
    const answer = await visit.jsonata(rule.Condition ?? false, field);
    if (typeof answer !== 'boolean')
      throw visit.evaluationFailed(
        new StateFailure(
          'States.QueryEvaluationError',
          `The JSONata expression '${String(rule.Condition)}' specified for the field '${field}' returned an unexpected result type. Expected 'boolean', but was ${JSON.stringify(answer)}.`,
        ),
        field,
      );
    if (answer) return rule;
  }
  if (state.Default !== undefined) return undefined;
  throw new StateFailure(
    'States.NoChoiceMatched',
    `No choice rule of the state '${visit.name}' matched, and it has no Default.`,
  );
}
