import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ScaledClock } from '../../simulator/clocks/scaled-clock.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import { listen, type SimulatorServer } from '../../simulator/wire/server.ts';
import { describeWith } from '../support/referee.ts';

describeWith(['aws'], 'the wire, by the stock AWS CLI', () => {
  const clock = new ScaledClock();
  let server: SimulatorServer;
  beforeAll(async () => {
    server = await listen(createSimulator({ clock }), { port: 0 });
  });
  afterAll(async () => {
    clock.stop();
    await server.close();
  });

  const aws = async (command: string, ...values: string[]): Promise<unknown> => {
    const { stdout } = await promisify(execFile)('aws', [...command.split(' '), ...values, '--output', 'json'], {
      env: {
        PATH: process.env['PATH'],
        AWS_ENDPOINT_URL: server.url,
        AWS_REGION: 'eu-central-1',
        AWS_DEFAULT_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: 'any',
        AWS_SECRET_ACCESS_KEY: 'any',
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        AWS_MAX_ATTEMPTS: '1',
      },
    });
    return stdout === '' ? undefined : JSON.parse(stdout);
  };

  // biome-ignore format: a table is read down its columns
  test.concurrent.for([
    { command: 'ec2 create-vpc --cidr-block 10.7.0.0/16 --tag-specifications ResourceType=vpc,Tags=[{Key=a,Value=b}]', answers: { Vpc: { CidrBlock: '10.7.0.0/16', Tags: [{ Key: 'a', Value: 'b' }] } } },
    { command: 'ec2 describe-availability-zones',      answers: { AvailabilityZones: expect.arrayContaining([expect.objectContaining({ RegionName: 'eu-central-1' })]) } },
    { command: 'route53 create-hosted-zone --name example.com --caller-reference r1', answers: { HostedZone: { Name: 'example.com.' }, ChangeInfo: { Status: 'PENDING' } } },
    { command: 'apigateway create-rest-api --name n',  answers: { name: 'n', id: expect.any(String) } },
    { command: 'dynamodb create-table --table-name things --attribute-definitions AttributeName=k,AttributeType=S --key-schema AttributeName=k,KeyType=HASH --billing-mode PAY_PER_REQUEST', answers: { TableDescription: { TableName: 'things' } } },
    { command: 'stepfunctions list-state-machines',    answers: { stateMachines: [] } },
    { command: 'events list-event-buses',              answers: { EventBuses: [expect.objectContaining({ Name: 'default' })] } },
    { command: 'lambda list-functions',                answers: { Functions: [] } },
    { command: 'acm list-certificates',                answers: { CertificateSummaryList: [] } },
    { command: 'sts get-caller-identity',              answers: { Account: '111122223333', Arn: 'arn:aws:iam::111122223333:root' } },
    { command: 'iam list-roles',                       answers: { Roles: [] } },
    { command: 'ssm put-parameter --name /a --type String --value v', answers: { Version: 1 } },
    { command: 'logs describe-log-groups',             answers: { logGroups: [] } },
    { command: 'cloudwatch list-metrics',              answers: { Metrics: [] } },
  ])('$command', async ({ command, answers }) => {
    expect(await aws(command)).toMatchObject(answers);
  });

  test('a message goes through a queue', async () => {
    // Version 1 of the CLI names SQS's host itself, whatever the environment says, unless it is told on its command line.
    const sqs = (command: string, ...values: string[]) =>
      aws(`sqs ${command}`, ...values, '--endpoint-url', server.url);
    const { QueueUrl } = (await sqs('create-queue --queue-name letters')) as { QueueUrl: string };
    const url = ['--queue-url', QueueUrl];
    const attribute = 'Colour={DataType=String,StringValue=red}';
    const sent = await sqs('send-message --message-body hello --message-attributes', attribute, ...url);
    expect(sent).toMatchObject({ MD5OfMessageBody: '5d41402abc4b2a76b9719d911017c592' });
    const { Messages } = (await sqs('receive-message --message-attribute-names All --wait-time-seconds 1', ...url)) as {
      Messages: { ReceiptHandle: string }[];
    };
    expect(Messages).toMatchObject([{ Body: 'hello', MessageAttributes: { Colour: { StringValue: 'red' } } }]);
    await sqs('delete-message --receipt-handle', Messages[0]?.ReceiptHandle ?? '', ...url);
    const left = await sqs('get-queue-attributes --attribute-names All', ...url);
    expect(left).toMatchObject({ Attributes: { ApproximateNumberOfMessagesNotVisible: '0' } });
    await sqs('delete-queue', ...url);
    await expect(sqs('get-queue-attributes', ...url)).rejects.toThrow(/\(AWS\.SimpleQueueService\.NonExistentQueue\)/);
  });

  test('an error ends as the CLI says errors', async () => {
    await expect(aws('ec2 describe-vpcs --vpc-ids vpc-0123456789abcdef0')).rejects.toThrow(
      /An error occurred \(InvalidVpcID\.NotFound\) when calling the DescribeVpcs operation/,
    );
  });
});
