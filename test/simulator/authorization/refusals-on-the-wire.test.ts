import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { APIGatewayClient, GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListHostedZonesCommand, Route53Client } from '@aws-sdk/client-route-53';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listen, type SimulatorServer } from '../../../simulator/wire/server.ts';
import { describeWith } from '../../support/referee.ts';
import { ACCOUNT, GuardedWorld, REGION } from './guarded-world.ts';

const aws = new GuardedWorld();
let server: SimulatorServer;
beforeAll(async () => {
  const nobody = await aws.role('nobody', []);
  aws.world.sessions.set('ASIANOBODY', nobody);
  server = await listen(aws.world, { port: 0 });
});
afterAll(() => server.close());

const reach = () => ({
  endpoint: server.url,
  region: REGION,
  maxAttempts: 1,
  credentials: { accessKeyId: 'ASIANOBODY', secretAccessKey: 'any', sessionToken: 'any' },
});

const nobody = `User: arn:aws:sts::${ACCOUNT}:assumed-role/nobody/session is not authorized to perform:`;
const table = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/things`;
const member = `arn:aws:iam::${ACCOUNT}:role/member`;

// biome-ignore format: a table is read down its columns
test.for<{ service: string; ask: () => Promise<unknown>; name: string; status: number; says: string }>([
  { service: 'EC2',         name: 'UnauthorizedOperation', status: 403, ask: () => new EC2Client(reach()).send(new DescribeVpcsCommand({})),            says: `You are not authorized to perform this operation. ${nobody} ec2:DescribeVpcs because no identity-based policy allows the ec2:DescribeVpcs action` },
  { service: 'DynamoDB',    name: 'AccessDeniedException', status: 400, ask: () => new DynamoDBClient(reach()).send(new GetItemCommand({ TableName: 'things', Key: { a: { S: 'a' } } })), says: `${nobody} dynamodb:GetItem on resource: ${table} because no identity-based policy allows the dynamodb:GetItem action` },
  { service: 'Route 53',    name: 'AccessDenied',          status: 403, ask: () => new Route53Client(reach()).send(new ListHostedZonesCommand({})),     says: `${nobody} route53:ListHostedZones because no identity-based policy allows the route53:ListHostedZones action` },
  { service: 'IAM',         name: 'AccessDenied',          status: 403, ask: () => new IAMClient(reach()).send(new ListRolesCommand({})),               says: `${nobody} iam:ListRoles because no identity-based policy allows the iam:ListRoles action` },
  { service: 'STS',         name: 'AccessDenied',          status: 403, ask: () => new STSClient(reach()).send(new AssumeRoleCommand({ RoleArn: member, RoleSessionName: 'me' })), says: `${nobody} sts:AssumeRole on resource: ${member} because no identity-based policy allows the sts:AssumeRole action` },
  { service: 'SNS',         name: 'AuthorizationErrorException', status: 403, ask: () => new SNSClient(reach()).send(new ListTopicsCommand({})),       says: `${nobody} SNS:ListTopics because no identity-based policy allows the SNS:ListTopics action` },
  { service: 'Lambda',      name: 'AccessDeniedException', status: 403, ask: () => new LambdaClient(reach()).send(new ListFunctionsCommand({})),        says: `${nobody} lambda:ListFunctions because no identity-based policy allows the lambda:ListFunctions action` },
  { service: 'API Gateway', name: 'AccessDeniedException', status: 403, ask: () => new APIGatewayClient(reach()).send(new GetRestApisCommand({})),      says: `${nobody} apigateway:GET on resource: arn:aws:apigateway:${REGION}::/restapis because no identity-based policy allows the apigateway:GET action` },
])('$service refuses with $name', async ({ ask, name, status, says }) => {
  await expect(ask()).rejects.toMatchObject({ name, message: says, $metadata: { httpStatusCode: status } });
});

describeWith(['aws'], 'the stock AWS CLI', () => {
  test('tells an operator what is missing', async () => {
    const asked = promisify(execFile)('aws', ['ec2', 'describe-vpcs', '--region', REGION], {
      env: {
        PATH: process.env['PATH'],
        AWS_ENDPOINT_URL: server.url,
        AWS_ACCESS_KEY_ID: 'ASIANOBODY',
        AWS_SECRET_ACCESS_KEY: 'any',
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        AWS_MAX_ATTEMPTS: '1',
      },
    });
    await expect(asked).rejects.toMatchObject({
      stderr: expect.stringContaining(
        `An error occurred (UnauthorizedOperation) when calling the DescribeVpcs operation: You are not authorized to perform this operation. ${nobody} ec2:DescribeVpcs`,
      ) as string,
    });
  });
});
