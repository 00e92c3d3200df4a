import { strToU8, zipSync } from 'fflate';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Principal, roleSession, rootOf, serviceActing } from '../../../simulator/principal.ts';
import { eventbridgeHome } from '../../../simulator/services/eventbridge/state.ts';
import {
  ACCOUNT,
  documentOf,
  GuardedWorld,
  OTHER,
  REGION,
  refusalOf,
  trusting,
  type Written,
} from './guarded-world.ts';

let aws: GuardedWorld;
beforeEach(() => {
  aws = new GuardedWorld();
});

const table = (name: string): string => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`;

describe('who is asked', () => {
  test('a role may do what its policies say, and nothing else', async () => {
    const reader = await aws.role('reader', [{ Sid: 'Look', Action: 'ec2:DescribeVpcs', Resource: '*' }]);
    await aws.call('ec2', 'DescribeVpcs', {}, reader);
    expect(await refusalOf(aws.call('ec2', 'DescribeSubnets', {}, reader))).toMatchObject({
      code: 'UnauthorizedOperation',
      status: 403,
      message:
        'You are not authorized to perform this operation. User: arn:aws:sts::111122223333:assumed-role/reader/session is not authorized to perform: ec2:DescribeSubnets because no identity-based policy allows the ec2:DescribeSubnets action',
    });
  });

  test('a role that IAM does not know may nothing, unless the world trusts it', async () => {
    const unknown = roleSession(`arn:aws:iam::${ACCOUNT}:role/unknown`, 'x');
    const setup = roleSession(`arn:aws:iam::${ACCOUNT}:role/setup`, 'x');
    expect(await refusalOf(aws.call('ec2', 'DescribeVpcs', {}, unknown))).toMatchObject({
      code: 'UnauthorizedOperation',
    });
    await aws.call('ec2', 'DescribeVpcs', {}, setup);
    const user = (name: string): Principal => ({
      kind: 'IAMUser',
      arn: `arn:aws:iam::${ACCOUNT}:user/${name}`,
      account: ACCOUNT,
    });
    await aws.call('ec2', 'DescribeVpcs', {}, user('setup'));
    expect(await refusalOf(aws.call('ec2', 'DescribeVpcs', {}, user('ann')))).toBeDefined();
  });

  test('the root of an account may do everything in it; services are asked elsewhere', async () => {
    await aws.call('ec2', 'DescribeVpcs', {}, rootOf(OTHER));
    await aws.call('ec2', 'DescribeVpcs', {}, serviceActing('lambda.amazonaws.com', ACCOUNT));
    await aws.call('sts', 'GetCallerIdentity', {}, roleSession(`arn:aws:iam::${ACCOUNT}:role/unknown`, 'x'));
  });

  test('nobody is refused while policies are ignored', async () => {
    aws.world.authorization = 'ignored';
    await aws.call('ec2', 'DescribeVpcs', {}, roleSession(`arn:aws:iam::${ACCOUNT}:role/unknown`, 'x'));
    expect(aws.authorized).toEqual([]);
  });

  test('what was used is told, statement by statement', async () => {
    const reader = await aws.role('reader', [
      { Sid: 'Look', Action: 'ec2:DescribeVpcs', Resource: '*' },
      { Sid: 'LookAgain', Action: 'ec2:Describe*', Resource: '*' },
      { Sid: 'Write', Action: 'ec2:CreateVpc', Resource: '*' },
    ]);
    aws.authorized.length = 0;
    await aws.call('ec2', 'DescribeVpcs', {}, reader);
    expect(aws.authorized).toEqual([
      {
        principal: reader,
        action: 'ec2:DescribeVpcs',
        resource: '*',
        allowedBy: [
          { kind: 'identity', policy: 'reader-may', sid: 'Look' },
          { kind: 'identity', policy: 'reader-may', sid: 'LookAgain' },
        ],
      },
    ]);
  });
});

describe('rules of evaluation', () => {
  test('a denial wins over every allowance', async () => {
    const role = await aws.role('role', [
      { Action: 'dynamodb:*', Resource: '*' },
      { Effect: 'Deny', Action: 'dynamodb:GetItem', Resource: table('secret') },
    ]);
    const Key = { id: { S: 'a' } };
    expect(await refusalOf(aws.call('dynamodb', 'GetItem', { TableName: 'secret', Key }, role))).toMatchObject({
      code: 'AccessDeniedException',
      status: 400,
      message: `User: ${role.arn} is not authorized to perform: dynamodb:GetItem on resource: ${table('secret')} with an explicit deny in an identity-based policy`,
    });
    expect(await aws.outcome('dynamodb', 'GetItem', { TableName: 'open', Key }, role)).toBe('allowed');
  });

  test('what the boundary does not allow is refused, whatever the role may', async () => {
    const { Policy } = await aws.call<{ Policy: { Arn: string } }>('iam', 'CreatePolicy', {
      PolicyName: 'bound',
      PolicyDocument: documentOf([
        { Action: 'sqs:*', Resource: '*' },
        { Effect: 'Deny', Action: 'sqs:DeleteQueue', Resource: '*' },
      ]),
    });
    const role = await aws.role('role', [{ Action: ['ec2:*', 'sqs:*'], Resource: '*' }], {
      PermissionsBoundary: Policy.Arn,
    });
    await aws.call('sqs', 'ListQueues', {}, role);
    expect(await refusalOf(aws.call('ec2', 'DescribeVpcs', {}, role))).toMatchObject({
      message: expect.stringContaining('because no permissions boundary allows the ec2:DescribeVpcs action') as string,
    });
    const QueueUrl = `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/q`;
    expect(await refusalOf(aws.call('sqs', 'DeleteQueue', { QueueUrl }, role))).toMatchObject({
      message: expect.stringContaining('with an explicit deny in a permissions boundary') as string,
    });
  });

  test('attached policies count, those of AWS among them', async () => {
    const role = await aws.role('role', []);
    const attach = (PolicyArn: string) => aws.call('iam', 'AttachRolePolicy', { RoleName: 'role', PolicyArn });
    await attach('arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole');
    await aws.call('cloudwatch-logs', 'CreateLogGroup', { logGroupName: 'a' }, role);
    expect(await refusalOf(aws.call('ec2', 'DescribeVpcs', {}, role))).toBeDefined();
    await attach('arn:aws:iam::aws:policy/AdministratorAccess');
    await aws.call('ec2', 'DescribeVpcs', {}, role);
  });

  test('a policy that changes counts from the next call on', async () => {
    const role = await aws.role('role', [{ Action: 'ec2:DescribeVpcs', Resource: '*' }]);
    await aws.call('ec2', 'DescribeVpcs', {}, role);
    await aws.call('iam', 'DeleteRolePolicy', { RoleName: 'role', PolicyName: 'role-may' });
    expect(await refusalOf(aws.call('ec2', 'DescribeVpcs', {}, role))).toMatchObject({ code: 'UnauthorizedOperation' });
  });
});

describe('assuming a role', () => {
  const assume = (caller = rootOf(OTHER), more: object = {}) =>
    aws.call(
      'sts',
      'AssumeRole',
      { RoleArn: `arn:aws:iam::${ACCOUNT}:role/member`, RoleSessionName: 'fleet', ...more },
      caller,
    );

  test('of another account takes its trust, with its external id, and leave of one’s own', async () => {
    await aws.role('member', [], {
      trust: trusting({ AWS: OTHER }, { StringEquals: { 'sts:ExternalId': 'payments' } }),
    });
    const may = await aws.role('may', [{ Action: 'sts:AssumeRole', Resource: `arn:aws:iam::${ACCOUNT}:role/*` }], {
      account: OTHER,
    });
    const mayNot = await aws.role('may-not', [], { account: OTHER });
    await assume(may, { ExternalId: 'payments' });
    expect(await refusalOf(assume(may))).toMatchObject({
      code: 'AccessDenied',
      status: 403,
      message: `User: ${may.arn} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::${ACCOUNT}:role/member because no role trust policy allows the sts:AssumeRole action`,
    });
    expect(await refusalOf(assume(mayNot, { ExternalId: 'payments' }))).toMatchObject({
      message: expect.stringContaining('because no identity-based policy allows the sts:AssumeRole action') as string,
    });
  });

  test('of the own account takes either: being named, or leave to assume where the account is', async () => {
    const named = await aws.role('named', []);
    const able = await aws.role('able', [{ Action: 'sts:AssumeRole', Resource: '*' }]);
    const neither = await aws.role('neither', []);
    await aws.role('member', [], { trust: trusting({ AWS: [ACCOUNT, `arn:aws:iam::${ACCOUNT}:role/named`] }) });
    await assume(named);
    await assume(able);
    expect(await refusalOf(assume(neither))).toMatchObject({ code: 'AccessDenied' });
  });
});

describe('across accounts', () => {
  const busArn = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`;
  const Entries = [
    {
      Source: 'x',
      DetailType: 'y',
      Detail: '{}',
      EventBusName: `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`,
    },
  ];

  test('a bus takes events of those that its policy names, and of nobody else', async () => {
    // Source: API reference, PutEventsResultEntry: of another account's bus it is the entry that is refused.
    const { Entries: failed } = await aws.call<{ Entries: object[] }>(
      'eventbridge',
      'PutEvents',
      { Entries },
      rootOf(OTHER),
    );
    expect(failed[0]).toEqual({
      ErrorCode: 'AccessDeniedException',
      ErrorMessage: `User: arn:aws:iam::${OTHER}:root is not authorized to perform: events:PutEvents on resource: arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default because no resource-based policy allows the events:PutEvents action`,
    });
    await aws.call('eventbridge', 'PutPermission', {
      StatementId: 'fleet',
      Principal: OTHER,
      Action: 'events:PutEvents',
    });
    await aws.call('eventbridge', 'PutEvents', { Entries }, rootOf(OTHER));
    const teller = await aws.role('teller', [], { account: OTHER });
    expect(await refusalOf(aws.call('eventbridge', 'PutEvents', { Entries }, teller))).toMatchObject({
      message: expect.stringContaining('because no identity-based policy allows') as string,
    });
  });

  test('a forwarded event is taken by a bus that lets its account in, and is otherwise left undelivered', async () => {
    const other = rootOf(OTHER);
    const from = { account: OTHER, region: REGION };
    const trust = trusting({ Service: 'events.amazonaws.com' });
    const forward = [{ Action: 'events:PutEvents', Resource: busArn }];
    const { roleArn: RoleArn } = await aws.role('forwarder', forward, { account: OTHER, trust });
    await aws.call('eventbridge', 'PutRule', { Name: 'out', EventPattern: JSON.stringify({ source: ['x'] }) }, other);
    await aws.call('eventbridge', 'PutTargets', { Rule: 'out', Targets: [{ Id: 'a', Arn: busArn, RoleArn }] }, other);
    const forwarded = async () => {
      await aws.call('eventbridge', 'PutEvents', { Entries: [{ Source: 'x', DetailType: 'y', Detail: '{}' }] }, other);
      await aws.clock.runFor(1_000);
      return aws.world.state(eventbridgeHome, from).deadLetters.map(({ errorCode }) => errorCode);
    };
    expect(await forwarded()).toEqual(['AccessDeniedException']);
    const permission = { StatementId: 'fleet', Principal: OTHER, Action: 'events:PutEvents' };
    await aws.call('eventbridge', 'PutPermission', permission);
    expect(await forwarded()).toEqual(['AccessDeniedException']);
    expect(aws.authorized.at(-1)).toMatchObject({
      action: 'events:PutEvents',
      resource: busArn,
      allowedBy: [{ kind: 'identity' }, { kind: 'resource', sid: 'fleet' }],
    });
  });

  test('within an account a resource lets in a role that it names, but a mention of the account is not enough', async () => {
    const named = await aws.role('named', []);
    const other = await aws.role('other', []);
    const { TopicArn } = await aws.call<{ TopicArn: string }>('sns', 'CreateTopic', { Name: 'news' });
    const AttributeValue = documentOf([
      { Principal: { AWS: [ACCOUNT, named.roleArn] }, Action: 'SNS:Publish', Resource: TopicArn },
      { Effect: 'Deny', Principal: '*', Action: 'sns:Subscribe', Resource: TopicArn },
    ]);
    await aws.call('sns', 'SetTopicAttributes', { TopicArn, AttributeName: 'Policy', AttributeValue });
    await aws.call('sns', 'Publish', { TopicArn, Message: 'm' }, named);
    expect(await refusalOf(aws.call('sns', 'Publish', { TopicArn, Message: 'm' }, other))).toMatchObject({
      code: 'AuthorizationError',
      status: 403,
      message: expect.stringContaining('SNS:Publish') as string,
    });
    const subscribe = { TopicArn, Protocol: 'email', Endpoint: 'a@b.example' };
    expect(await refusalOf(aws.call('sns', 'Subscribe', subscribe))).toMatchObject({
      message: expect.stringContaining('with an explicit deny in a resource-based policy') as string,
    });
  });
});

describe('handing over a role', () => {
  const definition = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Succeed' } } });
  const roleArn = `arn:aws:iam::${ACCOUNT}:role/workflow`;
  const create = (name: string, principal = rootOf(ACCOUNT)) =>
    aws.call('sfn', 'CreateStateMachine', { name, roleArn, definition }, principal);

  test('takes iam:PassRole to that service', async () => {
    await aws.role('workflow', [], { trust: trusting({ Service: 'states.amazonaws.com' }) });
    const makes = { Action: 'states:CreateStateMachine', Resource: '*' };
    const passes = (service: string) => ({
      Action: 'iam:PassRole',
      Resource: roleArn,
      Condition: { StringEquals: { 'iam:PassedToService': service } },
    });
    expect(await refusalOf(create('a', await aws.role('maker', [makes])))).toMatchObject({
      code: 'AccessDeniedException',
      message: expect.stringContaining(`is not authorized to perform: iam:PassRole on resource: ${roleArn}`) as string,
    });
    const wrong = await aws.role('wrong', [makes, passes('lambda.amazonaws.com')]);
    expect(await refusalOf(create('a', wrong))).toMatchObject({
      message: expect.stringContaining('iam:PassRole') as string,
    });
    await create('a', await aws.role('right', [makes, passes('states.amazonaws.com')]));
  });

  test('takes a role that trusts the service', async () => {
    await aws.role('workflow', [], { trust: trusting({ Service: 'lambda.amazonaws.com' }) });
    expect(await refusalOf(create('a'))).toMatchObject({
      message: expect.stringContaining('is authorized to assume the provided role') as string,
    });
  });

  test('a machine that waits for another needs a role that can make the rule', async () => {
    const waits = JSON.stringify({
      StartAt: 'A',
      States: {
        A: {
          Type: 'Task',
          Resource: 'arn:aws:states:::states:startExecution.sync:2',
          Parameters: { StateMachineArn: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:b` },
          End: true,
        },
      },
    });
    await aws.role('workflow', [], { trust: trusting({ Service: 'states.amazonaws.com' }) });
    const make = () => aws.call('sfn', 'CreateStateMachine', { name: 'a', roleArn, definition: waits });
    expect(await refusalOf(make())).toMatchObject({
      message: `'${roleArn}' is not authorized to create managed-rule.`,
    });
    await aws.call('iam', 'PutRolePolicy', {
      RoleName: 'workflow',
      PolicyName: 'waits',
      PolicyDocument: documentOf([
        {
          Action: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
          Resource: `arn:aws:events:${REGION}:${ACCOUNT}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`,
        },
      ]),
    });
    await make();
  });
});

describe('a function’s log', () => {
  const logGroupName = '/aws/lambda/told';
  const make = async (statements: readonly Written[]) => {
    const { roleArn: Role } = await aws.role('told', statements);
    await aws.call('lambda', 'CreateFunction', {
      FunctionName: 'told',
      Role,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipSync({ 'index.mjs': strToU8('export const handler = async () => {};') }) },
    });
    await aws.clock.runFor(60_000);
    const { StatusCode } = await aws.clock.runUntil(
      aws.call<{ StatusCode: number }>('lambda', 'Invoke', { FunctionName: 'told' }),
    );
    expect(StatusCode).toBe(200);
    const { logGroups } = await aws.call<{ logGroups: object[] }>('cloudwatch-logs', 'DescribeLogGroups', {});
    return logGroups.length;
  };

  test('is written as its role, and not written where that may not', async () => {
    const Resource = `arn:aws:logs:*:${ACCOUNT}:log-group:${logGroupName}:*`;
    expect(await make([{ Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource }])).toBe(0);
    aws = new GuardedWorld();
    expect(await make([{ Action: 'logs:*', Resource }])).toBe(1);
  });
});
