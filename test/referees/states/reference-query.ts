import { createHash } from 'node:crypto';
import jsonata from 'jsonata';
import type { Json } from './answers.ts';

/** A state reports an error. */
export class Failure {
  readonly error: string;
  readonly cause: string | undefined;
  constructor(error: string, cause: string | undefined) {
    this.error = error;
    this.cause = cause;
  }
}

const failed = (cause: string): Failure => new Failure('States.QueryEvaluationError', cause);

/** The functions Step Functions adds. Source: Step Functions guide, Transforming data with JSONata, "JSONata functions provided by Step Functions". */
const added = {
  parse: (text: string): unknown => JSON.parse(text),
  partition: (list: unknown[], size: number): unknown[][] =>
    Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size)),
  range: (first: number, last: number, step: number): number[] => {
    const all: number[] = [];
    for (let at = first; step > 0 ? at <= last : at >= last; at += step) all.push(at);
    return all;
  },
  hash: (text: string, algorithm: string): string =>
    createHash(algorithm.toLowerCase().replace('-', '')).update(text).digest('hex'),
};

/**
 * A field with every JSONata string in it replaced by what it comes to.
 *
 * Faults  States.QueryEvaluationError
 * Source  states-language.net/spec.html, JSONata Evaluation, JSONata Runtime Errors
 */
export async function evaluated(field: Json, states: object, variables: Readonly<Record<string, Json>>): Promise<Json> {
  if (typeof field === 'string') {
    if (!field.startsWith('{%') || !field.endsWith('%}')) return field;
    return await value(field.slice(2, -2), { ...added, ...variables, states });
  }
  if (Array.isArray(field)) {
    const list: Json[] = [];
    for (const element of field) list.push(await evaluated(element, states, variables));
    return list;
  }
  if (typeof field === 'object' && field !== null) {
    const object: Record<string, Json> = {};
    for (const [key, element] of Object.entries(field)) object[key] = await evaluated(element, states, variables);
    return object;
  }
  return field;
}

async function value(expression: string, bindings: Record<string, unknown>): Promise<Json> {
  let result: unknown;
  try {
    result = await jsonata(expression).evaluate(undefined, bindings);
  } catch (error) {
    throw failed(String((error as { message?: string }).message));
  }
  // What JSONata makes out of functions has marks of its own on it and is not JSON.
  const text = isFunction(result) ? undefined : JSON.stringify(result);
  if (text === undefined) throw failed(`${expression} comes to nothing that JSON can say`);
  return JSON.parse(text) as Json;
}

const isFunction = (result: unknown): boolean =>
  typeof result === 'function' || (typeof result === 'object' && result !== null && '_jsonata_lambda' in result);

export async function wholeNumber(
  field: Json,
  least: number,
  states: object,
  variables: Readonly<Record<string, Json>>,
): Promise<number> {
  const number = await evaluated(field, states, variables);
  if (typeof number !== 'number' || !Number.isInteger(number) || number < least)
    throw failed(`${JSON.stringify(field)} has to come to a whole number of at least ${least}`);
  return number;
}
