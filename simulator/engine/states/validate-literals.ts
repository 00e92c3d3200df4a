import { timestampMs } from './choice.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { expressionIn } from './jsonata.ts';
import type { Report } from './validate-fields.ts';

interface Bounds {
  readonly least: number;
  readonly most: number;
  /** Where a number need not be whole. */
  readonly fraction?: true;
}
const MOST_SECONDS = 99_999_999;

/** What numbers fields take. Source: states-language.net/spec.html, at each of them. */
const numbersOfStates: Readonly<Record<string, Bounds>> = {
  Seconds: { least: 0, most: MOST_SECONDS },
  TimeoutSeconds: { least: 1, most: MOST_SECONDS },
  HeartbeatSeconds: { least: 1, most: MOST_SECONDS },
  MaxConcurrency: { least: 0, most: Number.MAX_SAFE_INTEGER },
  ToleratedFailureCount: { least: 0, most: Number.MAX_SAFE_INTEGER },
  ToleratedFailurePercentage: { least: 0, most: 100, fraction: true },
};
const numbersOfRetriers: Readonly<Record<string, Bounds>> = {
  IntervalSeconds: { least: 1, most: MOST_SECONDS },
  MaxAttempts: { least: 0, most: MOST_SECONDS },
  BackoffRate: { least: 1, most: Number.MAX_VALUE, fraction: true },
  MaxDelaySeconds: { least: 1, most: 31_622_400 },
};

const isExpression = (value: Json | undefined): boolean =>
  typeof value === 'string' && expressionIn(value) !== undefined;

function checkNumbers(
  fields: JsonObject,
  bounds: Readonly<Record<string, Bounds>>,
  at: string,
  expressions: boolean,
  report: Report,
): void {
  for (const [field, { least, most, fraction }] of Object.entries(bounds)) {
    const value = fields[field];
    if (value === undefined || (expressions && isExpression(value))) continue;
    const isWhole = fraction === true || Number.isInteger(value);
    if (typeof value === 'number' && isWhole && value >= least && value <= most) continue;
    report(`${field} must be ${fraction ? 'a number' : 'an integer'} from ${least} to ${most}`, `${at}/${field}`);
  }
}

export function checkRetrier(rule: JsonObject, at: string, report: Report): void {
  checkNumbers(rule, numbersOfRetriers, at, false, report);
  const { JitterStrategy } = rule;
  if (JitterStrategy !== undefined && JitterStrategy !== 'FULL' && JitterStrategy !== 'NONE')
    report('JitterStrategy must be FULL or NONE', `${at}/JitterStrategy`);
}

/** Checks what a state's fields say outright; what an expression comes to is checked when it is evaluated. */
export function checkLiterals(state: JsonObject, isJsonata: boolean, at: string, report: Report): void {
  checkNumbers(state, numbersOfStates, at, isJsonata, report);
  const { Timestamp, Items, TimeoutSeconds, HeartbeatSeconds } = state;
  const said = (value: Json | undefined): value is Json => value !== undefined && !(isJsonata && isExpression(value));
  if (said(Timestamp) && timestampMs(Timestamp) === undefined)
    report('Timestamp must be as in RFC 3339, with an upper-case T and an offset', `${at}/Timestamp`);
  if (said(Items) && (typeof Items !== 'object' || Items === null))
    report('Items must be an array, an object or a JSONata expression', `${at}/Items`);
  for (const field of ['Error', 'Cause'])
    if (state[field] !== undefined && typeof state[field] !== 'string')
      report(`${field} must be a string`, `${at}/${field}`);
  if (typeof TimeoutSeconds === 'number' && typeof HeartbeatSeconds === 'number' && HeartbeatSeconds >= TimeoutSeconds)
    report('HeartbeatSeconds must be smaller than TimeoutSeconds', `${at}/HeartbeatSeconds`);
  const rules = [state['Choices'], state['Catch']].flatMap((inner) => (Array.isArray(inner) ? inner : []));
  for (const { Assign } of [state, ...rules.filter(isObject)])
    if (Assign !== undefined && !isObject(Assign)) report('Assign must be an object', `${at}/Assign`);
}

/** The states that cannot be got to from the first one. Source: CreateStateMachine, MISSING_TRANSITION_TARGET. */
export function unreachable(startAt: string, states: JsonObject): string[] {
  const reached = new Set<string>();
  const waiting = [startAt];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const state = states[name];
    if (reached.has(name) || !isObject(state)) continue;
    reached.add(name);
    const rules = [state['Choices'], state['Catch']].flatMap((inner) => (Array.isArray(inner) ? inner : []));
    for (const next of [
      state['Next'],
      state['Default'],
      ...rules.map((rule) => (isObject(rule) ? rule['Next'] : null)),
    ])
      if (typeof next === 'string') waiting.push(next);
  }
  return Object.keys(states).filter((name) => !reached.has(name));
}
