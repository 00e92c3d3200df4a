import validate from 'asl-validator';
import { describe, expect, test } from 'vitest';
import { faultNames } from '../../control-plane/model/faults.ts';
import { evaluate } from '../../simulator/engine/states/jsonata.ts';
import { seededRandom } from '../../simulator/random.ts';
import { workflows } from '../../workflows/index.ts';
import { signals } from '../../workflows/signals.ts';
import type { State } from '../../workflows/states.ts';

interface Named {
  readonly name: string;
  readonly state: State;
}

/** Every state of a machine, those inside a Map too. */
function* statesOf(states: Readonly<Record<string, State>>): Generator<Named> {
  for (const [name, state] of Object.entries(states)) {
    yield { name, state };
    const { ItemProcessor } = state as { ItemProcessor?: { States: Record<string, State> } };
    if (ItemProcessor !== undefined) yield* statesOf(ItemProcessor.States);
  }
}

const calls = ({ Arguments = {} }: State, name: string): boolean =>
  JSON.stringify(Arguments).includes(`"FunctionName":"landbridge-${name}`);

const retriedIn = ({ Retry = [] }: State): readonly string[] =>
  (Retry as readonly { readonly ErrorEquals: readonly string[] }[]).flatMap(({ ErrorEquals }) => ErrorEquals);

/** Source: Step Functions guide, Handle transient Lambda service exceptions. */
const transient = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
];

// Runs for every workflow of the registry.
describe.for(workflows)('$name', ({ machine }) => {
  const states = [...statesOf(machine.States)];

  test('is valid States Language', () => {
    const { isValid, errorsText } = validate(JSON.parse(JSON.stringify(machine)));
    expect(isValid, errorsText()).toBe(true);
  });

  test('is bounded in time', () => {
    expect(machine.TimeoutSeconds).toBeGreaterThan(0);
  });

  test('keeps what a run knows when a state fails', () => {
    const catchers = states.flatMap(({ state }) => (state.Catch ?? []) as { Output?: unknown }[]);
    for (const catcher of catchers) expect(catcher.Output).toMatch(/\$states\.input/);
  });

  test('repeats no state that writes to resources, unless it never ran', () => {
    const writers = states.filter(({ state }) => calls(state, 'apply-plan'));
    expect(writers.flatMap(({ state }) => retriedIn(state))).toEqual(
      writers.map(() => 'Lambda.TooManyRequestsException'),
    );
  });

  test('repeats every other one of which Lambda could not say what became of it', () => {
    const others = states.filter(({ state }) => calls(state, '') && !calls(state, 'apply-plan'));
    for (const { name, state } of others) {
      const retried = new Set(retriedIn(state));
      const left = retried.has('States.ALL') ? [] : transient.filter((error) => !retried.has(error));
      expect({ name, left }).toEqual({ name, left: [] });
    }
  });
});

describe('the loop', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { workflow: 'onboard-region',  first: 'Admit' },
    { workflow: 'offboard-region', first: 'Withdraw' },
    { workflow: 'reconcile',       first: 'Begin' },
  ])('$workflow refuses in its first state, and ends every other path in Record', ({ workflow, first }) => {
    const machine = workflows.find(({ name }) => name === workflow)?.machine;
    const catchersOf = (name: string) =>
      ((machine?.States[name]?.Catch ?? []) as { ErrorEquals: string[]; Next: string }[]).filter(({ ErrorEquals }) => ErrorEquals.includes('States.ALL'));
    expect(machine?.StartAt).toBe(first);
    expect(catchersOf(first).map(({ Next }) => Next)).toEqual(['Refused']);
    for (const name of ['Look', 'Prove']) expect(catchersOf(name).map(({ Next }) => Next)).toEqual(['Record']);
    // Whatever becomes of a write, the answer is to look again; Look is what counts the rounds.
    expect(catchersOf('Apply').map(({ Next }) => Next)).toEqual(['AMoment']);
  });

  test('counts a round of writes that was refused as a whole as one that failed', async () => {
    const apply = workflows.find(({ name }) => name === 'reconcile')?.machine.States.Apply;
    const [refused] = (apply?.Catch ?? []) as { ErrorEquals: string[]; Next: string; Output: string }[];
    expect(refused).toMatchObject({ ErrorEquals: ['Fault.Forbidden', 'Fault.Rejected'], Next: 'Wait' });
    const rounds = async (failedRounds: number): Promise<unknown> =>
      evaluate(
        refused?.Output ?? '',
        {
          states: {
            input: { round: 7, failedRounds },
            context: {},
            errorOutput: { Error: 'Fault.Rejected', Cause: 'no' },
          },
          variables: {},
          world: { nowMs: 0, random: seededRandom('states') },
        },
        'Output',
      );
    expect(await rounds(0)).toEqual({ round: 7, failedRounds: 1, lastFailure: 'no', lookAgainAfterSeconds: 3 });
    expect(await rounds(3)).toMatchObject({ failedRounds: 4, lookAgainAfterSeconds: 24 });
    expect(await rounds(11)).toMatchObject({ failedRounds: 12, lookAgainAfterSeconds: 120 });
  });

  test('knows what to do about every fault', () => {
    const look = workflows.find(({ name }) => name === 'reconcile')?.machine.States.Look;
    const known = new Set(faultNames.map((name) => `Fault.${name}`));
    const retried = look === undefined ? [] : retriedIn(look).filter((name) => name.startsWith('Fault.'));
    expect(retried.length).toBeGreaterThan(0);
    expect(retried.filter((name) => !known.has(name))).toEqual([]);
  });
});

test('every signal leads to something that exists', () => {
  const names = new Set(workflows.map(({ name }) => name));
  for (const { target } of signals) {
    if ('function' in target) continue;
    expect(names).toContain(target.workflow);
  }
});
