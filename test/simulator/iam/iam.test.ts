import { beforeEach, describe, expect, test } from 'vitest';
import { type Principal, roleSession, rootOf, serviceActing } from '../../../simulator/principal.ts';
import { iam } from '../../../simulator/services/iam/index.ts';
import { sts } from '../../../simulator/services/sts/index.ts';
import { ACCOUNT, ServiceWorld, SYDNEY } from '../service-world.ts';

const newWorld = () => new ServiceWorld(iam, sts);
let aws: ReturnType<typeof newWorld>;
beforeEach(() => {
  aws = newWorld();
});

const trust = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement }] });
const lambdaTrust = trust({ Principal: { Service: 'lambda.amazonaws.com' } });
const readAll = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' },
});
const create = (RoleName = 'reader', AssumeRolePolicyDocument = lambdaTrust, more: object = {}) =>
  aws.call('CreateRole', { RoleName, AssumeRolePolicyDocument, ...more });

describe('roles', () => {
  test('are the same from every Region, with their documents encoded', async () => {
    await create('reader', lambdaTrust, { Path: '/fleet/', Tags: [{ Key: 'a', Value: '1' }], Description: 'reads' });
    const { Role } = await aws.call('GetRole', { RoleName: 'reader' }, SYDNEY);
    expect(Role).toMatchObject({
      Arn: `arn:aws:iam::${ACCOUNT}:role/fleet/reader`,
      Path: '/fleet/',
      RoleId: expect.stringMatching(/^AROA[0-9A-Z]{17}$/) as string,
      MaxSessionDuration: 3_600,
      Description: 'reads',
      Tags: [{ Key: 'a', Value: '1' }],
    });
    expect(Role?.AssumeRolePolicyDocument).toMatch(/^%7B%22Version/);
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toEqual(JSON.parse(lambdaTrust));
  });

  test('are listed by path, in pages', async () => {
    for (const name of ['c', 'a', 'b']) await create(name, lambdaTrust, { Path: name === 'c' ? '/' : '/fleet/' });
    const first = await aws.call('ListRoles', { MaxItems: 1, PathPrefix: '/fleet/' });
    expect(first).toMatchObject({ IsTruncated: true, Roles: [{ RoleName: 'a' }] });
    expect(await aws.call('ListRoles', { Marker: first.Marker, PathPrefix: '/fleet/' })).toMatchObject({
      IsTruncated: false,
      Roles: [{ RoleName: 'b' }],
    });
  });

  test('keep policies, and are not deleted over them', async () => {
    await create();
    const own = (await aws.call('CreatePolicy', { PolicyName: 'read', PolicyDocument: readAll })).Policy;
    const managed = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
    await aws.call('PutRolePolicy', { RoleName: 'reader', PolicyName: 'inline', PolicyDocument: readAll });
    for (const PolicyArn of [own?.Arn, managed]) await aws.call('AttachRolePolicy', { RoleName: 'reader', PolicyArn });
    expect((await aws.call('ListAttachedRolePolicies', { RoleName: 'reader' })).AttachedPolicies).toEqual([
      { PolicyName: 'read', PolicyArn: own?.Arn },
      { PolicyName: 'AWSLambdaBasicExecutionRole', PolicyArn: managed },
    ]);
    expect((await aws.call('ListRolePolicies', { RoleName: 'reader' })).PolicyNames).toEqual(['inline']);
    expect((await aws.call('GetPolicy', { PolicyArn: own?.Arn })).Policy?.AttachmentCount).toBe(1);
    expect(
      decodeURIComponent(
        (await aws.call('GetRolePolicy', { RoleName: 'reader', PolicyName: 'inline' })).PolicyDocument ?? '',
      ),
    ).toBe(readAll);
    expect((await aws.refused('DeletePolicy', { PolicyArn: own?.Arn })).code).toBe('DeleteConflict');
    expect((await aws.refused('DeleteRole', { RoleName: 'reader' })).message).toBe(
      'Cannot delete entity, must detach all policies first.',
    );
    for (const PolicyArn of [own?.Arn, managed]) await aws.call('DetachRolePolicy', { RoleName: 'reader', PolicyArn });
    expect((await aws.refused('DeleteRole', { RoleName: 'reader' })).message).toBe(
      'Cannot delete entity, must delete policies first.',
    );
    await aws.call('DeleteRolePolicy', { RoleName: 'reader', PolicyName: 'inline' });
    await aws.call('DeleteRole', { RoleName: 'reader' });
    await aws.call('DeletePolicy', { PolicyArn: own?.Arn });
    expect(await aws.refused('GetRole', { RoleName: 'reader' })).toMatchObject({
      code: 'NoSuchEntity',
      status: 404,
      message: 'The role with name reader cannot be found.',
    });
  });

  test('are bounded by a policy that exists', async () => {
    await create();
    expect(
      (
        await aws.refused('PutRolePermissionsBoundary', {
          RoleName: 'reader',
          PermissionsBoundary: `arn:aws:iam::${ACCOUNT}:policy/none`,
        })
      ).code,
    ).toBe('NoSuchEntity');
    const own = (await aws.call('CreatePolicy', { PolicyName: 'read', PolicyDocument: readAll })).Policy;
    await aws.call('PutRolePermissionsBoundary', { RoleName: 'reader', PermissionsBoundary: own?.Arn });
    expect((await aws.call('GetRole', { RoleName: 'reader' })).Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(
      own?.Arn,
    );
    await aws.call('DeleteRolePermissionsBoundary', { RoleName: 'reader' });
    expect((await aws.call('GetRole', { RoleName: 'reader' })).Role).not.toHaveProperty('PermissionsBoundary');
  });

  test('exist once', async () => {
    await create();
    expect(
      await aws.refused('CreateRole', { RoleName: 'reader', AssumeRolePolicyDocument: lambdaTrust }),
    ).toMatchObject({ code: 'EntityAlreadyExists', status: 409, message: 'Role with name reader already exists.' });
  });
});

// biome-ignore format: a table is read down its columns
test.for<[use: 'trust' | 'identity', document: string, message: string]>([
  ['trust',    '{',                                                                  'This policy contains invalid Json'],
  ['identity', 'no',                                                                 'Syntax errors in policy.'],
  ['trust',    '{"Version":"2012-10-17","Statement":[]}',                            'Syntax errors in policy.'],
  ['trust',    trust({ Principal: '*', Effect: 'Maybe' }),                           'Syntax errors in policy.'],
  ['trust',    trust({}),                                                            'Missing required field Principal'],
  ['trust',    trust({ Principal: '*', Resource: '*' }),                             'Has prohibited field Resource'],
  ['identity', '{"Statement":{"Effect":"Allow","Resource":"*"}}',                    'Policy statement must contain actions.'],
  ['identity', '{"Statement":{"Effect":"Allow","Action":"*"}}',                      'Policy statement must contain resources.'],
  ['identity', '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}}', 'Policy document should not specify a principal.'],
])('%s policy %s is malformed', async ([use, document, message]) => {
  const error =
    use === 'trust'
      ? await aws.refused('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: document })
      : await aws.refused('CreatePolicy', { PolicyName: 'p', PolicyDocument: document });
  expect(error).toMatchObject({ code: 'MalformedPolicyDocument', message });
});

describe('sts', () => {
  const ask = (
    operation: 'AssumeRole' | 'GetCallerIdentity' | 'GetSessionToken',
    input: object,
    principal: Principal,
  ) =>
    aws.world.invoke({ service: 'sts', operation, input, place: { account: ACCOUNT, region: 'eu-west-1' }, principal });
  const applier = roleSession(`arn:aws:iam::${ACCOUNT}:role/applier`, 'run');
  const user: Principal = { kind: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/ann`, account: ACCOUNT };
  const stranger = rootOf('999900001111');

  // biome-ignore format: a table is read down its columns
  test.for<{ why: string; statement: object; caller: Principal; externalId?: string; may: boolean }>([
    { why: 'the account by number',    statement: { Principal: { AWS: ACCOUNT } },                                 caller: user,     may: true },
    { why: 'the account by root',      statement: { Principal: { AWS: [`arn:aws:iam::${ACCOUNT}:root`] } },        caller: applier,  may: true },
    { why: 'not another account',      statement: { Principal: { AWS: ACCOUNT } },                                 caller: stranger, may: false },
    { why: 'a role',                   statement: { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/applier` } },  caller: applier,  may: true },
    { why: 'not another role',         statement: { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/other` } },    caller: applier,  may: false },
    { why: 'a service',                statement: { Principal: { Service: ['lambda.amazonaws.com'] } },            caller: serviceActing('lambda.amazonaws.com', ACCOUNT), may: true },
    { why: 'not a service by account', statement: { Principal: { AWS: ACCOUNT } },                                 caller: serviceActing('lambda.amazonaws.com', ACCOUNT), may: false },
    { why: 'anybody',                  statement: { Principal: '*' },                                              caller: stranger, may: true },
    { why: 'the external id',          statement: { Principal: '*', Condition: { StringEquals: { 'sts:ExternalId': 'x1' } } }, caller: stranger, externalId: 'x1', may: true },
    { why: 'no other external id',     statement: { Principal: '*', Condition: { StringEquals: { 'sts:ExternalId': 'x1' } } }, caller: stranger, externalId: 'x2', may: false },
    { why: 'no missing external id',   statement: { Principal: '*', Condition: { StringEquals: { 'sts:ExternalId': 'x1' } } }, caller: stranger, may: false },
    { why: 'a pattern of principals',  statement: { Principal: '*', Condition: { StringLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/app?ier' } } }, caller: applier, may: true },
    { why: 'no condition it cannot read', statement: { Principal: '*', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }, caller: user, may: false },
    { why: 'no other action',          statement: { Principal: '*', Action: 'sts:TagSession' },                    caller: user,     may: false },
    { why: 'every action of STS',      statement: { Principal: '*', Action: 'sts:*' },                             caller: user,     may: true },
  ])('a role trusts $why: $may', async ({ statement, caller, externalId, may }) => {
    await create('trusting', trust(statement));
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/trusting`;
    const input = { RoleArn, RoleSessionName: 'me', ...(externalId !== undefined && { ExternalId: externalId }) };
    const outcome = await ask('AssumeRole', input, caller).then(
      () => true,
      (error: { code?: string; message?: string }) => {
        expect(error).toMatchObject({ code: 'AccessDenied', message: `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}` });
        return false;
      },
    );
    expect(outcome).toBe(may);
  });

  test('a denial wins', async () => {
    const document = JSON.parse(trust({ Principal: '*' })) as { Statement: object[] };
    document.Statement.push({ Effect: 'Deny', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' });
    await create('trusting', JSON.stringify(document));
    const input = { RoleArn: `arn:aws:iam::${ACCOUNT}:role/trusting`, RoleSessionName: 'me' };
    await expect(ask('AssumeRole', input, user)).rejects.toMatchObject({ code: 'AccessDenied' });
    await ask('AssumeRole', input, stranger);
  });

  test('a session is known to the world by its key, and says who it is', async () => {
    const { Role } = await create('trusting', trust({ Principal: { AWS: ACCOUNT } }));
    const session = (await ask(
      'AssumeRole',
      { RoleArn: Role?.Arn, RoleSessionName: 'me', DurationSeconds: 900 },
      user,
    )) as {
      Credentials: { AccessKeyId: string; Expiration: Date };
    };
    const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/trusting/me`;
    expect(session).toMatchObject({ AssumedRoleUser: { Arn: arn, AssumedRoleId: `${Role?.RoleId}:me` } });
    expect(session.Credentials.Expiration.getTime()).toBe(aws.clock.nowMs() + 900_000);
    const principal = aws.world.sessions.get(session.Credentials.AccessKeyId);
    expect(principal).toMatchObject({ kind: 'AssumedRole', arn });
    expect(await ask('GetCallerIdentity', {}, principal ?? user)).toEqual({
      UserId: `${Role?.RoleId}:me`,
      Account: ACCOUNT,
      Arn: arn,
    });
    await expect(ask('GetSessionToken', {}, principal ?? user)).rejects.toMatchObject({ code: 'AccessDenied' });
  });

  test('sessions last as long as the role allows, and an hour between roles', async () => {
    const { Role } = await create('trusting', trust({ Principal: { AWS: ACCOUNT } }), { MaxSessionDuration: 7_200 });
    const assume = (DurationSeconds: number, caller: Principal) =>
      ask('AssumeRole', { RoleArn: Role?.Arn, RoleSessionName: 'me', DurationSeconds }, caller);
    await assume(7_200, user);
    await expect(assume(7_201, user)).rejects.toThrow('exceeds the MaxSessionDuration');
    await expect(assume(3_601, applier)).rejects.toThrow('role chaining');
    await expect(assume(899, user)).rejects.toThrow('greater than or equal to 900');
  });
});
