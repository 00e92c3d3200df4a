import { describe, expect, test } from 'vitest';
import { invoke, machine, toyWorld } from './toy-world.ts';

const evaluating = async (Output: unknown, input: unknown = {}) =>
  (await toyWorld().run(machine({ A: { Type: 'Pass', Output } }), input)).output;

describe('JSONata (Step Functions guide, Transforming data with JSONata)', () => {
  test.for([
    { expression: '$partition([1,2,3,4,5], 2)', gives: [[1, 2], [3, 4], [5]] },
    { expression: '$range(0, 10, 3)', gives: [0, 3, 6, 9] },
    { expression: '$range(3, 1, -1)', gives: [3, 2, 1] },
    { expression: '$hash("abc", "SHA-1")', gives: 'a9993e364706816aba3e25717850c26c9cd0d89d' },
    { expression: '$parse(\'{"a":[1]}\')', gives: { a: [1] } },
    { expression: '$random(5) = $random(5)', gives: true },
    { expression: '$random() >= 0 and $random() < 1', gives: true },
    { expression: '$length($uuid())', gives: 36 },
    { expression: '$now()', gives: '2026-01-01T00:00:00.000Z' },
    { expression: '$millis() = $toMillis($now())', gives: true },
    { expression: '$states.context.Execution.StartTime', gives: '2026-01-01T00:00:00.000Z' },
    { expression: '$states.context.State.Name', gives: 'A' },
    { expression: '$states.context.StateMachine.Name', gives: 'machine-1' },
    { expression: '$states.context.Execution.Input.n', gives: 4 },
    { expression: '$states.input.n * 2', gives: 8 },
    { expression: 'null', gives: null },
  ])('$expression', async ({ expression, gives }) => {
    expect(await evaluating(`{% ${expression} %}`, { n: 4 })).toEqual(gives);
  });

  test.for([
    {
      why: 'strings deep inside are evaluated, others kept',
      output: { a: ['{% 1 + 1 %}', '$x', ' {% 1 %}'.trim()], b: true },
      gives: { a: [2, '$x', 1], b: true },
    },
    {
      why: 'an array that JSONata made stays what it was in the next state',
      output: { list: '{% $map([1], function($v) { $v })[] %}' },
      gives: { list: [1] },
    },
  ])('$why', async ({ output, gives }) => {
    const { run } = toyWorld();
    const { output: got } = await run(
      machine({ A: { Type: 'Pass', Output: output }, B: { Type: 'Pass', Output: '{% $states.input %}' } }),
    );
    expect(got).toEqual(gives);
  });

  test.for([
    { why: 'a function is no value', expression: '$sum' },
    { why: 'a type error', expression: '1 + "a"' },
    { why: 'nothing', expression: '$states.input.absent' },
  ])('$why fails with States.QueryEvaluationError', async ({ expression }) => {
    const { run } = toyWorld();
    expect((await run(machine({ A: { Type: 'Pass', Output: `{% ${expression} %}` } }))).error).toBe(
      'States.QueryEvaluationError',
    );
  });

  test('a timeout that evaluates to text fails the state, naming the field', async () => {
    const { run } = toyWorld({ f: () => 1 });
    const { history } = await run(machine({ A: invoke('f', { TimeoutSeconds: '{% "soon" %}' }) }));
    expect(history.find(({ type }) => type === 'EvaluationFailed')?.evaluationFailedEventDetails).toMatchObject({
      location: 'TimeoutSeconds',
      state: 'A',
    });
  });
});

describe('JSONPath (Step Functions guide, Processing input and output)', () => {
  const f = 'arn:aws:lambda:us-east-1:111122223333:function:f';
  const through = async (state: object, input: unknown) => {
    const { run, invoked } = toyWorld({ f: () => ({ answer: 42, extra: [1, 2] }) });
    const { output, error } = await run({ StartAt: 'A', States: { A: { End: true, ...state } } }, input);
    return { output, error, given: invoked[0]?.event };
  };
  test.for([
    {
      why: 'InputPath picks the input',
      state: { InputPath: '$.a' },
      given: { b: 1 },
      output: { answer: 42, extra: [1, 2] },
    },
    {
      why: 'a null InputPath is an empty object',
      state: { InputPath: null },
      given: {},
      output: { answer: 42, extra: [1, 2] },
    },
    {
      why: 'Parameters build it, from the input and the context',
      state: { Parameters: { 'x.$': '$.a.b', 'n.$': '$$.State.Name', y: 2 } },
      given: { x: 1, n: 'A', y: 2 },
      output: { answer: 42, extra: [1, 2] },
    },
    {
      why: 'ResultSelector reshapes the result',
      state: { ResultSelector: { 'only.$': '$.answer' } },
      given: { a: { b: 1 } },
      output: { only: 42 },
    },
    {
      why: 'ResultPath puts it into the raw input',
      state: { InputPath: '$.a', ResultPath: '$.a.r' },
      given: { b: 1 },
      output: { a: { b: 1, r: { answer: 42, extra: [1, 2] } } },
    },
    { why: 'a null ResultPath drops it', state: { ResultPath: null }, given: { a: { b: 1 } }, output: { a: { b: 1 } } },
    {
      why: 'OutputPath picks the output',
      state: { ResultPath: '$.r', OutputPath: '$.r.extra[1]' },
      given: { a: { b: 1 } },
      output: 2,
    },
  ])('$why', async ({ state, given, output }) => {
    expect(await through({ Type: 'Task', Resource: f, ...state }, { a: { b: 1 } })).toEqual({
      output,
      error: undefined,
      given,
    });
  });

  test.for([
    {
      why: 'a path without a node',
      state: { Parameters: { 'x.$': '$.absent' } },
      error: 'States.ParameterPathFailure',
    },
    { why: 'an InputPath without one', state: { InputPath: '$.absent' }, error: 'States.Runtime' },
    { why: 'a ResultPath that cannot be', state: { ResultPath: '$.a.b.c' }, error: 'States.ResultPathMatchFailure' },
    {
      why: 'an intrinsic that fails',
      state: { Parameters: { 'x.$': 'States.StringToJson($.a)' } },
      error: 'States.IntrinsicFailure',
    },
  ])('$why: $error', async ({ state, error }) => {
    expect((await through({ Type: 'Task', Resource: f, ...state }, { a: { b: 1 } })).error).toBe(error);
  });

  const input = { name: 'Ann', list: [3, 1, 3], obj: { a: 1 }, deep: [{ v: 1 }, { v: 2 }], text: '{"k":1}' };
  test.for([
    { path: '$.deep[*].v', gives: [1, 2] },
    { path: '$.deep[?(@.v==2)].v', gives: [2] },
    { path: '$..v', gives: [1, 2] },
    { path: "$['name']", gives: 'Ann' },
    { path: "States.Format('{} has {}', $.name, States.ArrayLength($.list))", gives: 'Ann has 3' },
    { path: String.raw`States.Format('It\'s \{\} {}', 1)`, gives: "It's {} 1" },
    { path: 'States.StringToJson($.text)', gives: { k: 1 } },
    { path: 'States.JsonToString($.obj)', gives: '{"a":1}' },
    { path: "States.Array(1, 'a', $.obj.a, true, null)", gives: [1, 'a', 1, true, null] },
    { path: 'States.ArrayPartition($.list, 2)', gives: [[3, 1], [3]] },
    { path: 'States.ArrayContains($.list, 1)', gives: true },
    { path: 'States.ArrayRange(1, 9, 4)', gives: [1, 5, 9] },
    { path: 'States.ArrayGetItem($.list, 1)', gives: 1 },
    { path: 'States.ArrayUnique($.list)', gives: [3, 1] },
    { path: "States.Base64Decode(States.Base64Encode('hé'))", gives: 'hé' },
    { path: "States.Hash('abc', 'MD5')", gives: '900150983cd24fb0d6963f7d28e17f72' },
    { path: 'States.JsonMerge($.obj, States.StringToJson($.text), false)', gives: { a: 1, k: 1 } },
    { path: 'States.MathAdd(5, -2)', gives: 3 },
    { path: "States.StringSplit('a.b,c', '.,')", gives: ['a', 'b', 'c'] },
    { path: 'States.MathRandom(5, 6)', gives: 5 },
    { path: '$$.Execution.Input.name', gives: 'Ann' },
  ])('$path (Intrinsic functions for JSONPath states)', async ({ path, gives }) => {
    const { run } = toyWorld();
    const { output } = await run(
      { StartAt: 'A', States: { A: { Type: 'Pass', Parameters: { 'x.$': path }, End: true } } },
      input,
    );
    expect(output).toEqual({ x: gives });
  });

  test.for([
    { rule: { Variable: '$.n', NumericGreaterThanEquals: 5 }, holds: true },
    { rule: { Variable: '$.n', NumericLessThanPath: '$.m' }, holds: true },
    { rule: { Variable: '$.s', StringMatches: 'log-*.txt' }, holds: true },
    { rule: { Variable: '$.s', StringEquals: 5 }, holds: false },
    { rule: { Variable: '$.absent', IsPresent: false }, holds: true },
    { rule: { Variable: '$.z', IsNull: true }, holds: true },
    { rule: { Variable: '$.t', TimestampLessThan: '2026-01-01T00:00:01Z' }, holds: true },
    {
      rule: { And: [{ Variable: '$.n', NumericEquals: 5 }, { Not: { Variable: '$.b', BooleanEquals: false } }] },
      holds: true,
    },
    {
      rule: {
        Or: [
          { Variable: '$.n', NumericEquals: 6 },
          { Variable: '$.s', StringLessThan: 'a' },
        ],
      },
      holds: false,
    },
  ])('$rule: $holds (Step Functions guide, Choice Rules (JSONPath))', async ({ rule, holds }) => {
    const { run } = toyWorld();
    const definition = {
      StartAt: 'C',
      States: {
        C: { Type: 'Choice', Choices: [{ ...rule, Next: 'Y' }], Default: 'N' },
        Y: { Type: 'Pass', Result: true, End: true },
        N: { Type: 'Pass', Result: false, End: true },
      },
    };
    expect(
      (await run(definition, { n: 5, m: 6, s: 'log-1.txt', z: null, t: '2026-01-01T00:00:00Z', b: true })).output,
    ).toBe(holds);
  });

  test('variables are paths of their own, in every field but ResultPath (Using variables in JSONPath states)', async () => {
    const { run } = toyWorld();
    const { output } = await run(
      {
        StartAt: 'A',
        States: {
          A: { Type: 'Pass', Assign: { 'v.$': '$.list' }, Next: 'B' },
          B: { Type: 'Pass', Parameters: { 'first.$': '$v[0]', 'said.$': "States.Format('{}', $v)" }, End: true },
        },
      },
      { list: [7] },
    );
    expect(output).toEqual({ first: 7, said: '[7]' });
  });
});

describe('definitions that are refused (API reference, CreateStateMachine, InvalidDefinition)', () => {
  const A = { Type: 'Pass', End: true };
  const of = (states: object, more: object = {}) => ({
    QueryLanguage: 'JSONata',
    StartAt: 'A',
    States: states,
    ...more,
  });
  test.for([
    { why: 'no such StartAt', definition: of({ B: A }), says: /MISSING_TRANSITION_TARGET.*\/StartAt/ },
    {
      why: 'no such Next',
      definition: of({ A: { Type: 'Pass', Next: 'Z' } }),
      says: /Missing 'Next' target: Z at \/States\/A\/Next/,
    },
    { why: 'neither Next nor End', definition: of({ A: { Type: 'Pass' } }), says: /Next or End/ },
    { why: 'an unknown type', definition: of({ A: { Type: 'Loop' } }), says: /Type must be one of/ },
    {
      why: 'a JSONPath field in JSONata',
      definition: of({ A: { ...A, ResultPath: '$' } }),
      says: /'ResultPath' is not supported in a Pass state in JSONata/,
    },
    {
      why: 'a JSONata field in JSONPath',
      definition: { StartAt: 'A', States: { A: { ...A, Output: 1 } } },
      says: /'Output' is not supported in a Pass state in JSONPath/,
    },
    {
      why: 'a JSONPath state in a JSONata machine',
      definition: of({ A: { ...A, QueryLanguage: 'JSONPath' } }),
      says: /cannot have a state in JSONPath/,
    },
    {
      why: 'an expression that does not parse',
      definition: of({ A: { ...A, Output: '{% $a + %}' } }),
      says: /is not valid/,
    },
    {
      why: 'an expression that is not closed',
      definition: of({ A: { ...A, Output: '{% $a' } }),
      says: /not opened with/,
    },
    { why: '$eval', definition: of({ A: { ...A, Output: '{% $eval("1") %}' } }), says: /\$eval is not supported/ },
    {
      why: '$states.result where there is none',
      definition: of({ A: { ...A, Output: '{% $states.result %}' } }),
      says: /not available in this field/,
    },
    {
      why: '$states.errorOutput outside of Catch',
      definition: of({ A: { ...invoke('f'), End: true, Output: '{% $states.errorOutput %}' } }),
      says: /not available in this field/,
    },
    {
      why: 'States.ALL in company',
      definition: of({ A: { ...invoke('f'), End: true, Retry: [{ ErrorEquals: ['States.ALL', 'X'] }] } }),
      says: /States.ALL must appear alone/,
    },
    {
      why: 'a retrier out of bounds',
      definition: of({ A: { ...invoke('f'), End: true, Retry: [{ ErrorEquals: ['X'], BackoffRate: 0.5 }] } }),
      says: /BackoffRate must be/,
    },
    {
      why: 'a service that is not simulated',
      definition: of({ A: { Type: 'Task', Resource: 'arn:aws:states:::sns:publish', End: true } }),
      says: /sns:publish/,
    },
    {
      why: 'one name twice',
      definition: of({ A: { Type: 'Parallel', End: true, Branches: [{ StartAt: 'A', States: { A } }] } }),
      says: /DUPLICATE_STATE_NAME/,
    },
    {
      why: 'two ways to wait',
      definition: of({ A: { Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z', End: true } }),
      says: /exactly one of/,
    },
  ])('$why', async ({ definition, says }) => {
    const { create, call } = toyWorld();
    await expect(create(definition)).rejects.toThrow(says);
    await expect(create(definition)).rejects.toMatchObject({ code: 'InvalidDefinition' });
    const told = await call<{ result: string; diagnostics: object[] }>('sfn', 'ValidateStateMachineDefinition', {
      definition: JSON.stringify(definition),
    });
    expect(told.result).toBe('FAIL');
  });

  test('making the same machine again answers the first, making another of its name does not', async () => {
    const { create } = toyWorld();
    const arn = await create(of({ A }), 'STANDARD', 'm');
    expect(await create(of({ A }), 'STANDARD', 'm')).toBe(arn);
    await expect(create(of({ A: { ...A, Comment: 'x' } }), 'STANDARD', 'm')).rejects.toMatchObject({
      code: 'StateMachineAlreadyExists',
    });
  });
});

describe('integrations', () => {
  test('lambda:invoke answers as the SDK does (Invoke an AWS Lambda function with Step Functions)', async () => {
    const { run } = toyWorld({ f: () => ({ ok: true }) });
    const { output } = await run(machine({ A: invoke('f', { Output: '{% $states.result %}' }) }));
    expect(output).toMatchObject({ ExecutedVersion: '$LATEST', Payload: { ok: true }, StatusCode: 200 });
  });

  test('aws-sdk actions speak PascalCase, and name their errors after the Java SDK (Learning to use AWS service SDK integrations)', async () => {
    const { run } = toyWorld();
    const list = {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:sfn:listStateMachines',
      Arguments: { MaxResults: 1 },
    };
    expect((await run(machine({ A: list }))).output).toMatchObject({
      StateMachines: [{ Name: 'machine-1', Type: 'STANDARD' }],
    });
    const describing = {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:sfn:describeExecution',
      Arguments: { ExecutionArn: 'arn:aws:states:us-east-1:111122223333:execution:a:b' },
    };
    expect((await run(machine({ A: describing }))).error).toBe('Sfn.ExecutionDoesNotExistException');
  });

  test('calls are made by the role, in a session named after the execution', async () => {
    const { world, run } = toyWorld({ f: () => 1 });
    const principals = new Set<string>();
    world.watchers.add(({ service, principal }) => void (service === 'lambda' && principals.add(principal.arn)));
    const { executionArn } = await run(machine({ A: invoke('f') }));
    expect([...principals]).toEqual([
      `arn:aws:sts::111122223333:assumed-role/workflow/${executionArn.split(':').at(-1)}`,
    ]);
  });
});

test('expressions are compiled once: twenty thousand transitions take well under two seconds', async () => {
  const { clock, create, call } = toyWorld();
  const loop = machine({
    Zero: { Type: 'Pass', Assign: { n: 0 } },
    Step: { Type: 'Pass', Assign: { n: '{% $n + 1 %}' }, Output: '{% $merge([$states.input, { "n": $n }]) %}' },
    More: { Type: 'Choice', Choices: [{ Condition: '{% $n < 10000 %}', Next: 'Step' }], Default: 'End' },
    End: { Type: 'Succeed' },
  });
  const stateMachineArn = await create(loop, 'EXPRESS');
  const before = process.cpuUsage();
  const ended = await clock.runUntil(call<{ status: string }>('sfn', 'StartSyncExecution', { stateMachineArn }));
  const { user } = process.cpuUsage(before);
  expect(ended.status).toBe('SUCCEEDED');
  expect(user).toBeLessThan(2_000_000);
});
