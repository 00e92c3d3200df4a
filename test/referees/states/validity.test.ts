import validate from 'asl-validator';
import { sample } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDefinition } from '../../../simulator/engine/states/validate.ts';
import { functionArn } from './engine-runs.ts';
import { cases } from './machines.ts';

// moto is no referee here: it takes no machine in JSONata.

const ours = (machine: object): boolean => readDefinition(JSON.stringify(machine), 'STANDARD').definition !== undefined;
const theirs = (machine: object): boolean => validate(machine).isValid;

/**
 * The machine without its values: of these asl-validator takes expressions and objects of them, where the specification
 * takes any JSON (Output, Assign, Arguments, ItemSelector), and no Condition that is true or false.
 */
const withoutValues = (machine: object): object =>
  JSON.parse(JSON.stringify(machine), (field, value: unknown) => {
    if (['Output', 'Arguments', 'ItemSelector', 'Condition'].includes(field)) return '{% 1 %}';
    return field === 'Assign' ? { x: '{% 1 %}' } : value;
  }) as object;

test('generated machines are valid, by the engine and by asl-validator', () => {
  for (const { machine } of sample(cases, { seed: 7, numRuns: 25 })) {
    expect(ours(machine), JSON.stringify(machine)).toBe(true);
    const { isValid, errorsText } = validate(withoutValues(machine));
    expect(isValid, `${errorsText()} in ${JSON.stringify(machine)}`).toBe(true);
  }
});

const P = { Type: 'Pass', End: true };
const task = { Type: 'Task', Resource: functionArn('act'), End: true };
const retry = (more: object) => ({ A: { ...task, Retry: [{ ErrorEquals: ['A'], ...more }] } });
const inner = (state: object = P, name = 'I') => ({ StartAt: name, States: { [name]: state } });
const parallel = { Type: 'Parallel', Branches: [inner()], End: true };
const map = { Type: 'Map', ItemProcessor: inner(), End: true };
const choice = { Type: 'Choice', Choices: [{ Condition: true, Next: 'B' }] };
const assigns = { Branches: [inner({ ...P, Assign: { x: 2 } })] };
const longName = 'x'.repeat(81);

/** What CreateStateMachine refuses; `unseen` where asl-validator takes it. */
const refused: readonly { why: string; states: object; unseen?: true }[] = [
  { why: 'Next to nowhere', states: { A: { Type: 'Pass', Next: 'X' } } },
  { why: 'Next and End', states: { A: { ...P, Next: 'B' }, B: P } },
  { why: 'neither Next nor End', states: { A: { Type: 'Pass' } } },
  { why: 'a type that there is not', states: { A: { Type: 'Nap', End: true } } },
  { why: 'a state that cannot be reached', states: { A: P, B: P } },
  { why: 'the same name in two branches', states: { A: { ...parallel, Branches: [inner(), inner()] } } },
  { why: 'Next out of a branch', states: { A: { ...parallel, Branches: [inner({ Type: 'Pass', Next: 'A' })] } } },
  { why: 'a field of another type of state', states: { A: { ...P, Retry: [{ ErrorEquals: ['A'] }] } } },
  { why: 'a field that there is not', states: { A: { ...P, Nxt: 'B' } } },
  { why: 'a field of JSONPath', states: { A: { ...P, InputPath: '$' } } },
  { why: 'Result, which is of JSONPath', states: { A: { ...P, Result: 1 } }, unseen: true },
  { why: 'a name of 81 characters', states: { A: { Type: 'Pass', Next: longName }, [longName]: P } },
  { why: 'no Resource', states: { A: { Type: 'Task', End: true } } },
  { why: 'no choices', states: { A: { ...choice, Choices: [], Default: 'B' }, B: P } },
  { why: 'a rule without Condition', states: { A: { ...choice, Choices: [{ Next: 'B' }] }, B: P } },
  { why: 'Default to nowhere', states: { A: { ...choice, Default: 'X' }, B: P } },
  { why: 'an ending Choice', states: { A: { ...choice, End: true }, B: P } },
  { why: 'no branches', states: { A: { ...parallel, Branches: [] } }, unseen: true },
  { why: 'no ItemProcessor', states: { A: { Type: 'Map', End: true } } },
  { why: 'two ways to wait', states: { A: { ...P, Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z' } } },
  { why: 'no way to wait', states: { A: { ...P, Type: 'Wait' } } },
  { why: 'part of a second', states: { A: { ...P, Type: 'Wait', Seconds: 1.5 } }, unseen: true },
  { why: 'less than no seconds', states: { A: { ...P, Type: 'Wait', Seconds: -1 } } },
  { why: 'seconds as text', states: { A: { ...P, Type: 'Wait', Seconds: '5' } } },
  { why: 'a Timestamp without offset', states: { A: { ...P, Type: 'Wait', Timestamp: '2026-01-01T00:00:00' } } },
  { why: 'no time at all for a task', states: { A: { ...task, TimeoutSeconds: 0 } } },
  {
    why: 'a heartbeat as long as the task',
    states: { A: { ...task, TimeoutSeconds: 5, HeartbeatSeconds: 5 } },
    unseen: true,
  },
  { why: 'less than no concurrency', states: { A: { ...map, MaxConcurrency: -1 } } },
  { why: 'part of a concurrency', states: { A: { ...map, MaxConcurrency: 1.5 } }, unseen: true },
  { why: 'more failures than all', states: { A: { ...map, ToleratedFailurePercentage: 101 } } },
  { why: 'Items that are none', states: { A: { ...map, Items: 5 } } },
  { why: 'a retrier of no errors', states: retry({ ErrorEquals: [] }), unseen: true },
  { why: 'States.ALL in company', states: retry({ ErrorEquals: ['States.ALL', 'A'] }), unseen: true },
  {
    why: 'States.ALL before another',
    states: { A: { ...task, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['A'] }] } },
    unseen: true,
  },
  { why: 'less than no attempts', states: retry({ MaxAttempts: -1 }) },
  { why: 'part of an attempt', states: retry({ MaxAttempts: 1.5 }), unseen: true },
  { why: 'no interval', states: retry({ IntervalSeconds: 0 }), unseen: true },
  { why: 'a rate that shrinks', states: retry({ BackoffRate: 0.5 }), unseen: true },
  { why: 'a jitter that there is not', states: retry({ JitterStrategy: 'SOME' }), unseen: true },
  { why: 'a catcher that goes nowhere', states: { A: { ...task, Catch: [{ ErrorEquals: ['A'], Next: 'X' }] } } },
  { why: 'Assign without names', states: { A: { ...P, Assign: 'x' } } },
  { why: 'a variable called states', states: { A: { ...P, Assign: { states: 1 } } }, unseen: true },
  { why: 'a name that names no variable', states: { A: { ...P, Assign: { 'a-b': 1 } } }, unseen: true },
  { why: 'a variable of an outer scope', states: { A: { ...parallel, ...assigns, Assign: { x: 1 } } }, unseen: true },
  { why: 'text that is no expression', states: { A: { ...P, Output: '{% 1 + %}' } } },
  {
    why: 'a result where there is none yet',
    states: { A: { ...task, Arguments: '{% $states.result %}' } },
    unseen: true,
  },
  { why: 'an error where none is caught', states: { A: { ...P, Output: '{% $states.errorOutput %}' } }, unseen: true },
  { why: '$eval', states: { A: { ...P, Output: '{% $eval("1") %}' } }, unseen: true },
];

describe('what CreateStateMachine refuses (states-language.net/spec.html), and whether asl-validator knows', () => {
  test.for(refused)('$why', ({ states, unseen }) => {
    const machine = { QueryLanguage: 'JSONata', StartAt: 'A', States: states };
    expect({ ours: ours(machine), theirs: theirs(machine) }).toEqual({ ours: false, theirs: unseen === true });
  });
});
