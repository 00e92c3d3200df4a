import { strToU8, zipSync } from 'fflate';
import { beforeEach, describe, expect, test } from 'vitest';
import { lambda } from '../../../simulator/services/lambda/index.ts';
import { ACCOUNT, IRELAND, refusal, ServiceWorld } from '../service-world.ts';

const arn = `arn:aws:lambda:${IRELAND}:${ACCOUNT}:function:bit`;
const newWorld = () => new ServiceWorld(lambda);
let aws: ReturnType<typeof newWorld>;
const call: typeof aws.call = (operation, input) => aws.call(operation, input, IRELAND);
beforeEach(async () => {
  aws = newWorld();
  await call('CreateFunction', {
    FunctionName: 'bit',
    Role: `arn:aws:iam::${ACCOUNT}:role/bit`,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { ZipFile: zipSync({ 'index.mjs': strToU8('export const handler = async () => 1;') }) },
  });
  await aws.pass(3);
});

describe('a function URL', () => {
  test('has a name of its own in the Region, and goes with its function', async () => {
    const made = await call('CreateFunctionUrlConfig', {
      FunctionName: 'bit',
      AuthType: 'NONE',
      Cors: { AllowOrigins: ['*'], MaxAge: 60 },
    });
    expect(made.FunctionUrl).toMatch(/^https:\/\/[a-z0-9]{32}\.lambda-url\.eu-west-1\.on\.aws\/$/);
    expect(made).toEqual({
      FunctionUrl: made.FunctionUrl,
      FunctionArn: arn,
      AuthType: 'NONE',
      InvokeMode: 'BUFFERED',
      Cors: { AllowOrigins: ['*'], MaxAge: 60 },
      CreationTime: new Date(aws.clock.nowMs()).toISOString(),
    });
    await call('DeleteFunction', { FunctionName: 'bit' });
    expect(await refusal(call('GetFunctionUrlConfig', { FunctionName: 'bit' }))).toMatch(/^ResourceNotFoundException/);
  });

  test('is one per function and one per alias, each changed by itself', async () => {
    const own = await call('CreateFunctionUrlConfig', { FunctionName: 'bit', AuthType: 'NONE' });
    await call('PublishVersion', { FunctionName: 'bit' });
    await call('CreateAlias', { FunctionName: 'bit', Name: 'live', FunctionVersion: '1' });
    const ofAlias = await call('CreateFunctionUrlConfig', { FunctionName: 'bit', Qualifier: 'live', AuthType: 'NONE' });
    expect(ofAlias.FunctionUrl).not.toBe(own.FunctionUrl);
    await aws.pass(60);
    const changed = await call('UpdateFunctionUrlConfig', {
      FunctionName: 'bit',
      Qualifier: 'live',
      AuthType: 'AWS_IAM',
    });
    expect(changed).toMatchObject({
      FunctionUrl: ofAlias.FunctionUrl,
      FunctionArn: `${arn}:live`,
      AuthType: 'AWS_IAM',
    });
    expect(changed.LastModifiedTime).not.toBe(changed.CreationTime);
    const { FunctionUrlConfigs: all } = await call('ListFunctionUrlConfigs', { FunctionName: 'bit' });
    expect(all?.map(({ FunctionUrl, AuthType }) => [FunctionUrl, AuthType])).toEqual([
      [own.FunctionUrl, 'NONE'],
      [ofAlias.FunctionUrl, 'AWS_IAM'],
    ]);
  });

  test('that is made anew has another name', async () => {
    const first = await call('CreateFunctionUrlConfig', { FunctionName: 'bit', AuthType: 'NONE' });
    await call('DeleteFunctionUrlConfig', { FunctionName: 'bit' });
    const second = await call('CreateFunctionUrlConfig', { FunctionName: 'bit', AuthType: 'NONE' });
    expect(second.FunctionUrl).not.toBe(first.FunctionUrl);
  });

  test('loses its CORS settings to an empty set of them', async () => {
    await call('CreateFunctionUrlConfig', { FunctionName: 'bit', AuthType: 'NONE', Cors: { AllowMethods: ['GET'] } });
    const kept = await call('UpdateFunctionUrlConfig', { FunctionName: 'bit' });
    expect(kept.Cors).toEqual({ AllowMethods: ['GET'] });
    const emptied = await call('UpdateFunctionUrlConfig', { FunctionName: 'bit', Cors: {} });
    expect(emptied.Cors).toBeUndefined();
  });

  test('is refused: twice, for a version, with a mode or a type that is none, or where there is none', async () => {
    await call('CreateFunctionUrlConfig', { FunctionName: 'bit', AuthType: 'NONE' });
    await call('PublishVersion', { FunctionName: 'bit' });
    const create = (more: object) =>
      refusal(call('CreateFunctionUrlConfig', { FunctionName: 'bit', AuthType: 'NONE', ...more }));
    expect(await create({})).toMatch(/^ResourceConflictException: FunctionUrlConfig exists/);
    expect(await create({ Qualifier: '1' })).toMatch(/^ValidationException/);
    expect(await create({ Qualifier: '$LATEST' })).toMatch(/^ValidationException/);
    expect(await create({ FunctionName: 'none' })).toMatch(/^ResourceNotFoundException: Function not found/);
    await call('DeleteFunctionUrlConfig', { FunctionName: 'bit' });
    expect(await create({ InvokeMode: 'RESPONSE_STREAM' })).toMatch(/^InvalidParameterValueException/);
    expect(await create({ AuthType: 'SOME' })).toMatch(/^ValidationException/);
    expect(await create({ Cors: { MaxAge: 86_401 } })).toMatch(/^ValidationException/);
    for (const operation of ['GetFunctionUrlConfig', 'UpdateFunctionUrlConfig', 'DeleteFunctionUrlConfig'] as const)
      expect(await refusal(call(operation, { FunctionName: 'bit' }))).toMatch(
        /^ResourceNotFoundException: The resource/,
      );
  });
});

describe('a permission for a function URL', () => {
  test('has a condition each for the two actions it takes', async () => {
    const everyone = { FunctionName: 'bit', Principal: '*' };
    const url = await call('AddPermission', {
      ...everyone,
      StatementId: 'url',
      Action: 'lambda:InvokeFunctionUrl',
      FunctionUrlAuthType: 'NONE',
    });
    const invoke = await call('AddPermission', {
      ...everyone,
      StatementId: 'invoke',
      Action: 'lambda:InvokeFunction',
      InvokedViaFunctionUrl: true,
    });
    expect(JSON.parse(url.Statement ?? '')).toMatchObject({
      Principal: '*',
      Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } },
    });
    expect(JSON.parse(invoke.Statement ?? '')).toMatchObject({
      Principal: '*',
      Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
    });
  });

  test('is refused where a condition is for the other action', async () => {
    const add = (more: object) =>
      refusal(call('AddPermission', { FunctionName: 'bit', StatementId: 's', Principal: '*', Action: '', ...more }));
    expect(await add({ Action: 'lambda:InvokeFunction', FunctionUrlAuthType: 'NONE' })).toBe(
      'InvalidParameterValueException: FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action',
    );
    expect(await add({ Action: 'lambda:InvokeFunctionUrl', InvokedViaFunctionUrl: true })).toMatch(
      /^InvalidParameterValueException/,
    );
  });
});
