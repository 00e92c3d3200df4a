import { JSONPath } from 'jsonpath-plus';
import type { Variables } from './execution.ts';
import { StateFailure } from './failure.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

/** What a path may start from: `$`, `$$`, or `$name` of a variable. */
export interface PathScope {
  readonly root: Json;
  readonly context: Json;
  readonly variables: Variables;
}

type Step = string | number;

const STEP = /\.([\p{ID_Start}_][\p{ID_Continue}-]*)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/uy;

/** The steps of a Reference Path, which names one node; undefined where the path may name several. */
function referenceSteps(path: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < path.length) {
    const match = STEP.exec(path);
    if (match === null) return undefined;
    const [, name, index, single, double] = match;
    steps.push(index === undefined ? (name ?? (single ?? double ?? '').replaceAll(/\\(.)/g, '$1')) : Number(index));
  }
  return steps;
}

const ROOT = /^\$(\$|[\p{ID_Start}_][\p{ID_Continue}]*)?/u;

/** Splits '$x.a[0]' into what it starts from and the rest. */
function startOf(path: string, scope: PathScope): { start: Json | undefined; rest: string } {
  const match = ROOT.exec(path);
  if (match === null) return { start: undefined, rest: path };
  const [whole, name] = match;
  const rest = path.slice(whole.length);
  if (name === undefined) return { start: scope.root, rest };
  return { start: name === '$' ? scope.context : scope.variables[name], rest };
}

function walk(start: Json, steps: readonly Step[]): Json | undefined {
  let at: Json | undefined = start;
  for (const step of steps) {
    if (typeof step === 'number') at = Array.isArray(at) ? at[step] : undefined;
    else at = isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
    if (at === undefined) return undefined;
  }
  return at;
}

/** The node a path names: one value for a Reference Path, an array of matches for any other; undefined where there is none. */
export function lookUp(path: string, scope: PathScope): Json | undefined {
  const { start, rest } = startOf(path, scope);
  if (start === undefined) return undefined;
  const steps = referenceSteps(rest);
  if (steps !== undefined) return walk(start, steps);
  if (typeof start !== 'object' || start === null) return [];
  return JSONPath<Json[]>({ path: `$${rest}`, json: start, wrap: true, eval: 'safe' });
}

export const isPath = (text: string): boolean => ROOT.test(text);

/** As `lookUp`, but a path without a node fails the state with `error`. */
export function mustFind(path: string, scope: PathScope, error: string): Json {
  const found = lookUp(path, scope);
  if (found === undefined)
    throw new StateFailure(
      error,
      `The JSONPath '${path}' could not be found in the input '${JSON.stringify(scope.root)}'`,
    );
  return found;
}

/**
 * The input with the result put where ResultPath says, nodes made on the way.
 *
 * Source  states-language.net/spec.html, Input and Output Processing, ResultPath: null discards the result
 */
export function placeResult(input: Json, result: Json, resultPath: string | null | undefined): Json {
  if (resultPath === null) return input;
  if (resultPath === undefined || resultPath === '$') return result;
  const steps = referenceSteps(resultPath.slice(1));
  const impossible = (): StateFailure =>
    new StateFailure(
      'States.ResultPathMatchFailure',
      `Unable to apply ReferencePath ${resultPath} to input ${JSON.stringify(input)}`,
    );
  if (steps === undefined || !resultPath.startsWith('$')) throw impossible();
  const place = (at: Json | undefined, depth: number): Json => {
    const step = steps[depth];
    if (step === undefined) return result;
    if (typeof step === 'number') {
      if (!Array.isArray(at) || step >= at.length) throw impossible();
      return at.with(step, place(at[step], depth + 1));
    }
    if (at !== undefined && !isObject(at)) throw impossible();
    const object: JsonObject = at ?? {};
    return { ...object, [step]: place(object[step], depth + 1) };
  };
  return place(input, 0);
}
