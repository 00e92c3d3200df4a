import { asyncProperty, check } from 'fast-check';
import type { Json, Visit } from './answers.ts';
import { answer, functionNames } from './canned.ts';
import { compared } from './compare.ts';
import { engineWorld } from './engine-runs.ts';
import { type Case, cases } from './machines.ts';

export interface Campaign {
  readonly machines: number;
  /** By how they ended: SUCCEEDED, or the name of the error. */
  readonly endings: Readonly<Record<string, number>>;
  /** How often states of each type were visited. */
  readonly visits: Readonly<Record<string, number>>;
  /** Attempts after the first: of tasks, and of Parallel and Map states. */
  readonly retries: number;
  readonly roundsAgain: number;
  /** Machines of which no specification says how they end: two branches did something at the moment one failed. */
  readonly tied: number;
  /** The smallest machine on which the two differ, as a test to paste; undefined where there is none. */
  readonly difference: string | undefined;
}

/** Where the engine and the reference differ on one machine whose functions are those of the generated ones. */
export const differs = async (machine: object, input: Json): Promise<string | undefined> =>
  (await compared(engineWorld(functionNames), machine, input, () => answer)).difference;

/**
 * Runs generated machines in the simulator's engine and in the reference interpreter.
 *
 * In      the seed and the number of machines: the same give the same machines, on any computer
 * Returns what was exercised, and the first difference, made as small as fast-check gets it
 * Bounds  about 250 machines a CPU second
 */
export async function compareEngines({ seed, machines }: { seed: number; machines: number }): Promise<Campaign> {
  const run = engineWorld(functionNames);
  const endings: Record<string, number> = {};
  const visits: Record<string, number> = {};
  let [retries, roundsAgain, tied, ran] = [0, 0, 0, 0];
  const count = (of: Record<string, number>, key: string): void => {
    of[key] = (of[key] ?? 0) + 1;
  };
  const agrees = async ({ machine, input }: Case): Promise<void> => {
    const told = await compared(run, machine, input, () => answer);
    const types = typesOf(machine);
    ran += 1;
    tied += told.tied ? 1 : 0;
    count(endings, told.outcome.error ?? told.outcome.status);
    for (const { state, calls, rounds } of everyVisit(told.outcome.visits)) {
      count(visits, types.get(state) ?? '?');
      retries += Math.max(0, calls.length - 1);
      roundsAgain += Math.max(0, rounds.length - 1);
    }
    if (told.difference !== undefined) throw new Error(told.difference);
  };
  const told = await check(asyncProperty(cases, agrees), { seed, numRuns: machines });
  const [smallest] = told.counterexample ?? [];
  const difference = smallest === undefined ? undefined : asTest(smallest, told.errorInstance);
  return { machines: ran, endings, visits, retries, roundsAgain, tied, difference };
}

const everyVisit = (visits: readonly Visit[]): Visit[] =>
  visits.flatMap((visit) => [visit, ...visit.rounds.flatMap(({ branches }) => branches.flatMap(everyVisit))]);

/** The type of every state: names are unique in a machine. */
function typesOf(machine: object): Map<string, string> {
  const types = new Map<string, string>();
  JSON.stringify(machine, (name, value: unknown) => {
    if (typeof value === 'object' && value !== null && 'Type' in value) types.set(name, String(value.Type));
    return value;
  });
  return types;
}

const asTest = ({ machine, input }: Case, error: unknown): string =>
  [
    `// ${error instanceof Error ? error.message : String(error)}`,
    "test('what the difference is', async () => {",
    `  const machine = ${JSON.stringify(machine)};`,
    `  expect(await differs(machine, ${JSON.stringify(input)})).toBeUndefined();`,
    '});',
  ].join('\n');
