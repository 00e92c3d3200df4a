import { describe, expect, test } from 'vitest';
import { failing, invoke, machine, type ToyFunction, toyWorld } from './toy-world.ts';

const GUIDE = 'Step Functions guide, Handling errors';
const inTurn =
  (...errors: string[]): ToyFunction =>
  (_event, attempt) => {
    const error = errors[attempt - 1];
    return error === undefined ? 'done' : failing(error)();
  };
const always = failing('Boom');

describe('retriers', () => {
  const rows: {
    why: string;
    source: string;
    f: ToyFunction;
    retry: object[];
    at: number[];
    ends: string;
  }[] = [
    {
      why: 'defaults are three attempts, a second, doubled',
      source: `${GUIDE}, Retrying after an error`,
      f: always,
      retry: [{ ErrorEquals: ['Boom'] }],
      at: [0, 1, 3, 7],
      ends: 'FAILED',
    },
    {
      why: 'each interval is the last one times BackoffRate',
      source: `${GUIDE}, BackoffRate`,
      f: always,
      retry: [{ ErrorEquals: ['Boom'], IntervalSeconds: 3, MaxAttempts: 3, BackoffRate: 2 }],
      at: [0, 3, 9, 21],
      ends: 'FAILED',
    },
    {
      why: 'a rate of one keeps the interval',
      source: `${GUIDE}, Example 1`,
      f: always,
      retry: [{ ErrorEquals: ['Boom'], IntervalSeconds: 3, MaxAttempts: 2, BackoffRate: 1 }],
      at: [0, 3, 6],
      ends: 'FAILED',
    },
    {
      why: 'MaxDelaySeconds caps every interval',
      source: `${GUIDE}, Example 2`,
      f: always,
      retry: [{ ErrorEquals: ['Boom'], IntervalSeconds: 3, MaxAttempts: 3, BackoffRate: 2, MaxDelaySeconds: 5 }],
      at: [0, 3, 8, 13],
      ends: 'FAILED',
    },
    {
      why: 'MaxAttempts 0 never retries, and shields from the retriers after it',
      source: `${GUIDE}, Example 3`,
      f: always,
      retry: [{ ErrorEquals: ['Boom'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }],
      at: [0],
      ends: 'FAILED',
    },
    {
      why: 'each retrier counts its own attempts over the whole visit',
      source: `${GUIDE}, Example 4`,
      f: inTurn('ErrorA', 'ErrorB', 'ErrorC', 'ErrorB'),
      retry: [
        { ErrorEquals: ['ErrorA', 'ErrorB'], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 2 },
        { ErrorEquals: ['ErrorC'], IntervalSeconds: 5 },
      ],
      at: [0, 1, 3, 8],
      ends: 'FAILED',
    },
    {
      why: 'success ends the retries',
      source: `${GUIDE}, Retrying after an error`,
      f: inTurn('Boom', 'Boom'),
      retry: [{ ErrorEquals: ['States.TaskFailed'] }],
      at: [0, 1, 3],
      ends: 'SUCCEEDED',
    },
  ];
  test.for(rows)('$why ($source)', async ({ f, retry, at, ends }) => {
    const { run, invoked } = toyWorld({ f });
    const { status } = await run(machine({ A: invoke('f', { Retry: retry }) }));
    expect({ at: invoked.map(({ atSeconds }) => atSeconds), status }).toEqual({ at, status: ends });
  });

  test(`FULL jitter draws each wait from zero to the interval (${GUIDE}, JitterStrategy)`, async () => {
    const { run, invoked } = toyWorld({ f: always });
    const retry = [
      { ErrorEquals: ['Boom'], IntervalSeconds: 8, MaxAttempts: 20, BackoffRate: 1, JitterStrategy: 'FULL' },
    ];
    await run(machine({ A: invoke('f', { Retry: retry }) }));
    const waits = invoked.slice(1).map(({ atSeconds }, at) => atSeconds - (invoked[at]?.atSeconds ?? 0));
    expect(waits).toHaveLength(20);
    expect(Math.min(...waits)).toBeLessThan(2);
    expect(Math.max(...waits)).toBeGreaterThan(6);
    expect(waits.every((wait) => wait >= 0 && wait <= 8)).toBe(true);
  });

  test(`attempts are counted anew at each entry into the state (${GUIDE}, "in the context of a single-state execution")`, async () => {
    const { run, invoked } = toyWorld({ f: always });
    const retry = [{ ErrorEquals: ['Boom'], MaxAttempts: 1, IntervalSeconds: 1 }];
    const again = { Type: 'Choice', Choices: [{ Condition: '{% $rounds < 2 %}', Next: 'A' }], Default: 'End' };
    await run(
      machine({
        Zero: { Type: 'Pass', Assign: { rounds: 0 } },
        A: invoke('f', {
          Retry: retry,
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Again', Assign: { rounds: '{% $rounds + 1 %}' } }],
          Next: 'End',
        }),
        Again: again,
        End: { Type: 'Succeed' },
      }),
    );
    expect(invoked).toHaveLength(4);
  });

  test('the context object counts the retries (Step Functions guide, Accessing execution data from the Context object)', async () => {
    const { run, invoked } = toyWorld({ f: inTurn('Boom') });
    const Arguments = { FunctionName: 'f', Payload: '{% $states.context.State.RetryCount %}' };
    await run(machine({ A: invoke('f', { Arguments, Retry: [{ ErrorEquals: ['Boom'] }] }) }));
    expect(invoked.map(({ event }) => event)).toEqual([0, 1]);
  });
});

describe('which errors a name takes', () => {
  const big = 'x'.repeat(270_000);
  const slow: ToyFunction = () => new Promise(() => {});
  const none = { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'Caught' }] };
  const rows: { why: string; state: Record<string, unknown>; catches: string; caught: boolean }[] = [
    { why: 'a name takes itself', state: invoke('boom'), catches: 'Boom', caught: true },
    { why: 'a name takes no other', state: invoke('boom'), catches: 'Bang', caught: false },
    {
      why: 'States.ALL takes a time-out',
      state: invoke('slow', { TimeoutSeconds: 5 }),
      catches: 'States.ALL',
      caught: true,
    },
    {
      why: 'States.TaskFailed takes no time-out',
      state: invoke('slow', { TimeoutSeconds: 5 }),
      catches: 'States.TaskFailed',
      caught: false,
    },
    {
      why: 'States.TaskFailed takes what a function throws',
      state: invoke('boom'),
      catches: 'States.TaskFailed',
      caught: true,
    },
    { why: 'States.ALL takes no States.DataLimitExceeded', state: invoke('big'), catches: 'States.ALL', caught: false },
    { why: 'but its own name does', state: invoke('big'), catches: 'States.DataLimitExceeded', caught: true },
    {
      why: 'nothing takes States.Runtime',
      state: invoke('boom', { Arguments: 3 }),
      catches: 'States.ALL',
      caught: false,
    },
    {
      why: 'a failed expression is caught',
      state: invoke('boom', { Arguments: '{% $states.input.absent %}' }),
      catches: 'States.QueryEvaluationError',
      caught: true,
    },
    {
      why: 'a failed output is caught too',
      state: invoke('fine', { Output: '{% $states.result.absent %}' }),
      catches: 'States.QueryEvaluationError',
      caught: true,
    },
    {
      why: 'a missing function is a service error',
      state: invoke('absent'),
      catches: 'Lambda.ResourceNotFoundException',
      caught: true,
    },
    {
      why: 'a branch fails with its own error',
      state: { Type: 'Parallel', Branches: [{ StartAt: 'N', States: { N: none, Caught: { Type: 'Succeed' } } }] },
      catches: 'States.NoChoiceMatched',
      caught: true,
    },
  ];
  test.for(rows)(`$why (${GUIDE}, Error names)`, async ({ state, catches, caught }) => {
    const { run } = toyWorld({ boom: always, big: () => big, slow, fine: () => 1 });
    const name = state['Type'] === 'Parallel' ? 'Handled' : 'Caught';
    const { output, status } = await run(
      machine({
        A: { ...state, Catch: [{ ErrorEquals: [catches], Next: name }], End: true },
        [name]: { Type: 'Pass', Output: 'caught' },
      }),
    );
    expect({ status, output }).toEqual(
      caught ? { status: 'SUCCEEDED', output: 'caught' } : { status: 'FAILED', output: undefined },
    );
  });
});

describe('catchers', () => {
  const catching = (...catchers: object[]) =>
    machine({ A: invoke('f', { Catch: catchers, Next: 'B' }), B: { Type: 'Pass', End: true }, C: { Type: 'Pass' } });

  test(`the first that names the error is taken, in order (${GUIDE}, Fallback states)`, async () => {
    const { run } = toyWorld({ f: always });
    const { history } = await run(
      catching(
        { ErrorEquals: ['Bang'], Next: 'B' },
        { ErrorEquals: ['Boom'], Next: 'C' },
        { ErrorEquals: ['States.ALL'], Next: 'B' },
      ),
    );
    expect(history.some(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === 'C')).toBe(true);
  });

  test('retriers come before catchers (Handling errors, Fallback states)', async () => {
    const { run, invoked } = toyWorld({ f: inTurn('Boom') });
    const { output } = await run(
      machine({
        A: invoke('f', {
          Retry: [{ ErrorEquals: ['Boom'] }],
          Catch: [{ ErrorEquals: ['Boom'], Next: 'B' }],
          End: true,
        }),
        B: { Type: 'Fail' },
      }),
    );
    expect({ output, times: invoked.length }).toEqual({ output: 'done', times: 2 });
  });

  const cause = JSON.stringify({ errorType: 'Boom', errorMessage: 'Boom happened', trace: [] });
  test.for([
    {
      why: 'without Output, the error output replaces the input',
      catcher: {},
      output: { Error: 'Boom', Cause: cause },
    },
    {
      why: 'Output sees the input and the error',
      catcher: { Output: '{% $merge([$states.input, { "fault": $states.errorOutput.Error }]) %}' },
      output: { x: 1, fault: 'Boom' },
    },
    { why: 'a constant Output is an output', catcher: { Output: { recovered: true } }, output: { recovered: true } },
  ])('$why (JSONata Catch; states-language.net/spec.html, Fallback states)', async ({ catcher, output }) => {
    const { run } = toyWorld({ f: always });
    expect((await run(catching({ ErrorEquals: ['Boom'], Next: 'C', ...catcher }), { x: 1 })).output).toEqual(output);
  });

  test.for([
    {
      why: 'ResultPath adds the error to the input',
      resultPath: '$.error',
      output: { x: 1, error: { Error: 'Boom', Cause: cause } },
    },
    {
      why: 'without ResultPath the error replaces the input',
      resultPath: undefined,
      output: { Error: 'Boom', Cause: cause },
    },
    { why: 'a null ResultPath drops the error', resultPath: null, output: { x: 1 } },
  ])('$why (JSONPath Catch; Handling errors, Error output)', async ({ resultPath, output }) => {
    const { run } = toyWorld({ f: always });
    const catcher = {
      ErrorEquals: ['States.ALL'],
      Next: 'B',
      ...(resultPath === undefined ? {} : { ResultPath: resultPath }),
    };
    const definition = {
      StartAt: 'A',
      States: {
        A: { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:111122223333:function:f', Catch: [catcher], End: true },
        B: { Type: 'Pass', End: true },
      },
    };
    expect((await run(definition, { x: 1 })).output).toEqual(output);
  });

  test('a caught error leaves the state through StateExited (API reference, HistoryEvent)', async () => {
    const { run } = toyWorld({ f: always });
    const { history } = await run(catching({ ErrorEquals: ['Boom'], Next: 'C' }));
    expect(history.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskFailed',
      'TaskStateExited',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
    expect(history[4]?.taskFailedEventDetails).toEqual({
      resourceType: 'lambda',
      resource: 'invoke',
      error: 'Boom',
      cause,
    });
  });
});

describe('what fails an execution', () => {
  test.for([
    {
      why: 'Fail with texts',
      state: { Type: 'Fail', Error: 'Broken', Cause: 'by hand' },
      ends: { error: 'Broken', cause: 'by hand' },
    },
    {
      why: 'Fail with expressions',
      state: { Type: 'Fail', Error: '{% $states.input.e %}', Cause: '{% "of " & $states.input.e %}' },
      ends: { error: 'E1', cause: 'of E1' },
    },
    {
      why: 'an expression without a value',
      state: { Type: 'Pass', Output: '{% $states.input.absent %}' },
      ends: {
        error: 'States.QueryEvaluationError',
        cause:
          "An error occurred while executing the state 'A' (entered at the event id #2). The JSONata expression '$states.input.absent' specified for the field 'Output' returned nothing (undefined).",
      },
    },
    {
      why: 'a Choice without a match or a Default',
      state: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'A' }] },
      ends: {
        error: 'States.NoChoiceMatched',
        cause: "No choice rule of the state 'A' matched, and it has no Default.",
      },
    },
  ])('$why (Step Functions guide, Fail, Transforming data, Choice)', async ({ state, ends }) => {
    const { run } = toyWorld();
    const { status, error, cause } = await run(machine({ A: state }), { e: 'E1' });
    expect({ status, error, cause }).toEqual({ status: 'FAILED', ...ends });
  });

  test('the 25,000th event is the failure (Step Functions guide, Service quotas)', async () => {
    const { run, call } = toyWorld();
    const { status, error, executionArn } = await run(machine({ A: { Type: 'Pass', Next: 'A' } }));
    const last = await call<{ events: { id: number; type: string }[] }>('sfn', 'GetExecutionHistory', {
      executionArn,
      reverseOrder: true,
      maxResults: 1,
    });
    expect({ status, error, last: last.events[0] }).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      last: { id: 25_000, type: 'ExecutionFailed' },
    });
  });
});
