import { seededRandom } from '../../../simulator/random.ts';
import { workflows } from '../../../workflows/index.ts';
import type { Answers, Json } from './answers.ts';

const NESTED = 'landbridge-nested-run';
/** Every function that our workflows call, and one for the executions that they start. */
export const workflowFunctions: readonly string[] = [
  ...new Set(JSON.stringify(workflows).match(/landbridge-[a-z-]+(?=",\\?"Payload)/g)),
  NESTED,
];

/**
 * Our workflows as both interpreters can run them: what starts an execution calls a function instead, which answers
 * like it, and retries wait without jitter.
 */
export const ourMachines = workflows.map(({ name, machine }) => ({ name, machine: known(machine) as object }));

function known(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$states.result.Output', '$states.result.Payload.Output');
  if (Array.isArray(value)) return value.map(known);
  if (typeof value !== 'object' || value === null) return value;
  const { JitterStrategy: _, ...fields } = Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, known(item)]),
  );
  if (typeof fields['Resource'] !== 'string' || !fields['Resource'].includes('states:startExecution')) return fields;
  const Arguments = { FunctionName: NESTED, Payload: fields['Arguments'] };
  return { ...fields, Resource: 'arn:aws:states:::lambda:invoke', Arguments };
}

const fails = [
  'Fault.Throttled',
  'Fault.Unavailable',
  'Fault.Conflict',
  'Fault.Absent',
  'Fault.Forbidden',
  'Fault.Rejected',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'StepFunctions.ExecutionAlreadyExistsException',
];
const decisions = ['apply', 'apply', 'wait', 'prove', 'ask-again', 'gave-up', 'done', 'settled', 'step', 'blocked'];
/** After so many looks everything is settled, so that every run ends. */
const MOST_ANSWERS = 12;

/** Answers of all functions, by chance: what one does follows from the seed, the fleet and how often it was called. */
export function workflowAnswers(seed: string): Answers {
  const calls = new Map<string, number>();
  return (functionName, payload) => {
    const given = payload as Record<string, Json>;
    const key = `${functionName}/${JSON.stringify([given['fleet'], given['Input']])}`;
    const nth = (calls.get(key) ?? 0) + 1;
    calls.set(key, nth);
    const random = seededRandom(`${seed}/${key}/${nth}`);
    const pick = <Value>(from: readonly Value[]): Value => from[random.between(0, from.length)] as Value;
    const afterMs = random.between(1, 9_000);
    if (random.next() < 0.15) return { afterMs, error: pick(fails) };
    const state: Record<string, Json> = {
      ...given,
      decision: nth > MOST_ANSWERS ? 'blocked' : pick(decisions),
      lookAgainAfterSeconds: random.between(0, 40),
      outcome: pick(['failed', 'repaired', 'nothing-to-do']),
      says: `what ${functionName} says the ${nth}th time`,
      minutes: random.between(1, 9),
      fleets: ['a', 'b', 'c', 'd', 'e', 'f', 'g'].slice(0, random.between(0, 8)),
      scope: 'all',
      Output: { outcome: pick(['failed', 'evacuated']) },
      ...(random.next() < 0.3 ? { workflow: 'repair' } : {}),
    };
    return { afterMs, result: state };
  };
}
