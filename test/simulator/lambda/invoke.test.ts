import { strToU8, zipSync } from 'fflate';
import { beforeEach, describe, expect, test } from 'vitest';
import { attachHostCode, type HostContext } from '../../../simulator/services/lambda/host.ts';
import { lambda } from '../../../simulator/services/lambda/index.ts';
import { sqs } from '../../../simulator/services/sqs/index.ts';
import { ACCOUNT, ServiceWorld, VIRGINIA } from '../service-world.ts';

const ROLE = `arn:aws:iam::${ACCOUNT}:role/reader`;
const arnOf = (name: string) => `arn:aws:lambda:${VIRGINIA}:${ACCOUNT}:function:${name}`;
const zipOf = (files: Record<string, string>) =>
  zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])));

const newWorld = () => new ServiceWorld(lambda, sqs);
let aws: ReturnType<typeof newWorld>;
beforeEach(() => {
  aws = newWorld();
});

async function create(
  files: Record<string, string>,
  more: {
    FunctionName?: string;
    Handler?: string;
    Timeout?: number;
    Environment?: Record<string, string>;
    Runtime?: 'nodejs22.x';
  } = {},
): Promise<void> {
  await aws.call('CreateFunction', {
    FunctionName: more.FunctionName ?? 'pay',
    Role: ROLE,
    Runtime: more.Runtime ?? 'nodejs24.x',
    Handler: more.Handler ?? 'index.handler',
    Code: { ZipFile: zipOf(files) },
    Timeout: more.Timeout ?? 3,
    Environment: { Variables: more.Environment ?? {} },
  });
  await aws.pass(5);
}

async function invoke(FunctionName = 'pay', event: unknown = {}) {
  const answer = await aws.clock.runUntil(aws.call('Invoke', { FunctionName, Payload: JSON.stringify(event) }));
  const text = new TextDecoder().decode(answer.Payload);
  return { ...answer, Payload: JSON.parse(text) as Record<string, unknown> };
}

describe('code of a zip', () => {
  // biome-ignore format: a table is read down its columns
  test.for<{ why: string; files: Record<string, string>; handler?: string; answer: unknown }>([
    { why: 'an ES module by its ending', files: { 'index.mjs': 'export const handler = async (event) => ({ saw: event });' }, answer: { saw: { a: 1 } } },
    { why: 'an ES module by its package', files: { 'index.js': 'export const handler = async () => 1;', 'package.json': '{"type":"module"}' }, answer: 1 },
    { why: 'an ES module by its syntax', files: { 'index.js': 'export const handler = async () => 2;' }, answer: 2 },
    { why: 'CommonJS', files: { 'index.js': 'exports.handler = async () => 3;' }, answer: 3 },
    { why: 'in a folder, under a name of two parts', files: { 'src/app.cjs': 'exports.api = { pay: async () => 4 };' }, handler: 'src/app.api.pay', answer: 4 },
    { why: 'ES modules import each other', files: { 'index.mjs': 'import { two } from "./lib/two.mjs"; export const handler = async () => two + 3;', 'lib/two.mjs': 'import one from "../one.cjs"; export const two = one.value + 1;', 'one.cjs': 'exports.value = 1;' }, answer: 5 },
    { why: 'CommonJS requires files, folders, JSON, packages and Node', files: { 'index.js': 'const { join } = require("node:path"); exports.handler = async () => [require("./lib"), require("./data.json").n, require("left"), join("a", "b")];', 'lib/index.js': 'module.exports = "lib";', 'data.json': '{"n":1}', 'node_modules/left/package.json': '{"main":"main.js"}', 'node_modules/left/main.js': 'module.exports = "left";' }, answer: ['lib', 1, 'left', 'a/b'] },
    { why: 'nothing is null', files: { 'index.mjs': 'export const handler = async () => {};' }, answer: null },
    { why: 'its own binding named like a global', files: { 'index.mjs': 'import process from "node:process"; export const handler = async () => typeof process.env;' }, answer: 'object' },
  ])('$why', async ({ files, handler, answer }) => {
    await create(files, { ...(handler !== undefined && { Handler: handler }) });
    expect(await invoke('pay', { a: 1 })).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST', Payload: answer });
  });

  // biome-ignore format: a table is read down its columns
  test.for<{ why: string; files: Record<string, string>; handler?: string; errorType: string; errorMessage: RegExp }>([
    { why: 'no such file', files: { 'main.mjs': '' }, errorType: 'Runtime.ImportModuleError', errorMessage: /Cannot find module 'index'/ },
    { why: 'no such import in a module', files: { 'index.mjs': 'import "./gone.mjs"; export const handler = 1;' }, errorType: 'Runtime.ImportModuleError', errorMessage: /Cannot find module '.\/gone.mjs'\nRequire stack:\n- \/var\/task\/index.mjs/ },
    { why: 'no such package in CommonJS', files: { 'index.js': 'require("left"); exports.handler = 1;' }, errorType: 'Runtime.ImportModuleError', errorMessage: /Cannot find module 'left'/ },
    { why: 'no such export', files: { 'index.mjs': 'export const other = 1;' }, errorType: 'Runtime.HandlerNotFound', errorMessage: /^index.handler is undefined or not exported$/ },
    { why: 'no function', files: { 'index.mjs': 'export const handler = 1;' }, errorType: 'Runtime.HandlerNotFound', errorMessage: /^index.handler is not a function$/ },
    { why: 'no syntax', files: { 'index.mjs': 'export const = 1;' }, errorType: 'Runtime.UserCodeSyntaxError', errorMessage: /^SyntaxError: / },
    { why: 'no handler', files: { 'index.mjs': '' }, handler: 'index', errorType: 'Runtime.MalformedHandlerName', errorMessage: /^Bad handler$/ },
    { why: 'it throws an Error', files: { 'index.mjs': 'export const handler = async () => { throw Object.assign(new Error("no"), { name: "Fault.Conflict" }); };' }, errorType: 'Fault.Conflict', errorMessage: /^no$/ },
    { why: 'it throws a string', files: { 'index.js': 'exports.handler = async () => { throw "no"; };' }, errorType: 'string', errorMessage: /^no$/ },
    { why: 'it throws while it loads', files: { 'index.js': 'throw new RangeError("no");' }, errorType: 'RangeError', errorMessage: /^no$/ },
    { why: 'it leaves', files: { 'index.js': 'exports.handler = async () => process.exit(3);' }, errorType: 'Runtime.ExitError', errorMessage: /exit status 3$/ },
    { why: 'callbacks ended with Node 22', files: { 'index.js': 'exports.handler = (event, context, callback) => callback(null, 1);' }, errorType: 'Runtime.CallbackHandlerDeprecated', errorMessage: /callback-based/ },
  ])('fails as $errorType: $why', async ({ files, handler, errorType, errorMessage }) => {
    await create(files, { ...(handler !== undefined && { Handler: handler }) });
    const { StatusCode, FunctionError, Payload } = await invoke();
    expect({ StatusCode, FunctionError, ...Payload }).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled', errorType, errorMessage: expect.stringMatching(errorMessage) as string });
  });

  test.for(['index.mjs', 'index.cjs'])('%s fails with a trace of its own files only', async (file) => {
    const exported = file === 'index.mjs' ? 'export const handler =' : 'exports.handler =';
    await create({ [file]: `\n${exported} async () => { throw new Error('no'); };` });
    const { trace } = (await invoke()).Payload;
    expect(trace).toEqual([
      'Error: no',
      expect.stringMatching(/^ +at .*\/var\/task\/index\.[cm]js:2:\d+\)?$/) as string,
    ]);
  });

  test('callbacks answer in Node 22', async () => {
    await create(
      { 'index.js': 'exports.handler = (event, context, callback) => callback(null, 1);' },
      { Runtime: 'nodejs22.x' },
    );
    expect((await invoke()).Payload).toBe(1);
  });

  test.for(['index.mjs', 'index.cjs'])(
    'of %s has its own process, and state that outlives an invocation',
    async (file) => {
      const exported = file === 'index.mjs' ? 'export const handler =' : 'exports.handler =';
      const source = `let calls = 0; const region = process.env.AWS_REGION; process.env.MARK = 'set'; ${exported} async (event, context) => ({ calls: ++calls, region, who: process.env.WHO, name: context.functionName, left: context.getRemainingTimeInMillis() });`;
      await create({ [file]: source }, { FunctionName: 'one', Environment: { WHO: 'first' } });
      await create({ [file]: source }, { FunctionName: 'two', Environment: { WHO: 'second' } });
      expect((await invoke('one')).Payload).toEqual({
        calls: 1,
        region: VIRGINIA,
        who: 'first',
        name: 'one',
        left: 3_000,
      });
      expect((await invoke('one')).Payload).toMatchObject({ calls: 2 });
      expect((await invoke('two')).Payload).toMatchObject({ calls: 1, who: 'second' });
      expect(process.env['MARK']).toBeUndefined();
    },
  );

  test('lives in the time of the world', async () => {
    await create({
      'index.mjs':
        'export const handler = async () => { const from = Date.now(); await new Promise((done) => setTimeout(done, 1500)); clearTimeout(setTimeout(() => { throw 1; }, 1)); return [new Date().getTime() - from, from, new Date(0).toISOString()]; };',
    });
    const startedAtMs = aws.clock.nowMs();
    expect((await invoke()).Payload).toEqual([1_500, startedAtMs, '1970-01-01T00:00:00.000Z']);
    expect(aws.clock.nowMs() - startedAtMs).toBe(1_500);
  });

  test('is loaded anew after an update, and until that is through the old code runs', async () => {
    await create({ 'index.mjs': 'export const handler = async () => "old";' });
    await aws.call('UpdateFunctionCode', {
      FunctionName: 'pay',
      ZipFile: zipOf({ 'index.mjs': 'export const handler = async () => "new";' }),
    });
    expect((await invoke()).Payload).toBe('old');
    await aws.pass(3);
    expect((await invoke()).Payload).toBe('new');
  });

  test('shows what it printed in the tail of the log', async () => {
    await create({ 'index.mjs': 'export const handler = async () => { console.log("paid %d", 3); };' });
    const { LogResult } = await aws.call('Invoke', { FunctionName: 'pay', LogType: 'Tail' });
    const log = Buffer.from(LogResult ?? '', 'base64').toString();
    expect(log).toMatch(
      /^START RequestId: \S+ Version: \$LATEST\n2026-\S+\t\S+\tINFO\tpaid 3\nEND RequestId: \S+\nREPORT RequestId: /,
    );
  });
});

describe('host code', () => {
  test('answers in the place of the zip, with the role and the environment of the function', async () => {
    await create({ 'index.mjs': '' }, { Environment: { TABLE: 'fleet' } });
    const seen: HostContext[] = [];
    attachHostCode(aws.world, arnOf('pay'), async (event, context) => {
      seen.push(context);
      return { event };
    });
    expect((await invoke('pay', [1])).Payload).toEqual({ event: [1] });
    const [context] = seen;
    expect(context).toMatchObject({
      functionName: 'pay',
      functionArn: arnOf('pay'),
      region: VIRGINIA,
      account: ACCOUNT,
      environment: { TABLE: 'fleet', AWS_REGION: VIRGINIA, AWS_LAMBDA_FUNCTION_NAME: 'pay' },
      deadlineMs: aws.clock.nowMs() + 3_000,
      principal: { kind: 'AssumedRole', arn: `arn:aws:sts::${ACCOUNT}:assumed-role/reader/pay`, roleArn: ROLE },
    });
    expect(aws.world.sessions.get(context?.credentials.accessKeyId ?? '')).toEqual(context?.principal);
  });

  test('needs its function', () => {
    expect(() => attachHostCode(aws.world, arnOf('gone'), async () => 1)).toThrow(/does not exist/);
  });

  test('times out after the simulated seconds it may take, and is told', async () => {
    await create({ 'index.mjs': '' }, { Timeout: 2 });
    let signal: AbortSignal | undefined;
    attachHostCode(aws.world, arnOf('pay'), async (_event, context) => {
      signal = context.signal;
      await aws.clock.sleep(60_000);
    });
    const startedAtMs = aws.clock.nowMs();
    const { FunctionError, Payload } = await invoke();
    expect(FunctionError).toBe('Unhandled');
    expect(Payload).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 2\.00 seconds$/) as string,
    });
    expect(aws.clock.nowMs() - startedAtMs).toBe(2_000);
    expect(signal?.aborted).toBe(true);
  });

  test('holds time while it works', async () => {
    await create({ 'index.mjs': '' });
    attachHostCode(aws.world, arnOf('pay'), async () => {
      await new Promise((done) => setImmediate(done));
      return aws.clock.nowMs();
    });
    const startedAtMs = aws.clock.nowMs();
    aws.clock.after(1, () => {});
    expect((await invoke()).Payload).toBe(startedAtMs);
  });
});

describe('limits', () => {
  test('a function that is being created takes no invocations', async () => {
    await aws.call('CreateFunction', {
      FunctionName: 'pay',
      Role: ROLE,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipOf({ 'index.mjs': '' }) },
    });
    expect(await aws.refused('Invoke', { FunctionName: 'pay' })).toMatchObject({ code: 'ResourceConflictException' });
  });

  test('reserved concurrency throttles', async () => {
    await create({ 'index.mjs': '' });
    attachHostCode(aws.world, arnOf('pay'), async () => aws.clock.sleep(1_000));
    await aws.call('PutFunctionConcurrency', { FunctionName: 'pay', ReservedConcurrentExecutions: 1 });
    const first = aws.call('Invoke', { FunctionName: 'pay' });
    await aws.pass(0.1);
    expect(await aws.refused('Invoke', { FunctionName: 'pay' })).toMatchObject({
      code: 'TooManyRequestsException',
      fields: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
    });
    await aws.clock.runUntil(first);
    expect((await invoke()).StatusCode).toBe(200);
  });

  test('payloads of more than 6 MB go neither in nor out', async () => {
    await create({ 'index.mjs': 'export const handler = async () => "x".repeat(6_291_557);' });
    const Payload = JSON.stringify('x'.repeat(6_291_456));
    expect(await aws.refused('Invoke', { FunctionName: 'pay', Payload })).toMatchObject({
      code: 'RequestTooLargeException',
      status: 413,
    });
    expect((await invoke()).Payload).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
    expect(await aws.refused('Invoke', { FunctionName: 'pay', Payload: '{' })).toMatchObject({
      code: 'InvalidRequestContentException',
    });
    expect((await aws.call('Invoke', { FunctionName: 'pay', InvocationType: 'DryRun' })).StatusCode).toBe(204);
  });
});

/** A function that fails so many times, and the seconds after now at which it was tried. */
async function failing(failures: number): Promise<number[]> {
  await create({ 'index.mjs': '' });
  const startedAtMs = aws.clock.nowMs();
  const attempts: number[] = [];
  attachHostCode(aws.world, arnOf('pay'), async () => {
    attempts.push((aws.clock.nowMs() - startedAtMs) / 1_000);
    if (attempts.length <= failures) throw new Error('not now');
  });
  return attempts;
}

describe('asynchronous invocations', () => {
  test('are answered at once and retried after one and two minutes', async () => {
    const attempts = await failing(5);
    expect(await aws.call('Invoke', { FunctionName: 'pay', InvocationType: 'Event' })).toEqual({ StatusCode: 202 });
    expect(attempts).toEqual([]);
    await aws.pass(3_600);
    expect(attempts).toEqual([0, 60, 180]);
  });

  test('stop at the first success', async () => {
    const attempts = await failing(1);
    await aws.call('Invoke', { FunctionName: 'pay', InvocationType: 'Event' });
    await aws.pass(3_600);
    expect(attempts).toEqual([0, 60]);
  });

  test('wait for a free slot without using up retries', async () => {
    const attempts = await failing(0);
    await aws.call('PutFunctionConcurrency', { FunctionName: 'pay', ReservedConcurrentExecutions: 0 });
    await aws.call('Invoke', { FunctionName: 'pay', InvocationType: 'Event' });
    await aws.pass(10);
    await aws.call('DeleteFunctionConcurrency', { FunctionName: 'pay' });
    await aws.pass(30);
    expect(attempts).toEqual([15]);
  });

  test('that fail for good go to the destination, with what was asked and what came of it', async () => {
    const attempts = await failing(5);
    await create({ 'index.mjs': '' }, { FunctionName: 'told' });
    const records: unknown[] = [];
    attachHostCode(aws.world, arnOf('told'), async (record) => records.push(record));
    await aws.call('PutFunctionEventInvokeConfig', {
      FunctionName: 'pay',
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: arnOf('told') } },
    });
    await aws.call('Invoke', { FunctionName: 'pay', InvocationType: 'Event', Payload: '{"order":7}' });
    await aws.pass(3_600);
    expect(attempts).toHaveLength(2);
    expect(records).toEqual([
      expect.objectContaining({
        requestContext: expect.objectContaining({ condition: 'RetriesExhausted', approximateInvokeCount: 2 }) as object,
        requestPayload: { order: 7 },
        responsePayload: expect.objectContaining({ errorType: 'Error', errorMessage: 'not now' }) as object,
      }),
    ]);
    expect(
      await aws.refused('PutFunctionEventInvokeConfig', {
        FunctionName: 'pay',
        DestinationConfig: { OnFailure: { Destination: 'arn:aws:sns:us-east-1:111122223333:dead' } },
      }),
    ).toMatchObject({ message: expect.stringContaining('sns') as string });
  });

  test('that fail for good go to queues, as the role of the function', async () => {
    await failing(5);
    const queues = async (name: string) => {
      const { QueueUrl } = await aws.ask(sqs, 'CreateQueue', { QueueName: name });
      return async () => (await aws.ask(sqs, 'ReceiveMessage', { QueueUrl, MessageAttributeNames: ['All'] })).Messages;
    };
    const [dead, told] = [await queues('dead'), await queues('told')];
    const queueArn = (name: string) => `arn:aws:sqs:${VIRGINIA}:${ACCOUNT}:${name}`;
    const DeadLetterConfig = { TargetArn: queueArn('dead') };
    const updated = await aws.call('UpdateFunctionConfiguration', { FunctionName: 'pay', DeadLetterConfig });
    expect(updated).toMatchObject({ DeadLetterConfig });
    await aws.call('PutFunctionEventInvokeConfig', {
      FunctionName: 'pay',
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: queueArn('told') } },
    });
    await aws.pass(10);
    const senders: string[] = [];
    aws.world.watchers.add(({ operation, principal }) => {
      if (operation === 'SendMessage') senders.push(principal.arn);
    });
    await aws.call('Invoke', { FunctionName: 'pay', InvocationType: 'Event', Payload: '{"order":7}' });
    await aws.pass(10);
    expect(await dead()).toMatchObject([
      {
        Body: '{"order":7}',
        MessageAttributes: { ErrorCode: { StringValue: '200' }, ErrorMessage: { StringValue: 'not now' } },
      },
    ]);
    const [record] = (await told()) ?? [];
    expect(JSON.parse(record?.Body ?? '')).toMatchObject({
      requestContext: { condition: 'RetriesExhausted' },
      requestPayload: { order: 7 },
    });
    expect(new Set(senders)).toEqual(new Set([`arn:aws:sts::${ACCOUNT}:assumed-role/reader/pay`]));
  });
});
