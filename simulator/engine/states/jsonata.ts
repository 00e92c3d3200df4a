import jsonata, { type Expression } from 'jsonata';
import type { Variables } from './execution.ts';
import { StateFailure } from './failure.ts';
import type { Json, JsonObject } from './json.ts';
import { type EvaluationWorld, registerStatesFunctions, WORLD_BINDING } from './jsonata-functions.ts';

/** What expressions of one state see: `$states`, and the variables of the scope and its outer ones. */
export interface JsonataScope {
  readonly states: { input: Json; context: Json; result?: Json; errorOutput?: Json };
  readonly variables: Variables;
  readonly world: EvaluationWorld;
}

/** An expression between `{%` and `%}`, or undefined where the string is a plain one. */
export const expressionIn = (text: string): string | undefined =>
  text.startsWith('{%') && text.endsWith('%}') && text.length >= 4 ? text.slice(2, -2).trim() : undefined;

const compiled = new Map<string, Expression>();

/** Compiles once per text. Throws JSONata's own error where the text is no expression. */
export function compile(text: string): Expression {
  let expression = compiled.get(text);
  if (expression === undefined) {
    expression = jsonata(text);
    registerStatesFunctions(expression);
    compiled.set(text, expression);
  }
  return expression;
}

const failed = (cause: string): StateFailure => new StateFailure('States.QueryEvaluationError', cause);
const named = (text: string, field: string): string =>
  `The JSONata expression '${text}' specified for the field '${field}'`;

/**
 * The value as plain JSON. JSONata marks arrays it made as sequences, and would flatten them when it met them again
 * in a later state; only what needs a change is copied.
 */
function plain(value: unknown, text: string, field: string): Json {
  if (typeof value === 'function') throw failed(`${named(text, field)} returned an unsupported result type.`);
  if (typeof value !== 'object' || value === null) return value as Json;
  if (Array.isArray(value)) {
    const items = value.map((item) => plain(item === undefined ? null : item, text, field));
    const marked = 'sequence' in value || 'keepSingleton' in value || 'outerWrapper' in value;
    return marked || items.some((item, at) => item !== value[at]) ? items : (value as Json[]);
  }
  if ('_jsonata_function' in value || '_jsonata_lambda' in value || value instanceof RegExp)
    throw failed(`${named(text, field)} returned an unsupported result type.`);
  let copy: JsonObject | undefined;
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) {
      copy ??= { ...value } as JsonObject;
      delete copy[key];
      continue;
    }
    const clean = plain(item, text, field);
    if (clean === item) continue;
    copy ??= { ...value } as JsonObject;
    copy[key] = clean;
  }
  return copy ?? (value as JsonObject);
}

const messageOf = (error: unknown): string => {
  if (typeof error !== 'object' || error === null) return String(error);
  const { code, message } = error as { code?: unknown; message?: unknown };
  return `${typeof code === 'string' ? `${code}: ` : ''}${typeof message === 'string' ? message : 'unknown error'}`;
};

async function evaluateExpression(text: string, scope: JsonataScope, field: string): Promise<Json> {
  // The two commonest expressions by far need no interpreter.
  if (text === '$states.input') return scope.states.input;
  if (text === '$states.result' && scope.states.result !== undefined) return scope.states.result;
  const bindings: Record<string, unknown> = {};
  // Own and outer scopes alike: outer ones are prototypes, which JSONata would not look into.
  for (const name in scope.variables) bindings[name] = scope.variables[name];
  bindings['states'] = scope.states;
  bindings[WORLD_BINDING] = scope.world;
  let result: unknown;
  try {
    result = await compile(text).evaluate(undefined, bindings);
  } catch (error) {
    throw failed(`${named(text, field)} threw an error during evaluation. ${messageOf(error)}`);
  }
  if (result === undefined) throw failed(`${named(text, field)} returned nothing (undefined).`);
  return plain(result, text, field);
}

/** A template whose expressions were found once. */
type Template =
  | { readonly holds: 'constant'; readonly value: Json }
  | { readonly holds: 'expression'; readonly text: string }
  | { readonly holds: 'list'; readonly items: readonly Template[] }
  | { readonly holds: 'members'; readonly members: readonly (readonly [string, Template])[] };

function templateOf(value: Json): Template {
  if (typeof value === 'string') {
    const text = expressionIn(value);
    return text === undefined ? { holds: 'constant', value } : { holds: 'expression', text };
  }
  if (typeof value !== 'object' || value === null) return { holds: 'constant', value };
  if (Array.isArray(value)) {
    const items = value.map(templateOf);
    return items.every(({ holds }) => holds === 'constant') ? { holds: 'constant', value } : { holds: 'list', items };
  }
  const members = Object.entries(value).map(([key, item]) => [key, templateOf(item)] as const);
  return members.every(([, { holds }]) => holds === 'constant')
    ? { holds: 'constant', value }
    : { holds: 'members', members };
}

const templates = new WeakMap<object, Template>();

async function fill(template: Template, scope: JsonataScope, field: string): Promise<Json> {
  switch (template.holds) {
    case 'constant':
      return template.value;
    case 'expression':
      return evaluateExpression(template.text, scope, field);
    case 'list': {
      const items: Json[] = [];
      for (const [at, item] of template.items.entries()) items.push(await fill(item, scope, `${field}[${at}]`));
      return items;
    }
    case 'members': {
      const filled: JsonObject = {};
      for (const [key, item] of template.members) filled[key] = await fill(item, scope, `${field}/${key}`);
      return filled;
    }
  }
}

/** Evaluates every expression in a field's value. Fails with States.QueryEvaluationError, naming expression and field. */
export function evaluate(value: Json, scope: JsonataScope, field: string): Promise<Json> {
  if (typeof value !== 'object' || value === null) return fill(templateOf(value), scope, field);
  let template = templates.get(value);
  if (template === undefined) {
    template = templateOf(value);
    templates.set(value, template);
  }
  return fill(template, scope, field);
}
