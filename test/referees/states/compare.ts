import { isDeepStrictEqual } from 'node:util';
import type { Answers, Json, Outcome, Visit } from './answers.ts';
import type { engineWorld } from './engine-runs.ts';
import { type Definition, interpret } from './reference.ts';

export interface Compared {
  /** Where the two first differ, and what each says there; undefined where they agree. */
  readonly difference: string | undefined;
  /** Two branches did something at the moment at which one failed: no specification says who was first. */
  readonly tied: boolean;
  readonly outcome: Outcome;
}

/** Runs a machine in the engine and in the reference, and compares outcome and visits. */
export async function compared(
  run: ReturnType<typeof engineWorld>,
  machine: object,
  input: Json,
  answers: () => Answers,
): Promise<Compared> {
  const { outcome, start } = await run(machine, input, answers);
  const { tied, ...expected } = await interpret(machine as Definition, start);
  return {
    difference: tied
      ? undefined
      : difference(plain(expected) as unknown as Json, plain(outcome) as unknown as Json, ''),
    tied,
    outcome: expected,
  };
}

/** What is the interpreter's own to word is made the same: the causes of its own errors; attempts in which no state ran go. */
export function plain(outcome: Outcome): Outcome {
  const visits = (all: readonly Visit[]): Json =>
    all.map(({ rounds, ...visit }) => ({
      ...visit,
      rounds: rounds
        .map(({ atMs, branches }) => ({ atMs, branches: branches.filter(({ length }) => length > 0).map(visits) }))
        .filter(({ branches }) => branches.length > 0),
    })) as unknown as Json;
  const json = { ...outcome, visits: visits(outcome.visits) } as unknown as Json;
  const wordings = new Set<Json>();
  reworded(json, wordings, true);
  return reworded(json, wordings, false) as unknown as Outcome;
}

/** Finds the causes of `States.` errors, or puts one word in their place wherever they went: they travel as data. */
function reworded(json: Json, wordings: Set<Json>, finding: boolean): Json {
  if (Array.isArray(json)) return json.map((item) => reworded(item, wordings, finding));
  if (typeof json !== 'object' || json === null) return wordings.has(json) ? '(its cause)' : json;
  const { Error: error, Cause: cause } = json;
  if (finding && typeof error === 'string' && error.startsWith('States.') && cause) wordings.add(cause);
  const kept = Object.entries(json).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept.map(([key, value]) => [key, reworded(value, wordings, finding)]));
}

function difference(expected: Json | undefined, found: Json | undefined, path: string): string | undefined {
  if (isDeepStrictEqual(expected, found)) return undefined;
  if (typeof expected === 'object' && typeof found === 'object' && expected !== null && found !== null) {
    const [one, other] = [expected as Record<string, Json>, found as Record<string, Json>];
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    const inner = keys
      .map((key) => difference(one[key], other[key], `${path}/${key}`))
      .find((text) => text !== undefined);
    if (inner !== undefined) return inner;
  }
  const say = (json: Json | undefined): string => JSON.stringify(json)?.slice(0, 400) ?? 'nothing';
  return `${path || '/'}: the reference says ${say(expected)}, the engine ${say(found)}`;
}
