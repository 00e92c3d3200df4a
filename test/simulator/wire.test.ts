import { gzipSync } from 'node:zlib';
import { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeVpcsCommand,
  EC2Client,
  paginateDescribeSubnets,
} from '@aws-sdk/client-ec2';
import {
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  ResourceNotFoundException,
  TooManyRequestsException,
} from '@aws-sdk/client-lambda';
import {
  ChangeResourceRecordSetsCommand,
  GetHostedZoneCommand,
  InvalidChangeBatch,
  NoSuchHostedZone,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { SFNClient, StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AwsError } from '../../simulator/aws-error.ts';
import { VirtualClock } from '../../simulator/clocks/virtual-clock.ts';
import { roleSession } from '../../simulator/principal.ts';
import type { Call, Service, ServiceName } from '../../simulator/service.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import { awsTimings } from '../../simulator/timings.ts';
import { listen, type SimulatorServer } from '../../simulator/wire/server.ts';
import { World } from '../../simulator/world.ts';

const ACCOUNT = '111122223333';

type ToyOperation = (input: Record<string, unknown>, call: Call<unknown>) => object;

/** A service that answers what a test wants: the wire is the subject here. */
const toy = (name: ServiceName, operations: Record<string, ToyOperation>): Service => ({
  name,
  eventSource: `${name}.amazonaws.com`,
  scope: 'regional',
  newState: () => ({}),
  operations,
});

const refuse =
  (code: string, fields: Record<string, unknown> = {}): ToyOperation =>
  () => {
    throw new AwsError(code, 'No, because', { fields });
  };

const faults: unknown[] = [];
const toyWorld = new World({
  clock: new VirtualClock(),
  seed: 'wire',
  timings: awsTimings,
  account: ACCOUNT,
  services: [
    toy('dynamodb', { PutItem: refuse('ConditionalCheckFailedException', { Item: { id: { S: 'old' } } }) }),
    toy('ec2', {
      DescribeVpcs: refuse('InvalidVpcID.NotFound'),
      CreateVpc: () => {
        throw new TypeError('a bug');
      },
    }),
    toy('lambda', {
      Invoke: ({ Payload, FunctionName }, { place, principal }) => ({
        StatusCode: 200,
        FunctionError: 'Unhandled',
        LogResult: Buffer.from(
          `${String(FunctionName)} for ${principal.arn} in ${place.account}/${place.region}`,
        ).toString('base64'),
        Payload,
      }),
      GetFunction: refuse('ResourceNotFoundException', { Type: 'User' }),
      ListFunctions: refuse('TooManyRequestsException', { retryAfterSeconds: '7', Reason: 'CallerRateLimitExceeded' }),
    }),
    toy('route-53', {
      GetHostedZone: refuse('NoSuchHostedZone'),
      ChangeResourceRecordSets: refuse('InvalidChangeBatch', { messages: ['first <reason>', 'second'] }),
    }),
    toy('sfn', {
      StartSyncExecution: ({ stateMachineArn }) => ({
        executionArn: stateMachineArn,
        startDate: new Date(0),
        stopDate: new Date(1_500),
        status: 'SUCCEEDED',
      }),
    }),
    toy('cloudwatch', { PutMetricData: () => ({}), GetMetricData: refuse('InvalidNextToken') }),
  ],
});

let server: SimulatorServer;
beforeAll(async () => {
  server = await listen(toyWorld, { port: 0, bodyLimitBytes: 4_096, onFault: (fault) => faults.push(fault) });
});
afterAll(() => server.close());

const reach = (url: string, accessKeyId = 'AKIAEXAMPLE') => ({
  endpoint: url,
  region: 'eu-west-1',
  maxAttempts: 1,
  credentials: { accessKeyId, secretAccessKey: 'any will do' },
});

const dynamodb = () => new DynamoDBClient(reach(server.url));
const route53 = () => new Route53Client(reach(server.url));
const lambda = (accessKeyId?: string) => new LambdaClient(reach(server.url, accessKeyId));
const errorOf = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);

describe('the SDK', () => {
  test.for([
    {
      call: () => dynamodb().send(new PutItemCommand({ TableName: 't', Item: { id: { S: 'new' } } })),
      type: ConditionalCheckFailedException,
      status: 400,
      members: { Item: { id: { S: 'old' } } },
      why: 'awsJson, with a member beside the message',
    },
    {
      call: () => route53().send(new GetHostedZoneCommand({ Id: 'Z1' })),
      type: NoSuchHostedZone,
      status: 404,
      members: {},
      why: 'restXml, with a status that its shape declares',
    },
    {
      call: () =>
        route53().send(new ChangeResourceRecordSetsCommand({ HostedZoneId: 'Z1', ChangeBatch: { Changes: [] } })),
      type: InvalidChangeBatch,
      status: 400,
      members: { messages: ['first <reason>', 'second'] },
      why: 'restXml, with a list',
    },
    {
      call: () => lambda().send(new GetFunctionCommand({ FunctionName: 'f' })),
      type: ResourceNotFoundException,
      status: 404,
      members: { Type: 'User' },
      why: 'restJson',
    },
    {
      call: () => lambda().send(new ListFunctionsCommand({})),
      type: TooManyRequestsException,
      status: 429,
      members: { Reason: 'CallerRateLimitExceeded' },
      why: 'restJson, with a member that is a header',
    },
  ])('meets $type.name: $why', async ({ call, type, status, members }) => {
    const error = await errorOf(call());
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ message: 'No, because', $metadata: { httpStatusCode: status }, ...members });
  });

  test('meets the codes of EC2, which declares no errors', async () => {
    const error = await errorOf(new EC2Client(reach(server.url)).send(new DescribeVpcsCommand({})));
    expect(error).toMatchObject({
      name: 'InvalidVpcID.NotFound',
      message: 'No, because',
      $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
  });

  test('carries a payload and headers, from whoever signs, to the Region of the signature', async () => {
    const {
      $metadata: _,
      Payload,
      LogResult,
      ...rest
    } = await lambda('999988887777').send(
      new InvokeCommand({
        FunctionName: 'arn:aws:lambda:eu-west-1:999988887777:function:f',
        Payload: Buffer.from('{"é":1}'),
      }),
    );
    expect(rest).toEqual({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(Payload?.transformToString()).toBe('{"é":1}');
    expect(Buffer.from(LogResult ?? '', 'base64').toString()).toBe(
      'arn:aws:lambda:eu-west-1:999988887777:function:f for arn:aws:iam::999988887777:root in 999988887777/eu-west-1',
    );
  });

  test('acts as the session whose key it signs with', async () => {
    toyWorld.sessions.set('ASIASESSION', roleSession(`arn:aws:iam::${ACCOUNT}:role/applier`, 'tuesday'));
    const { LogResult } = await lambda('ASIASESSION').send(new InvokeCommand({ FunctionName: 'f' }));
    expect(Buffer.from(LogResult ?? '', 'base64').toString()).toContain('assumed-role/applier/tuesday');
  });

  test('reaches what has a host prefix, without it', async () => {
    const sfn = new SFNClient({ ...reach(server.url), disableHostPrefix: true });
    const { stopDate } = await sfn.send(new StartSyncExecutionCommand({ stateMachineArn: 'arn:x' }));
    expect(stopDate).toEqual(new Date(1_500));
  });

  test('learns of a bug in the simulator as InternalFailure, and so does its owner', async () => {
    const error = await errorOf(
      new EC2Client(reach(server.url)).send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' })),
    );
    expect(error).toMatchObject({ name: 'InternalFailure', $metadata: { httpStatusCode: 500 } });
    expect(faults.splice(0)).toEqual([new TypeError('a bug')]);
  });
});

describe('the SDK, against the whole simulator', () => {
  const world = createSimulator({ clock: new VirtualClock() });
  let whole: SimulatorServer;
  beforeAll(async () => {
    whole = await listen(world, { port: 0 });
  });
  afterAll(() => whole.close());

  test('pages, and sees one account and Region at a time', async () => {
    const ec2 = new EC2Client(reach(whole.url));
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
    for (let index = 0; index < 12; index += 1)
      await ec2.send(new CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock: `10.0.${index}.0/24` }));
    const pages: number[] = [];
    for await (const { Subnets } of paginateDescribeSubnets({ client: ec2, pageSize: 5 }, {}))
      pages.push(Subnets?.length ?? 0);
    expect(pages).toEqual([5, 5, 2]);
    const elsewhere = [
      new EC2Client(reach(whole.url, '999988887777')),
      new EC2Client({ ...reach(whole.url), region: 'us-east-1' }),
    ];
    for (const client of elsewhere) expect((await client.send(new DescribeVpcsCommand({}))).Vpcs).toEqual([]);
  });

  test('a call that takes simulated time lets go of the time that its caller holds', async () => {
    const clock = new VirtualClock();
    const slow = createSimulator({ clock });
    slow.weather = { before: () => clock.sleep(3_000) };
    const slowServer = await listen(slow, { port: 0 });
    const startedAtMs = clock.nowMs();
    const ec2 = new EC2Client(reach(slowServer.url));
    const handler = clock.hold(() => ec2.send(new DescribeVpcsCommand({})));
    expect((await clock.runUntil(handler)).Vpcs).toEqual([]);
    expect(clock.nowMs() - startedAtMs).toBe(3_000);
    await slowServer.close();
  });
});

const scope = (service: string): string => `AKID/20260101/eu-west-1/${service}/aws4_request`;
const signed = (service: string): Record<string, string> => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${scope(service)}, SignedHeaders=host, Signature=0`,
});
const json = (service: string, target: string): Record<string, string> => ({
  ...signed(service),
  'x-amz-target': target,
  'content-type': 'application/x-amz-json-1.0',
});
const form = (service: string): Record<string, string> => ({
  ...signed(service),
  'content-type': 'application/x-www-form-urlencoded',
});

describe('a request by hand', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { why: 'no signature',              status: 403, says: '<Code>MissingAuthenticationToken</Code>', headers: {}, body: 'Action=DescribeVpcs' },
    { why: 'no signature, in JSON',     status: 403, says: '"__type":"MissingAuthenticationToken"', headers: { 'x-amz-target': 'A.B' } },
    { why: 'half a credential',         status: 400, says: 'IncompleteSignature', headers: { authorization: 'AWS4-HMAC-SHA256 Credential=AKID/20260101, Signature=0' } },
    { why: 'another kind of signature', status: 400, says: 'IncompleteSignature', headers: { authorization: 'Bearer token' } },
    { why: 'a service it has not',      status: 400, says: 'signed for as \'s3\'', headers: signed('s3') },
    { why: 'no action',                 status: 400, says: '<Code>MissingAction</Code>', headers: form('ec2') },
    { why: 'no such action',            status: 400, says: '<Response><Errors><Error><Code>InvalidAction</Code>', headers: form('ec2'), body: 'Action=Describe&Version=2016-11-15' },
    { why: 'an action not simulated',   status: 400, says: 'ec2 RunInstances is not simulated', headers: form('ec2'), body: 'Action=RunInstances&MinCount=1&MaxCount=1' },
    { why: 'no such operation, JSON',   status: 400, says: '"__type":"UnknownOperationException"', headers: json('dynamodb', 'DynamoDB_20120810.Frob') },
    { why: 'no such path, REST',        status: 404, says: 'lambda has no operation GET /nowhere', headers: signed('lambda'), method: 'GET', path: '/nowhere' },
    { why: 'broken JSON',               status: 400, says: 'SerializationException', headers: json('dynamodb', 'DynamoDB_20120810.PutItem'), body: '{"TableName":' },
    { why: 'broken XML',                status: 400, says: '<Code>InvalidInput</Code>', headers: signed('route53'), path: '/2013-04-01/hostedzone/Z1/rrset/', body: '<a><b></a>' },
    { why: 'a number that is none',     status: 400, says: 'Invalid value \'many\' for MaxResults', headers: form('ec2'), body: 'Action=DescribeVpcs&MaxResults=many' },
    { why: 'a missing member, JSON',    status: 400, says: 'Value null at \'tableName\'', headers: json('dynamodb', 'DynamoDB_20120810.PutItem'), body: '{}' },
    { why: 'a missing member, EC2',     status: 400, says: 'must contain the parameter vpcId', headers: form('ec2'), body: 'Action=DeleteVpc' },
    { why: 'a member of another type',  status: 400, says: 'TableName is not a string', headers: json('dynamodb', 'DynamoDB_20120810.PutItem'), body: '{"TableName":1,"Item":{}}' },
    { why: 'too large a body',          status: 413, says: 'larger than 4096 bytes', headers: form('ec2'), body: 'x'.repeat(5_000) },
    { why: 'a presigned GET',           status: 400, says: 'InvalidVpcID.NotFound', headers: {}, method: 'GET', path: `/?Action=DescribeVpcs&X-Amz-Credential=${encodeURIComponent(scope('ec2'))}` },
    { why: 'CloudWatch as a query',     status: 200, says: '<PutMetricDataResponse', headers: form('monitoring'), body: 'Action=PutMetricData&Namespace=n' },
    { why: 'a compressed body',         status: 200, says: '<PutMetricDataResponse', headers: { ...form('monitoring'), 'content-encoding': 'gzip' }, body: gzipSync('Action=PutMetricData&Namespace=n') },
    { why: 'a body that is no gzip',    status: 400, says: 'content-encoding', headers: { ...form('monitoring'), 'content-encoding': 'gzip' }, body: 'plain' },
  ])('$why: $status, $says', async ({ status, says, headers, body = '', method = 'POST', path = '/' }) => {
    const response = await fetch(server.url + path, { method, headers: headers as Record<string, string>, ...(method === 'POST' ? { body } : {}) });
    expect([response.status, await response.text()]).toEqual([status, expect.stringContaining(says)]);
  });

  test('CloudWatch tells its old error code beside the new one', async () => {
    const response = await fetch(server.url, {
      method: 'POST',
      headers: json('monitoring', 'GraniteServiceVersion20100801.GetMetricData'),
      body: '{"MetricDataQueries":[],"StartTime":0,"EndTime":1}',
    });
    expect(response.headers.get('x-amzn-query-error')).toBe('InvalidNextToken;Sender');
  });

  test('health', async () => {
    const response = await fetch(`${server.url}/_simulator/health`);
    expect(await response.json()).toEqual({ status: 'running', nowMs: toyWorld.clock.nowMs(), scale: null });
  });

  test('a port in use is said to be', async () => {
    const port = Number(new URL(server.url).port);
    await expect(listen(toyWorld, { port })).rejects.toThrow(`Port ${port} of 127.0.0.1 is in use`);
  });
});
