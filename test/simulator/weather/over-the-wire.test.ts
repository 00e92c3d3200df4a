import { ACMClient, ListCertificatesCommand } from '@aws-sdk/client-acm';
import { APIGatewayClient, GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, ListTablesCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListHostedZonesCommand, Route53Client } from '@aws-sdk/client-route-53';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DescribeParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { faultOf } from '../../../handlers/runtime/fault-table.ts';
import { listen, type SimulatorServer } from '../../../simulator/wire/server.ts';
import { weatherWorld } from './weather-world.ts';

const it = weatherWorld();
let server: SimulatorServer;
beforeAll(async () => {
  server = await listen(it.world, { port: 0 });
});
afterAll(() => server.close());
beforeEach(() => it.storm.clear());

const config = () => ({
  endpoint: server.url,
  region: 'eu-west-1',
  credentials: { accessKeyId: it.world.account, secretAccessKey: 'any' },
  maxAttempts: 1,
});

interface Said {
  readonly name: string;
  readonly $metadata: { readonly httpStatusCode: number };
}
const said = async (asked: Promise<unknown>): Promise<Said> => {
  const error = await asked.then(
    () => undefined,
    (thrown: unknown) => thrown as Said,
  );
  if (error === undefined) throw new Error('it was answered');
  return error;
};

// biome-ignore format: a table is read down its columns
const asks: readonly { readonly service: string; readonly ask: () => Promise<unknown>; readonly throttled: string; readonly status: number }[] = [
  { service: 'acm',         ask: () => new ACMClient(config()).send(new ListCertificatesCommand({})),       throttled: 'ThrottlingException',      status: 400 },
  { service: 'api-gateway', ask: () => new APIGatewayClient(config()).send(new GetRestApisCommand({})),     throttled: 'TooManyRequestsException', status: 429 },
  { service: 'cloudwatch',  ask: () => new CloudWatchClient(config()).send(new DescribeAlarmsCommand({})),  throttled: 'Throttling',               status: 400 },
  { service: 'dynamodb',    ask: () => new DynamoDBClient(config()).send(new ListTablesCommand({})),        throttled: 'ThrottlingException',      status: 400 },
  { service: 'ec2',         ask: () => new EC2Client(config()).send(new DescribeVpcsCommand({})),           throttled: 'RequestLimitExceeded',     status: 503 },
  { service: 'eventbridge', ask: () => new EventBridgeClient(config()).send(new ListRulesCommand({})),      throttled: 'ThrottlingException',      status: 400 },
  { service: 'iam',         ask: () => new IAMClient(config()).send(new ListRolesCommand({})),              throttled: 'Throttling',               status: 400 },
  { service: 'lambda',      ask: () => new LambdaClient(config()).send(new ListFunctionsCommand({})),       throttled: 'TooManyRequestsException', status: 429 },
  { service: 'route-53',    ask: () => new Route53Client(config()).send(new ListHostedZonesCommand({})),    throttled: 'Throttling',               status: 400 },
  { service: 'sfn',         ask: () => new SFNClient(config()).send(new ListStateMachinesCommand({})),      throttled: 'ThrottlingException',      status: 400 },
  { service: 'sns',         ask: () => new SNSClient(config()).send(new ListTopicsCommand({})),             throttled: 'ThrottledException',       status: 429 },
  { service: 'sqs',         ask: () => new SQSClient(config()).send(new CreateQueueCommand({ QueueName: 'q' })), throttled: 'RequestThrottled',    status: 400 },
  { service: 'ssm',         ask: () => new SSMClient(config()).send(new DescribeParametersCommand({})),     throttled: 'ThrottlingException',      status: 400 },
  { service: 'sts',         ask: () => new STSClient(config()).send(new GetCallerIdentityCommand({})),      throttled: 'Throttling',               status: 400 },
];

describe.for(asks)('$service, over the wire', ({ ask, throttled, status, service }) => {
  test('says that it is throttled as AWS does', async () => {
    it.storm.throttle({ share: 1 });
    const error = await said(ask());
    expect([error.name, error.$metadata.httpStatusCode]).toEqual([throttled, status]);
    expect(faultOf(error, service).fault).toBe('Throttled');
  });

  test('fails with 5xx, and that is no refusal to anybody', async () => {
    it.storm.fail({ share: 1 });
    for (let index = 0; index < 6; index += 1) {
      const error = await said(ask());
      expect(error.$metadata.httpStatusCode).toBeGreaterThanOrEqual(500);
      expect(faultOf(error, service).fault).toBe('Unavailable');
    }
  });
});

test('an empty bucket is told over the wire as in the process', async () => {
  const end = it.storm.enforceLimits({ share: 0.02 });
  const ask = () => new LambdaClient(config()).send(new ListFunctionsCommand({}));
  await ask();
  expect(await said(ask())).toMatchObject({ name: 'TooManyRequestsException', Reason: 'CallerRateLimitExceeded' });
  end();
  await ask();
});

test('a transaction that met another is told from one whose condition failed, over the wire and in the process', async () => {
  it.storm.conflicts({ share: 1 });
  const Delete = { TableName: 'fleets', Key: { pk: { S: 'a' } } };
  const input = { TransactItems: [{ Delete }, { Delete: { ...Delete, Key: { pk: { S: 'b' } } } }] };
  const error = await said(new DynamoDBClient(config()).send(new TransactWriteItemsCommand(input)));
  expect(error.name).toBe('TransactionCanceledException');
  expect(faultOf(error, 'dynamodb').fault).toBe('Throttled');
  const thrown = await it.ask('dynamodb', 'TransactWriteItems', input).catch((one: unknown) => one);
  expect(faultOf(thrown, 'dynamodb').fault).toBe('Throttled');
});

test('in the process, too, a 5xx is no refusal', async () => {
  it.storm.fail({ share: 1 });
  for (const { service } of asks)
    for (let index = 0; index < 6; index += 1) {
      const error = await it.ask(service as 'ec2', 'Any').catch((thrown: unknown) => thrown);
      expect(faultOf(error, service).fault, service).toBe('Unavailable');
    }
});
