import { describe, expect, test } from 'vitest';
import { failing, invoke, machine, type ToyFunction, toyWorld } from './toy-world.ts';

const pass = (Output: unknown) => ({ Type: 'Pass', Output });
const nested = (stateMachineArn: string, suffix: string, more: object = {}) => ({
  Type: 'Task',
  Resource: `arn:aws:states:::states:startExecution${suffix}`,
  Arguments: { StateMachineArn: stateMachineArn, Input: { n: 1 } },
  ...more,
});
const MACHINE = 'arn:aws:states:us-east-1:111122223333:stateMachine:child';

describe('nested executions (Step Functions guide, Start a new AWS Step Functions state machine)', () => {
  const runNested = async (child: object, suffix: string, more: object = {}) => {
    const toy = toyWorld({ boom: failing('Boom') });
    await toy.create(child, 'STANDARD', 'child');
    return { ...(await toy.run(machine({ A: nested(MACHINE, suffix, more) }))), toy };
  };
  const slow = machine({ W: { Type: 'Wait', Seconds: 30 }, P: pass({ done: '{% $states.input.n %}' }) });

  test('without .sync it does not wait', async () => {
    const { seconds, output } = await runNested(slow, '');
    expect({ seconds, output }).toMatchObject({
      seconds: 0,
      output: { ExecutionArn: expect.stringContaining(':execution:child:') },
    });
  });

  test('.sync answers the output as text, .sync:2 as JSON', async () => {
    expect(await runNested(slow, '.sync')).toMatchObject({
      seconds: 30,
      output: { Output: '{"done":1}', Status: 'SUCCEEDED' },
    });
    expect(await runNested(slow, '.sync:2')).toMatchObject({
      seconds: 30,
      output: { Output: { done: 1 }, Input: { n: 1 } },
    });
  });

  test.for([
    {
      why: 'a child that fails',
      child: machine({ F: { Type: 'Fail', Error: 'Inner', Cause: 'c' } }),
      told: { Status: 'FAILED', Error: 'Inner' },
    },
    {
      why: 'a child that times out is no States.Timeout of the parent',
      child: machine({ W: { Type: 'Wait', Seconds: 99 } }, { TimeoutSeconds: 5 }),
      told: { Status: 'TIMED_OUT' },
    },
  ])('$why is a States.TaskFailed (Handling errors, States.Timeout)', async ({ child, told }) => {
    const { error, cause } = await runNested(child, '.sync:2');
    expect(error).toBe('States.TaskFailed');
    expect(JSON.parse(cause ?? '')).toMatchObject(told);
  });

  test('a parent that gives up stops its child', async () => {
    const { toy, error } = await runNested(slow, '.sync:2', { TimeoutSeconds: 10 });
    const { executions } = await toy.call<{ executions: { status: string }[] }>('sfn', 'ListExecutions', {
      stateMachineArn: MACHINE,
    });
    expect({ error, child: executions[0]?.status }).toEqual({ error: 'States.Timeout', child: 'ABORTED' });
  });

  test('a name that is taken is an error of the parent', async () => {
    const Arguments = { StateMachineArn: MACHINE, Name: 'same', Input: '{% $states.input %}' };
    const { error } = await runNested(pass0, '', {
      Arguments: { ...Arguments, StateMachineArn: 'arn:aws:states:us-east-1:111122223333:stateMachine:absent' },
    });
    expect(error).toBe('StepFunctions.StateMachineDoesNotExistException');
  });
});
const pass0 = machine({ P: { Type: 'Pass' } });

describe('redrive (Step Functions guide, Restarting state machine executions with redrive)', () => {
  const failsOnce: ToyFunction = (event, attempt) => (attempt === 1 ? failing('Boom')() : event);
  const redrive = async (definition: object, functions: Readonly<Record<string, ToyFunction>>, input: unknown = {}) => {
    const toy = toyWorld(functions);
    const first = await toy.run(definition, input);
    await toy.call('sfn', 'RedriveExecution', { executionArn: first.executionArn });
    await toy.clock.runFor(3_600_000);
    return { ...toy, first, second: await toy.ended(first.executionArn) };
  };

  test('goes on at the task that failed, with its input and the variables', async () => {
    const { first, second, invoked } = await redrive(
      machine({
        Z: { Type: 'Pass', Assign: { v: 7 } },
        A: invoke('fine'),
        B: invoke('once', { Output: '{% [$states.input, $v, $states.context.Execution.RedriveCount] %}' }),
      }),
      { fine: (n: number) => n, once: failsOnce },
      'in',
    );
    expect(first).toMatchObject({ status: 'FAILED', error: 'Boom' });
    expect(second).toMatchObject({ status: 'SUCCEEDED', output: ['in', 7, 1] });
    expect(invoked.map(({ name }) => name)).toEqual(['fine', 'once', 'once']);
    const types = second.history.map(({ type }) => type);
    expect(types.slice(first.history.length, first.history.length + 2)).toEqual([
      'ExecutionRedriven',
      'TaskStateEntered',
    ]);
  });

  test('of a Parallel only the branches that failed or were stopped run again', async () => {
    const Branches = [
      { StartAt: 'A', States: { A: { ...invoke('fine'), End: true } } },
      { StartAt: 'B', States: { B: { Type: 'Wait', Seconds: 5, Next: 'B2' }, B2: { ...invoke('once'), End: true } } },
      { StartAt: 'C', States: { C: { ...invoke('seen'), Next: 'C2' }, C2: { Type: 'Wait', Seconds: 60, End: true } } },
    ];
    const { second, invoked } = await redrive(
      machine({ P: { Type: 'Parallel', Branches } }),
      { fine: () => 1, once: failsOnce, seen: () => 3 },
      2,
    );
    expect(second.output).toEqual([1, 2, 3]);
    expect(invoked.map(({ name }) => name).toSorted()).toEqual(['fine', 'once', 'once', 'seen']);
  });

  test('of a Map only the iterations that failed or were stopped', async () => {
    const ItemProcessor = { StartAt: 'I', States: { I: { ...invoke('f'), End: true } } };
    const { second, invoked } = await redrive(
      machine({ M: { Type: 'Map', Items: [1, 2, 3], MaxConcurrency: 1, ItemProcessor } }),
      {
        f: (n: number, attempt) => (attempt === 2 ? failing('Boom')() : n * 10),
      },
    );
    expect(second.output).toEqual([10, 20, 30]);
    expect(invoked.map(({ event }) => event)).toEqual([1, 2, 2, 3]);
  });

  test('retries start from none again', async () => {
    const Retry = [{ ErrorEquals: ['Boom'], MaxAttempts: 1 }];
    const { invoked, second } = await redrive(machine({ A: invoke('f', { Retry }) }), { f: failing('Boom') });
    expect({ times: invoked.length, status: second.status }).toEqual({ times: 4, status: 'FAILED' });
  });

  test("the machine's time-out starts again; a stopped execution goes on too", async () => {
    const toy = toyWorld();
    const timed = await toy.run(machine({ A: { Type: 'Wait', Seconds: 20 } }, { TimeoutSeconds: 15 }));
    expect(timed.status).toBe('TIMED_OUT');
    await toy.call('sfn', 'RedriveExecution', { executionArn: timed.executionArn });
    await toy.clock.runFor(10_000);
    expect((await toy.ended(timed.executionArn)).status).toBe('RUNNING');
    await toy.call('sfn', 'StopExecution', { executionArn: timed.executionArn, error: 'E', cause: 'C' });
    expect(await toy.ended(timed.executionArn)).toMatchObject({ status: 'ABORTED', error: 'E', cause: 'C' });
    await toy.call('sfn', 'RedriveExecution', { executionArn: timed.executionArn });
    await toy.clock.runFor(60_000);
    expect((await toy.ended(timed.executionArn)).status).toBe('TIMED_OUT');
  });

  test('is refused while it runs, once it succeeded, and after 14 days', async () => {
    const toy = toyWorld();
    const again = (executionArn: string) => toy.call('sfn', 'RedriveExecution', { executionArn });
    const { executionArn } = await toy.run(pass0);
    await expect(again(executionArn)).rejects.toMatchObject({ code: 'ExecutionNotRedrivable' });
    const failed = await toy.run(machine({ F: { Type: 'Fail' } }));
    await toy.clock.runFor(14 * 86_400_000);
    await expect(again(failed.executionArn)).rejects.toThrow(/14 days/);
  });
});

describe('StartExecution (API reference)', () => {
  test('the same name and input while it runs is the same execution; anything else is taken', async () => {
    const { create, start, clock } = toyWorld();
    const arn = await create(machine({ W: { Type: 'Wait', Seconds: 60 } }));
    const first = await start(arn, { a: 1 }, 'n');
    expect(await start(arn, { a: 1 }, 'n')).toBe(first);
    await expect(start(arn, { a: 2 }, 'n')).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
    await clock.runFor(61_000);
    await expect(start(arn, { a: 1 }, 'n')).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
  });

  test('90 days after its end it is nowhere, and its name is free, whoever else still runs', async () => {
    const { create, start, call, clock } = toyWorld();
    const arn = await create(machine({ W: { Type: 'Wait', Seconds: '{% $states.input.seconds %}' } }));
    await start(arn, { seconds: 80 * 86_400 }, 'long');
    const executionArn = await start(arn, { seconds: 1 }, 'n');
    const shown = async () => {
      const { executions } = await call<{ executions: { name: string }[] }>('sfn', 'ListExecutions', {
        stateMachineArn: arn,
      });
      return executions.map(({ name }) => name);
    };
    await clock.runFor(90 * 86_400_000);
    expect(await shown()).toEqual(['n', 'long']);
    await clock.runFor(2_000);
    expect(await shown()).toEqual(['long']);
    for (const operation of ['DescribeExecution', 'GetExecutionHistory', 'RedriveExecution'])
      await expect(call('sfn', operation, { executionArn }), operation).rejects.toMatchObject({
        code: 'ExecutionDoesNotExist',
      });
    expect(await start(arn, { seconds: 2 }, 'n')).toBe(executionArn);
    expect(await shown()).toEqual(['n', 'long']);
  });

  test.for([
    { why: 'malformed JSON', input: { input: '{"a":' }, code: 'InvalidExecutionInput' },
    { why: 'more than 256 KiB', input: { input: JSON.stringify('x'.repeat(262_144)) }, code: 'InvalidExecutionInput' },
    { why: 'a name of 81 characters', input: { name: 'n'.repeat(81) }, code: 'InvalidName' },
    { why: 'a name with a slash', input: { name: 'a/b' }, code: 'InvalidName' },
    { why: 'an unknown machine', input: { stateMachineArn: `${MACHINE}x` }, code: 'StateMachineDoesNotExist' },
    { why: 'no ARN', input: { stateMachineArn: 'child' }, code: 'InvalidArn' },
  ])('refuses $why', async ({ input, code }) => {
    const { create, call } = toyWorld();
    const stateMachineArn = await create(pass0);
    await expect(call('sfn', 'StartExecution', { stateMachineArn, ...input })).rejects.toMatchObject({ code });
  });

  test('an execution keeps the definition it was started with', async () => {
    const { create, call, start, clock, ended } = toyWorld();
    const arn = await create(machine({ W: { Type: 'Wait', Seconds: 60 }, P: pass('old') }));
    const execution = await start(arn);
    await call('sfn', 'UpdateStateMachine', {
      stateMachineArn: arn,
      definition: JSON.stringify(machine({ P: pass('new') })),
    });
    const second = await start(arn);
    await clock.runFor(61_000);
    expect([(await ended(execution)).output, (await ended(second)).output]).toEqual(['old', 'new']);
  });

  test('executions are listed newest first, by status, in pages', async () => {
    const { create, call, start, clock } = toyWorld();
    const stateMachineArn = await create(machine({ W: { Type: 'Wait', Seconds: '{% $states.input %}' } }));
    for (const seconds of [1, 2, 100]) await start(stateMachineArn, seconds, `s${seconds}`);
    await clock.runFor(10_000);
    const list = (input: object) =>
      call<{ executions: { name: string }[]; nextToken?: string }>('sfn', 'ListExecutions', {
        stateMachineArn,
        ...input,
      });
    const first = await list({ maxResults: 2 });
    const rest = await list({ nextToken: first.nextToken });
    expect([...first.executions, ...rest.executions].map(({ name }) => name)).toEqual(['s100', 's2', 's1']);
    expect((await list({ statusFilter: 'RUNNING' })).executions.map(({ name }) => name)).toEqual(['s100']);
  });
});
