import { describe, expect, test } from 'vitest';
import { failing, invoke, machine, type ToyFunction, toyWorld } from './toy-world.ts';

const branch = (states: Readonly<Record<string, Record<string, unknown>>>): object => {
  const { QueryLanguage: _, ...rest } = machine(states) as Record<string, unknown>;
  return rest;
};
const wait = (Seconds: number) => ({ Type: 'Wait', Seconds });
const pass = (Output: unknown) => ({ Type: 'Pass', Output });

describe('Parallel (Step Functions guide, Parallel workflow state)', () => {
  test('branches run at once, each on the whole input; outputs are in the order of the branches', async () => {
    const { run } = toyWorld();
    const Branches = [
      branch({ A: wait(30), A2: pass('{% $states.input.x & "a" %}') }),
      branch({ B: wait(10), B2: pass('{% $states.input.x & "b" %}') }),
    ];
    expect(await run(machine({ P: { Type: 'Parallel', Branches } }), { x: 'x' })).toMatchObject({
      output: ['xa', 'xb'],
      seconds: 30,
    });
  });

  test('Arguments are what the branches take in', async () => {
    const { run } = toyWorld();
    const state = { Type: 'Parallel', Arguments: { y: 2 }, Branches: [branch({ A: pass('{% $states.input.y %}') })] };
    expect((await run(machine({ P: state }), { x: 1 })).output).toEqual([2]);
  });

  test('the first failure stops the other branches and fails the state', async () => {
    const { run } = toyWorld({ boom: failing('Boom') });
    const Branches = [branch({ A: wait(5), A2: invoke('boom') }), branch({ B: wait(3_600) })];
    const ended = await run(machine({ P: { Type: 'Parallel', Branches } }));
    expect(ended).toMatchObject({ status: 'FAILED', error: 'Boom', seconds: 5 });
    expect(ended.history.map(({ type }) => type).slice(-4)).toEqual([
      'TaskFailed',
      'WaitStateAborted',
      'ParallelStateFailed',
      'ExecutionFailed',
    ]);
  });

  test("a retry runs every branch again; a catcher takes the branch's error", async () => {
    const { run, invoked } = toyWorld({ boom: failing('Boom'), fine: () => 1 });
    const Branches = [branch({ A: invoke('fine') }), branch({ B: invoke('boom') })];
    const Retry = [{ ErrorEquals: ['Boom'], MaxAttempts: 1, IntervalSeconds: 4 }];
    const Catch = [{ ErrorEquals: ['Boom'], Next: 'Z', Output: '{% $states.errorOutput.Error %}' }];
    const ended = await run(
      machine({ P: { Type: 'Parallel', Branches, Retry, Catch, End: true }, Z: { Type: 'Pass' } }),
    );
    expect(ended).toMatchObject({ output: 'Boom', seconds: 4 });
    expect(invoked.map(({ name }) => name).toSorted()).toEqual(['boom', 'boom', 'fine', 'fine']);
  });

  test("an error caught inside a branch is nobody else's", async () => {
    const { run } = toyWorld({ boom: failing('Boom') });
    const caught = invoke('boom', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'A2' }], End: true });
    const Branches = [branch({ A: caught, A2: pass('saved') }), branch({ B: pass('fine') })];
    expect((await run(machine({ P: { Type: 'Parallel', Branches } }))).output).toEqual(['saved', 'fine']);
  });
});

describe('Map (Step Functions guide, Map workflow state; states-language.net/spec.html, Map State)', () => {
  const mapOver = (
    more: object,
    states = { I: pass('{% $states.input %}') } as Readonly<Record<string, Record<string, unknown>>>,
  ) => machine({ M: { Type: 'Map', ItemProcessor: branch(states), ...more } });

  test.for([
    { why: 'the input, where it is an array', more: {}, input: [1, 2], output: [1, 2] },
    {
      why: 'Items by an expression',
      more: { Items: '{% $states.input.list %}' },
      input: { list: ['a'] },
      output: ['a'],
    },
    {
      why: 'one item stays an array',
      more: { Items: '{% $states.input.list[n > 1] %}' },
      input: { list: [{ n: 1 }, { n: 2 }, { n: 3 }] },
      output: [{ n: 2 }, { n: 3 }],
    },
    { why: 'no items', more: { Items: [] }, input: {}, output: [] },
    {
      why: 'the members of an object',
      more: { Items: '{% $states.input %}' },
      input: { a: 1 },
      output: [{ Key: 'a', Value: 1 }],
    },
    {
      why: 'ItemSelector sees the item, its index and the input',
      more: {
        Items: [5, 6],
        ItemSelector: {
          v: '{% $states.context.Map.Item.Value %}',
          i: '{% $states.context.Map.Item.Index %}',
          x: '{% $states.input.x %}',
        },
      },
      input: { x: 9 },
      output: [
        { v: 5, i: 0, x: 9 },
        { v: 6, i: 1, x: 9 },
      ],
    },
  ])('$why', async ({ more, input, output }) => {
    const { run } = toyWorld();
    expect((await run(mapOver(more), input)).output).toEqual(output);
  });

  test.for([
    { most: 0, seconds: 10 },
    { most: 2, seconds: 30 },
    { most: '{% 1 + 2 %}', seconds: 20 },
  ])('five items of 10 s, at most $most at once: $seconds s', async ({ most, seconds }) => {
    const { run } = toyWorld();
    expect((await run(mapOver({ Items: [1, 2, 3, 4, 5], MaxConcurrency: most }, { I: wait(10) }))).seconds).toBe(
      seconds,
    );
  });

  const oddFails: ToyFunction = (n: number) => (n % 2 === 1 ? failing('Odd')() : n);
  test.for([
    {
      why: "none is tolerated by default, and the error is the item's own",
      more: {},
      ends: { status: 'FAILED', error: 'Odd' },
    },
    { why: 'as many as the count', more: { ToleratedFailureCount: 2 }, ends: { status: 'SUCCEEDED', output: [2, 4] } },
    {
      why: 'one more than the count',
      more: { ToleratedFailureCount: 1 },
      ends: { status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' },
    },
    {
      why: 'as many as the percentage',
      more: { ToleratedFailurePercentage: 50 },
      ends: { status: 'SUCCEEDED', output: [2, 4] },
    },
    {
      why: 'more than the percentage',
      more: { ToleratedFailurePercentage: '{% 49 %}' },
      ends: { status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' },
    },
    {
      why: 'either threshold fails it',
      more: { ToleratedFailurePercentage: 90, ToleratedFailureCount: 1 },
      ends: { status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' },
    },
  ])('two of four items fail: $why (Tolerated Failure Threshold)', async ({ more, ends }) => {
    const { run } = toyWorld({ f: oddFails });
    expect(await run(mapOver({ Items: [1, 2, 3, 4], ...more }, { I: invoke('f') }))).toMatchObject(ends);
  });

  test('a failed iteration stops the others', async () => {
    const { run } = toyWorld({ f: oddFails });
    const { seconds, history } = await run(
      mapOver(
        { Items: [2, 3] },
        { W: { Type: 'Wait', Seconds: '{% $states.input = 3 ? 1 : 3600 %}' }, I: invoke('f') },
      ),
    );
    expect(seconds).toBe(1);
    expect(history.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['MapIterationFailed', 'MapIterationAborted', 'MapStateFailed']),
    );
  });

  test('its history names every iteration', async () => {
    const { run } = toyWorld();
    const { history } = await run(mapOver({ Items: ['a'] }));
    expect(history.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'MapStateEntered',
      'MapStateStarted',
      'MapIterationStarted',
      'PassStateEntered',
      'PassStateExited',
      'MapIterationSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
    expect(history[2]?.mapStateStartedEventDetails).toEqual({ length: 1 });
    expect(history[3]?.mapIterationStartedEventDetails).toEqual({ name: 'M', index: 0 });
  });

  test('DISTRIBUTED is refused by name', async () => {
    const { create } = toyWorld();
    const definition = mapOver({
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...branch({ I: pass(1) }) },
    });
    await expect(create(definition)).rejects.toThrow(/DISTRIBUTED/);
  });
});

describe('variables (Step Functions guide, Passing data between states with variables)', () => {
  test.for([
    {
      why: 'every expression of a state sees the values on entry',
      states: {
        Z: { Type: 'Pass', Assign: { x: 3, a: 6 } },
        A: { Type: 'Pass', Assign: { x: '{% $a %}', nextX: '{% $x %}' }, Output: '{% $x %}' },
        B: pass('{% [$states.input, $x, $nextX] %}'),
      },
      output: [3, 6, 3],
    },
    {
      why: 'branches see outer variables and keep their own',
      states: {
        Z: { Type: 'Pass', Assign: { outer: 'o' } },
        P: {
          Type: 'Parallel',
          Branches: [
            branch({ A: { Type: 'Pass', Assign: { mine: 'a' } }, A2: pass('{% $outer & $mine %}') }),
            branch({ B: pass('{% $exists($mine) %}') }),
          ],
        },
        End: pass('{% [$states.input, $exists($mine)] %}'),
      },
      output: ['oa', false, false],
    },
    {
      why: 'a catcher assigns in the scope of its state',
      states: {
        P: {
          Type: 'Parallel',
          Branches: [branch({ A: { Type: 'Fail', Error: 'E' } })],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'C', Assign: { seen: '{% $states.errorOutput.Error %}' } }],
          Next: 'C',
        },
        C: pass('{% $seen %}'),
      },
      output: 'E',
    },
    {
      why: 'a rule assigns and puts out in place of its Choice',
      states: {
        C: {
          Type: 'Choice',
          Choices: [{ Condition: '{% true %}', Next: 'D', Assign: { v: 'rule' }, Output: 'ruled' }],
          Default: 'D',
          Assign: { v: 'default' },
        },
        D: pass('{% $states.input & $v %}'),
      },
      output: 'ruledrule',
    },
    {
      why: 'and the Choice itself where no rule matched',
      states: {
        C: {
          Type: 'Choice',
          Choices: [{ Condition: '{% false %}', Next: 'D' }],
          Default: 'D',
          Assign: { v: 'default' },
        },
        D: pass('{% $v %}'),
      },
      output: 'default',
    },
  ])('$why', async ({ states, output }) => {
    const { run } = toyWorld();
    expect((await run(machine(states as Readonly<Record<string, Record<string, unknown>>>))).output).toEqual(output);
  });

  test.for([
    {
      why: 'an inner scope may not reuse an outer name',
      states: {
        Z: { Type: 'Pass', Assign: { x: 1 } },
        P: { Type: 'Parallel', Branches: [branch({ A: { Type: 'Pass', Assign: { x: 2 } } })] },
      },
      says: /'x' is already assigned in an outer scope/,
    },
    {
      why: '$states is reserved',
      states: { Z: { Type: 'Pass', Assign: { states: 1 } } },
      says: /'states' cannot name a variable/,
    },
    {
      why: 'a part of a variable cannot be assigned',
      states: { Z: { Type: 'Pass', Assign: { 'x.y': 1 } } },
      says: /'x.y' cannot name a variable/,
    },
  ])('refused at creation: $why', async ({ states, says }) => {
    const { create } = toyWorld();
    await expect(create(machine(states as Readonly<Record<string, Record<string, unknown>>>))).rejects.toThrow(says);
  });
});
