import { createHash } from 'node:crypto';
import { strToU8, zipSync } from 'fflate';
import { beforeEach, describe, expect, test } from 'vitest';
import { cloudwatchLogs } from '../../../simulator/services/cloudwatch-logs/index.ts';
import { lambda } from '../../../simulator/services/lambda/index.ts';
import { ACCOUNT, IRELAND, ServiceWorld, VIRGINIA } from '../service-world.ts';

const arn = `arn:aws:lambda:${VIRGINIA}:${ACCOUNT}:function:pay`;
const zip = (text: string) => zipSync({ 'index.mjs': [strToU8(text), { mtime: 315_532_800_000 }] });
const one = zip('export const handler = async () => 1;');
const two = zip('export const handler = async () => 2;');
const pay = {
  FunctionName: 'pay',
  Role: `arn:aws:iam::${ACCOUNT}:role/reader`,
  Runtime: 'nodejs24.x' as const,
  Handler: 'index.handler',
  Code: { ZipFile: one },
};

const newWorld = () => new ServiceWorld(lambda, cloudwatchLogs);
let aws: ReturnType<typeof newWorld>;
beforeEach(() => {
  aws = newWorld();
});
const created = async (more: object = {}) => {
  await aws.call('CreateFunction', { ...pay, ...more });
  await aws.pass(3);
};

describe('a function', () => {
  test('is pending, then active; its code is known by its hash', async () => {
    const made = await aws.call('CreateFunction', {
      ...pay,
      Tags: { owner: 'fleet' },
      Environment: { Variables: { A: '1' } },
    });
    expect(made).toMatchObject({
      FunctionArn: arn,
      State: 'Pending',
      StateReasonCode: 'Creating',
      CodeSha256: createHash('sha256').update(one).digest('base64'),
      CodeSize: one.byteLength,
      Version: '$LATEST',
      Timeout: 3,
      MemorySize: 128,
      Architectures: ['x86_64'],
      Environment: { Variables: { A: '1' } },
    });
    await aws.pass(3);
    const { Configuration, Tags } = await aws.call('GetFunction', { FunctionName: arn });
    expect(Configuration).toMatchObject({
      State: 'Active',
      LastUpdateStatus: 'Successful',
      RevisionId: made.RevisionId,
    });
    expect(Tags).toEqual({ owner: 'fleet' });
  });

  test('is listed without its state, fifty to a page', async () => {
    for (let at = 0; at < 51; at += 1) await aws.call('CreateFunction', { ...pay, FunctionName: `f${at}` });
    const first = await aws.call('ListFunctions', { MaxItems: 1_000 });
    expect(first.Functions).toHaveLength(50);
    expect(first.Functions?.[0]).not.toHaveProperty('State');
    const second = await aws.call('ListFunctions', { Marker: first.NextMarker });
    expect(second.Functions).toHaveLength(1);
    expect(second).not.toHaveProperty('NextMarker');
    expect((await aws.call('ListFunctions', {}, IRELAND)).Functions).toEqual([]);
  });

  test('takes one change at a time', async () => {
    await created();
    const changed = await aws.call('UpdateFunctionCode', { FunctionName: 'pay', ZipFile: two });
    expect(changed).toMatchObject({ State: 'Active', LastUpdateStatus: 'InProgress' });
    expect(await aws.refused('UpdateFunctionConfiguration', { FunctionName: 'pay', Timeout: 9 })).toMatchObject({
      code: 'ResourceConflictException',
      message: `The operation cannot be performed at this time. An update is in progress for resource: ${arn}`,
    });
    await aws.pass(3);
    await aws.call('UpdateFunctionConfiguration', {
      FunctionName: 'pay',
      Timeout: 9,
      Environment: { Variables: { B: '2' } },
    });
    expect(await aws.call('GetFunctionConfiguration', { FunctionName: 'pay' })).toMatchObject({
      Timeout: 9,
      MemorySize: 128,
      Environment: { Variables: { B: '2' } },
      CodeSha256: changed.CodeSha256,
    });
  });

  test('is changed only from the revision that was meant, and not by a dry run', async () => {
    await created();
    const { RevisionId, CodeSha256 } = await aws.call('GetFunctionConfiguration', { FunctionName: 'pay' });
    expect(
      await aws.refused('UpdateFunctionCode', { FunctionName: 'pay', ZipFile: two, RevisionId: 'old' }),
    ).toMatchObject({ code: 'PreconditionFailedException' });
    const dry = await aws.call('UpdateFunctionCode', { FunctionName: 'pay', ZipFile: two, DryRun: true, RevisionId });
    expect(dry.CodeSha256).not.toBe(CodeSha256);
    expect(await aws.call('GetFunctionConfiguration', { FunctionName: 'pay' })).toMatchObject({
      CodeSha256,
      RevisionId,
    });
  });

  test('is gone once deleted', async () => {
    await created();
    await aws.call('DeleteFunction', { FunctionName: 'pay' });
    expect(await aws.refused('GetFunction', { FunctionName: 'pay' })).toMatchObject({
      code: 'ResourceNotFoundException',
      message: `Function not found: ${arn}`,
    });
    await aws.call('CreateFunction', pay);
  });

  // biome-ignore format: a table is read down its columns
  test.for<[more: object, code: string, message: RegExp]>([
    [{},                                              'ResourceConflictException',      /^Function already exist: pay$/],
    [{ FunctionName: 'p y' },                         'ValidationException',            /'functionName' failed/],
    [{ FunctionName: 'b', Role: 'reader' },           'ValidationException',            /'role' failed/],
    [{ FunctionName: 'b', Timeout: 901 },             'ValidationException',            /less than or equal to 900/],
    [{ FunctionName: 'b', Runtime: 'nodejs1.x' },     'InvalidParameterValueException', /'runtime' failed/],
    [{ FunctionName: 'b', Code: { ZipFile: new Uint8Array([1, 2, 3]) } }, 'InvalidParameterValueException', /^Could not unzip uploaded file/],
    [{ FunctionName: 'b', Code: { S3Bucket: 'x' } },  'InvalidParameterValueException', /^S3Bucket is not simulated/],
    [{ FunctionName: 'b', Layers: ['arn'] },          'InvalidParameterValueException', /^Layers are not simulated/],
    [{ FunctionName: 'b', Environment: { Variables: { AWS_REGION: 'x' } } }, 'InvalidParameterValueException', /reserved keys .* AWS_REGION$/],
    [{ FunctionName: 'b', Environment: { Variables: { A: 'x'.repeat(4_096) } } }, 'InvalidParameterValueException', /exceeded the 4KB limit/],
  ])('with %j is refused: %s', async ([more, code, message]) => {
    await created();
    const error = await aws.refused('CreateFunction', { ...pay, ...more });
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });
});

describe('versions and aliases', () => {
  test('a version stays as it was; the same code is not published twice', async () => {
    await created({ Publish: true });
    expect((await aws.call('PublishVersion', { FunctionName: 'pay' })).Version).toBe('1');
    await aws.call('UpdateFunctionCode', { FunctionName: 'pay', ZipFile: two });
    await aws.pass(3);
    expect(await aws.call('PublishVersion', { FunctionName: 'pay', Description: 'second' })).toMatchObject({
      Version: '2',
      FunctionArn: `${arn}:2`,
      Description: 'second',
    });
    const answers = [];
    for (const Qualifier of ['1', '2', '$LATEST']) {
      const { Payload, ExecutedVersion } = await aws.call('Invoke', { FunctionName: 'pay', Qualifier });
      answers.push([ExecutedVersion, new TextDecoder().decode(Payload)]);
    }
    expect(answers).toEqual([
      ['1', '1'],
      ['2', '2'],
      ['$LATEST', '2'],
    ]);
    const { Versions } = await aws.call('ListVersionsByFunction', { FunctionName: 'pay' });
    expect(Versions?.map(({ Version }) => Version)).toEqual(['$LATEST', '1', '2']);
    expect((await aws.call('ListFunctions', { FunctionVersion: 'ALL' })).Functions).toHaveLength(3);
  });

  test('an alias leads to its version, some of the time to another, and keeps it from being deleted', async () => {
    await created({ Publish: true });
    await aws.call('UpdateFunctionCode', { FunctionName: 'pay', ZipFile: two, Publish: true });
    await aws.pass(3);
    const alias = await aws.call('CreateAlias', { FunctionName: 'pay', Name: 'live', FunctionVersion: '1' });
    expect(alias).toMatchObject({ AliasArn: `${arn}:live`, FunctionVersion: '1' });
    await aws.call('UpdateAlias', {
      FunctionName: 'pay',
      Name: 'live',
      RoutingConfig: { AdditionalVersionWeights: { '2': 0.25 } },
    });
    let second = 0;
    for (let at = 0; at < 400; at += 1)
      second += (await aws.call('Invoke', { FunctionName: `${arn}:live` })).ExecutedVersion === '2' ? 1 : 0;
    expect(second).toBeGreaterThan(70);
    expect(second).toBeLessThan(130);
    expect(await aws.refused('DeleteFunction', { FunctionName: 'pay', Qualifier: '1' })).toMatchObject({
      code: 'ResourceConflictException',
    });
    await aws.call('DeleteAlias', { FunctionName: 'pay', Name: 'live' });
    await aws.call('DeleteFunction', { FunctionName: 'pay', Qualifier: '1' });
    expect(await aws.refused('Invoke', { FunctionName: 'pay:1' })).toMatchObject({
      message: `Function not found: ${arn}:1`,
    });
    expect(await aws.refused('GetAlias', { FunctionName: 'pay', Name: 'live' })).toMatchObject({
      message: `Cannot find alias arn: ${arn}:live`,
    });
  });
});

test('permissions become a policy, statement by statement', async () => {
  await created();
  const allow = {
    FunctionName: 'pay',
    StatementId: 'rule',
    Action: 'lambda:InvokeFunction',
    Principal: 'events.amazonaws.com',
    SourceArn: 'arn:aws:events:us-east-1:111122223333:rule/tick',
  };
  await aws.call('AddPermission', allow);
  expect(await aws.refused('AddPermission', allow)).toMatchObject({ code: 'ResourceConflictException' });
  const { Policy } = await aws.call('GetPolicy', { FunctionName: 'pay' });
  expect(JSON.parse(Policy ?? '')).toEqual({
    Version: '2012-10-17',
    Id: 'default',
    Statement: [
      {
        Sid: 'rule',
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'lambda:InvokeFunction',
        Resource: arn,
        Condition: { ArnLike: { 'AWS:SourceArn': allow.SourceArn } },
      },
    ],
  });
  await aws.call('RemovePermission', { FunctionName: 'pay', StatementId: 'rule' });
  expect(await aws.refused('GetPolicy', { FunctionName: 'pay' })).toMatchObject({ code: 'ResourceNotFoundException' });
});

test('tags are added and removed; the account tells what is reserved', async () => {
  await created();
  await aws.call('TagResource', { Resource: arn, Tags: { a: '1', b: '2' } });
  await aws.call('UntagResource', { Resource: arn, TagKeys: ['a'] });
  expect(await aws.call('ListTags', { Resource: arn })).toEqual({ Tags: { b: '2' } });
  await aws.call('PutFunctionConcurrency', { FunctionName: 'pay', ReservedConcurrentExecutions: 900 });
  expect(await aws.call('GetFunctionConcurrency', { FunctionName: 'pay' })).toEqual({
    ReservedConcurrentExecutions: 900,
  });
  expect(await aws.call('GetAccountSettings', {})).toMatchObject({
    AccountLimit: { UnreservedConcurrentExecutions: 100 },
    AccountUsage: { FunctionCount: 1 },
  });
  expect(
    await aws.refused('PutFunctionConcurrency', { FunctionName: 'pay', ReservedConcurrentExecutions: 901 }),
  ).toMatchObject({ code: 'InvalidParameterValueException' });
});

test('the host writes the log of each invocation', async () => {
  await created({ Code: { ZipFile: zip('export const handler = async () => console.warn("careful");') } });
  await aws.call('Invoke', { FunctionName: 'pay' });
  const logs = aws.world.state(cloudwatchLogs, { account: ACCOUNT, region: VIRGINIA });
  const [stream] = logs.groups.get('/aws/lambda/pay')?.streams.values() ?? [];
  expect(stream?.name).toMatch(/^2026\/01\/01\/\[\$LATEST\][0-9a-f]{32}$/);
  expect(stream?.events.map(({ message }) => message.replace(/^\S+Z\t\S+\t/, '').slice(0, 13))).toEqual([
    'START Request',
    'WARN\tcareful\n',
    'END RequestId',
    'REPORT Reques',
  ]);
});
