import { describe, expect, test } from 'vitest';
import { invoke, machine, type ToyFunction, toyWorld } from './toy-world.ts';

const never: ToyFunction = () => new Promise(() => {});
const TOKEN = '{% $states.context.Task.Token %}';
const waiting = (more: object = {}) =>
  invoke('worker', {
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Arguments: { FunctionName: 'worker', Payload: { token: TOKEN } },
    Output: '{% $states.result %}',
    ...more,
  });

describe('waiting', () => {
  test.for([
    { why: 'Seconds', wait: { Seconds: 90 }, seconds: 90 },
    { why: 'Seconds by an expression', wait: { Seconds: '{% $states.input.s * 2 %}' }, seconds: 14 },
    { why: 'Timestamp', wait: { Timestamp: '2026-01-01T01:00:00Z' }, seconds: 3_600 },
    { why: 'Timestamp with an offset', wait: { Timestamp: '{% "2026-01-01T01:00:00+01:00" %}' }, seconds: 0 },
    { why: 'an instant that is past', wait: { Timestamp: '2020-01-01T00:00:00Z' }, seconds: 0 },
  ])('$why (Step Functions guide, Wait workflow state)', async ({ wait, seconds }) => {
    const { run } = toyWorld();
    expect(await run(machine({ A: { Type: 'Wait', ...wait } }), { s: 7 })).toMatchObject({
      status: 'SUCCEEDED',
      seconds,
    });
  });

  test('a Timestamp that is none fails the state', async () => {
    const { run } = toyWorld();
    const { error } = await run(machine({ A: { Type: 'Wait', Timestamp: '{% "tomorrow" %}' } }));
    expect(error).toBe('States.QueryEvaluationError');
  });
});

describe('time-outs (states-language.net/spec.html, Timeouts and Heartbeats)', () => {
  test('a task is given up after TimeoutSeconds', async () => {
    const { run } = toyWorld({ never });
    const { error, seconds, history } = await run(machine({ A: invoke('never', { TimeoutSeconds: '{% 30 + 1 %}' }) }));
    expect({ error, seconds }).toEqual({ error: 'States.Timeout', seconds: 31 });
    expect(history.map(({ type }) => type)).toContain('TaskTimedOut');
  });

  test('each attempt has the whole of TimeoutSeconds', async () => {
    const { run } = toyWorld({ never });
    const retry = [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 2, IntervalSeconds: 1, BackoffRate: 1 }];
    expect((await run(machine({ A: invoke('never', { TimeoutSeconds: 10, Retry: retry }) }))).seconds).toBe(32);
  });

  test('the machine is given up after its own, and no catcher takes it', async () => {
    const { run } = toyWorld({ never });
    const caught = invoke('never', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }], End: true });
    const ended = await run(machine({ A: caught, B: { Type: 'Succeed' } }, { TimeoutSeconds: 60 }));
    expect(ended).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout', seconds: 60 });
    expect(ended.history.at(-1)?.type).toBe('ExecutionTimedOut');
  });

  test('a missed heartbeat fails the task, and States.Timeout takes it as well (Handling errors, States.HeartbeatTimeout)', async () => {
    const { run } = toyWorld({ worker: () => null });
    const state = waiting({ HeartbeatSeconds: 20, TimeoutSeconds: 600 });
    expect(await run(machine({ A: state }))).toMatchObject({ error: 'States.HeartbeatTimeout', seconds: 20 });
    const caught = { ...state, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'B' }], End: true };
    expect((await run(machine({ A: caught, B: { Type: 'Succeed' } }))).status).toBe('SUCCEEDED');
  });
});

describe('task tokens (Step Functions guide, Wait for a Callback with Task Token)', () => {
  const setUp = async (more: object = {}) => {
    const toy = toyWorld({ worker: () => ({ ignored: true }) });
    const arn = await toy.start(await toy.create(machine({ A: waiting(more) })));
    await toy.clock.runFor(1_000);
    const [{ event } = { event: undefined }] = toy.invoked;
    const { token } = event as { token: string };
    const send = (operation: string, input: object) =>
      toy.call('sfn', `SendTask${operation}`, { taskToken: token, ...input });
    return { ...toy, arn, token, send };
  };

  test('the output is what was sent, not what the function answered', async () => {
    const { arn, send, clock, ended } = await setUp();
    await clock.runFor(3_600_000);
    expect((await ended(arn)).status).toBe('RUNNING');
    await send('Success', { output: '{"ok":1}' });
    await clock.runFor(1_000);
    const { output, history } = await ended(arn);
    expect(output).toEqual({ ok: 1 });
    expect(history.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('a failure carries its error and cause', async () => {
    const { arn, send, clock, ended } = await setUp();
    await send('Failure', { error: 'Nope', cause: 'because' });
    await clock.runFor(1_000);
    expect(await ended(arn)).toMatchObject({ status: 'FAILED', error: 'Nope', cause: 'because' });
  });

  test('heartbeats keep it alive', async () => {
    const { arn, send, clock, ended } = await setUp({ HeartbeatSeconds: 10 });
    for (let beat = 0; beat < 5; beat += 1) {
      await send('Heartbeat', {});
      await clock.runFor(9_000);
    }
    expect((await ended(arn)).status).toBe('RUNNING');
    await clock.runFor(2_000);
    expect((await ended(arn)).error).toBe('States.HeartbeatTimeout');
  });

  test('a token is good once, and not after its task is over', async () => {
    const { send, clock } = await setUp();
    await expect(send('Success', { output: 'not json' })).rejects.toMatchObject({ code: 'InvalidOutput' });
    await send('Success', { output: '1' });
    await clock.runFor(1_000);
    await expect(send('Success', { output: '1' })).rejects.toMatchObject({ code: 'TaskTimedOut' });
  });

  test('a worker may answer before the service that carried the token has', async () => {
    const toy = toyWorld({
      worker: async ({ token }: { token: string }) => {
        await toy.call('sfn', 'SendTaskSuccess', { taskToken: token, output: '"early"' });
      },
    });
    expect((await toy.run(machine({ A: waiting() }))).output).toBe('early');
  });
});

describe('Express (Step Functions guide, Choosing workflow type)', () => {
  test('runs synchronously, is cut after five minutes, and keeps no history', async () => {
    const { clock, create, call } = toyWorld();
    const sync = async (definition: object) => {
      const stateMachineArn = await create(definition, 'EXPRESS');
      return clock.runUntil(
        call<Record<string, unknown>>('sfn', 'StartSyncExecution', { stateMachineArn, input: '{"a":1}' }),
      );
    };
    expect(await sync(machine({ A: { Type: 'Pass' } }))).toMatchObject({ status: 'SUCCEEDED', output: '{"a":1}' });
    const long = await sync(machine({ A: { Type: 'Wait', Seconds: 3_600 } }));
    expect(long).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' });
    expect(Number(long['stopDate']) - Number(long['startDate'])).toBe(300_000);
    await expect(call('sfn', 'GetExecutionHistory', { executionArn: long['executionArn'] })).rejects.toMatchObject({
      code: 'ExecutionDoesNotExist',
    });
  });

  test('an endless loop ends with the five minutes', async () => {
    const { clock, create, call } = toyWorld();
    const stateMachineArn = await create(machine({ A: { Type: 'Pass', Next: 'A' } }), 'EXPRESS');
    expect(await clock.runUntil(call('sfn', 'StartSyncExecution', { stateMachineArn }))).toMatchObject({
      status: 'TIMED_OUT',
    });
  });

  test('knows neither .sync nor tokens, and a Standard machine is not run synchronously', async () => {
    const { create, call } = toyWorld();
    await expect(create(machine({ A: waiting() }), 'EXPRESS')).rejects.toMatchObject({ code: 'InvalidDefinition' });
    const stateMachineArn = await create(machine({ A: { Type: 'Pass' } }));
    await expect(call('sfn', 'StartSyncExecution', { stateMachineArn })).rejects.toMatchObject({
      code: 'StateMachineTypeNotSupported',
    });
  });
});
