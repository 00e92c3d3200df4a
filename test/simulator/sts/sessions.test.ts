import { APIGatewayClient, GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { ListHostedZonesCommand, Route53Client } from '@aws-sdk/client-route-53';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Principal, rootOf } from '../../../simulator/principal.ts';
import { sessionBehind } from '../../../simulator/services/sts/session.ts';
import { listen, type SimulatorServer } from '../../../simulator/wire/server.ts';
import { known } from '../../support/known.ts';
import { ACCOUNT, GuardedWorld, OTHER, REGION, refusalOf, trusting } from '../authorization/guarded-world.ts';

const OBSERVER = `arn:aws:iam::${OTHER}:role/observer`;

interface Assumed {
  readonly Credentials: { readonly AccessKeyId: string; readonly Expiration: Date };
}

let aws: GuardedWorld;
let looker: Principal;

/** `observer` of the other account trusts a role of this one, for one fleet. */
async function prepare(): Promise<void> {
  aws = new GuardedWorld();
  looker = await aws.role('looker', [{ Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::*:role/observer' }]);
  await aws.role('observer', [{ Action: ['ec2:DescribeVpcs', 'dynamodb:ListTables'], Resource: '*' }], {
    account: OTHER,
    trust: trusting(
      { AWS: ACCOUNT },
      {
        StringEquals: { 'sts:ExternalId': ['landbridge:payments'] },
        ArnEquals: { 'aws:PrincipalArn': [`arn:aws:iam::${ACCOUNT}:role/looker`] },
      },
    ),
  });
}

const assume = (caller: Principal, more: object = {}) =>
  aws.call<Assumed>(
    'sts',
    'AssumeRole',
    { RoleArn: OBSERVER, RoleSessionName: 'look', ExternalId: 'landbridge:payments', ...more },
    caller,
  );

describe('in process', () => {
  beforeEach(prepare);

  test('a session acts in the role’s account, with the role’s leave, in the accounts’ own states', async () => {
    await aws.call('ec2', 'CreateVpc', { CidrBlock: '10.0.0.0/16' }, rootOf(OTHER));
    const session = sessionBehind(aws.world, (await assume(looker)).Credentials.AccessKeyId);
    expect(session).toMatchObject({ account: OTHER, roleArn: OBSERVER, kind: 'AssumedRole' });
    expect(await aws.call<{ Vpcs: object[] }>('ec2', 'DescribeVpcs', {}, session)).toMatchObject({
      Vpcs: [{ OwnerId: OTHER }],
    });
    const refused = await refusalOf(aws.call('ec2', 'DescribeSubnets', {}, session));
    expect(refused.message).toContain(`assumed-role/observer/look is not authorized to perform: ec2:DescribeSubnets`);
  });

  test('a session in another account than its role’s may nothing: its role’s policies do not reach there', async () => {
    const session = sessionBehind(aws.world, (await assume(looker)).Credentials.AccessKeyId);
    const request = { service: 'ec2' as const, operation: 'DescribeVpcs', input: {}, principal: session };
    const elsewhere = aws.world.invoke({ ...request, place: { account: ACCOUNT, region: REGION } });
    expect((await refusalOf(elsewhere)).code).toBe('UnauthorizedOperation');
  });

  // biome-ignore format: a table is read down its columns
  test.for<{ why: string; more: object; caller: () => Promise<Principal>; code: string }>([
    { why: 'no external id',              more: { ExternalId: undefined },            caller: () => Promise.resolve(looker), code: 'AccessDenied' },
    { why: 'another fleet’s external id', more: { ExternalId: 'landbridge:orders' },  caller: () => Promise.resolve(looker), code: 'AccessDenied' },
    { why: 'another role of the account', more: {}, caller: () => aws.role('curious', [{ Action: '*', Resource: '*' }]),     code: 'AccessDenied' },
    { why: 'a third account',             more: {}, caller: () => aws.role('looker', [{ Action: '*', Resource: '*' }], { account: '333344445555' }), code: 'AccessDenied' },
    { why: 'a role that is not there',    more: { RoleArn: `arn:aws:iam::${OTHER}:role/nobody` }, caller: () => aws.role('curious', [{ Action: '*', Resource: '*' }]), code: 'AccessDenied' },
    { why: 'a session policy, which is not simulated', more: { Policy: '{}' },        caller: () => Promise.resolve(looker), code: 'ValidationError' },
  ])('is refused with $why', async ({ more, caller, code }) => {
    expect((await refusalOf(assume(await caller(), more))).code).toBe(code);
  });

  test('an external id has two characters at least, and not every one', async () => {
    aws.world.authorization = 'ignored';
    for (const ExternalId of ['x', 'pay ments', 'a*'])
      expect((await refusalOf(assume(looker, { ExternalId }))).code).toBe('ValidationError');
  });

  test('a session ends when it said it would, to the second, and what it was is kept', async () => {
    const { Credentials } = await assume(looker, { DurationSeconds: 900 });
    const session = sessionBehind(aws.world, Credentials.AccessKeyId);
    expect(session.expiresAtMs).toBe(Credentials.Expiration.getTime());
    await aws.clock.runFor(899_999);
    await aws.call('ec2', 'DescribeVpcs', {}, session);
    await aws.clock.runFor(1);
    expect(await refusalOf(aws.call('ec2', 'DescribeVpcs', {}, session))).toMatchObject({
      code: 'RequestExpired',
      status: 400,
    });
    expect(await refusalOf(aws.call('dynamodb', 'ListTables', {}, session))).toMatchObject({
      code: 'ExpiredTokenException',
      status: 400,
      message: 'The security token included in the request is expired',
    });
    expect(await refusalOf(aws.call('sts', 'GetCallerIdentity', {}, session))).toMatchObject({
      code: 'ExpiredToken',
      status: 403,
    });
    await assume(looker);
  });

  test('a key that nobody was given stands for nobody', () => {
    expect(() => sessionBehind(aws.world, 'ASIANOBODY')).toThrow('security token included in the request is invalid');
  });
});

describe('over the wire', () => {
  let server: SimulatorServer;
  beforeAll(async () => {
    await prepare();
    aws.world.sessions.set('ASIALOOKER', looker);
    server = await listen(aws.world, { port: 0 });
  });
  afterAll(() => server.close());

  const reach = (accessKeyId: string, sessionToken = 'any') => ({
    endpoint: server.url,
    region: REGION,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey: 'any', sessionToken },
  });

  test('a session acts in the role’s account until it ends', async () => {
    const { Credentials } = await new STSClient(reach('ASIALOOKER')).send(
      new AssumeRoleCommand({ RoleArn: OBSERVER, RoleSessionName: 'look', ExternalId: 'landbridge:payments' }),
    );
    const asSession = reach(known(Credentials?.AccessKeyId), known(Credentials?.SessionToken));
    expect(await new STSClient(asSession).send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: OTHER });
    await new EC2Client(asSession).send(new DescribeVpcsCommand({}));
    await aws.clock.runFor(3_600_000);
    const thrown = async (answer: Promise<unknown>) => {
      const error = (await answer.then(
        () => undefined,
        (fault: unknown) => fault,
      )) as { name: string; $metadata: { httpStatusCode: number } };
      return `${error.name} ${error.$metadata.httpStatusCode}`;
    };
    expect({
      ec2: await thrown(new EC2Client(asSession).send(new DescribeVpcsCommand({}))),
      dynamodb: await thrown(new DynamoDBClient(asSession).send(new ListTablesCommand({}))),
      gateway: await thrown(new APIGatewayClient(asSession).send(new GetRestApisCommand({}))),
      route53: await thrown(new Route53Client(asSession).send(new ListHostedZonesCommand({}))),
      sqs: await thrown(new SQSClient(asSession).send(new ListQueuesCommand({}))),
      sts: await thrown(new STSClient(asSession).send(new GetCallerIdentityCommand({}))),
    }).toEqual({
      ec2: 'RequestExpired 400',
      dynamodb: 'ExpiredTokenException 400',
      gateway: 'ExpiredTokenException 403',
      route53: 'ExpiredToken 403',
      sqs: 'ExpiredTokenException 400',
      sts: 'ExpiredToken 403',
    });
  });
});
