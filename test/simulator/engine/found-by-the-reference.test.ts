import { describe, expect, test } from 'vitest';
import { machine, toyWorld } from './toy-world.ts';

// Each of these was a difference between the engine and the reference interpreter (test/referees/states).

const run = (states: Parameters<typeof machine>[0], input: unknown = {}, more: object = {}) =>
  toyWorld({ nothing: () => null }).run(machine(states, more), input);
const pass = (Output: unknown) => ({ StartAt: 'P', States: { P: { Type: 'Pass', Output, End: true } } });

describe('what a field does not take is a States.QueryEvaluationError (states-language.net/spec.html, JSONata Runtime Errors)', () => {
  test.for([
    { why: 'Seconds: a non-negative integer', state: { Type: 'Wait', Seconds: '{% 1.5 %}' } },
    {
      why: 'MaxConcurrency: a non-negative integer',
      state: { Type: 'Map', Items: [1], MaxConcurrency: '{% 0.5 %}', ItemProcessor: pass(1) },
    },
    { why: 'Error: a string', state: { Type: 'Fail', Error: '{% 7 %}', Cause: 'seven' } },
    { why: 'Cause: a string', state: { Type: 'Fail', Error: 'Seven', Cause: '{% 7 %}' } },
  ])('$why', async ({ state }) => {
    expect(await run({ A: state })).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  });

  test('and so States.ALL takes it', async () => {
    const Branches = [{ StartAt: 'F', States: { F: { Type: 'Fail', Error: '{% 7 %}' } } }];
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'B', Output: '{% $states.errorOutput.Error %}' }];
    const ended = await run({ A: { Type: 'Parallel', Branches, Catch }, B: { Type: 'Succeed' } });
    expect(ended).toMatchObject({ status: 'SUCCEEDED', output: 'States.QueryEvaluationError' });
  });
});

test.for(['JSONata', 'JSONPath'])(
  'in %s a result of null is the output, not the input (spec, Using Arguments and Output)',
  async (QueryLanguage) => {
    const task = { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:111122223333:function:nothing' };
    expect(await run({ A: task }, { in: 1 }, { QueryLanguage })).toMatchObject({ status: 'SUCCEEDED', output: null });
    const fixed = QueryLanguage === 'JSONata' ? { Output: null } : { Result: null };
    expect((await run({ A: { Type: 'Pass', ...fixed } }, { in: 1 }, { QueryLanguage })).output).toBeNull();
  },
);

test('an ItemSelector that fails is a failure of the Map, not of an item that may be tolerated (spec, Processing Items)', async () => {
  const state = { Type: 'Map', Items: [1, 2], ItemSelector: '{% $none %}', ItemProcessor: pass(1) };
  const error = 'States.QueryEvaluationError';
  expect(await run({ A: { ...state, ToleratedFailurePercentage: 100 } })).toMatchObject({ status: 'FAILED', error });
  expect(await run({ A: { ...state, ToleratedFailureCount: 0 } })).toMatchObject({ status: 'FAILED', error });
});
