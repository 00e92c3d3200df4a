import type { Caller } from '../handlers/runtime/caller.ts';
import type { CommandTables, ServiceCommands } from '../handlers/runtime/commands/commands.ts';
import { sdkCaller } from '../handlers/runtime/sdk-caller.ts';

const commandOf = (method: string): string => `${method.charAt(0).toUpperCase()}${method.slice(1)}Command`;

/** Every command of a service, by the name of its method. */
function whole<Named extends string>(
  sdk: Readonly<Record<Named, ServiceCommands['client']>>,
  name: Named,
): ServiceCommands {
  const commands = new Proxy(
    {},
    { get: (_, method) => (sdk as object as ServiceCommands['commands'])[commandOf(String(method))] },
  );
  return { client: sdk[name], commands };
}

const services: CommandTables = {
  acm: async () => whole(await import('@aws-sdk/client-acm'), 'ACMClient'),
  'api-gateway': async () => whole(await import('@aws-sdk/client-api-gateway'), 'APIGatewayClient'),
  cloudtrail: async () => whole(await import('@aws-sdk/client-cloudtrail'), 'CloudTrailClient'),
  cloudwatch: async () => whole(await import('@aws-sdk/client-cloudwatch'), 'CloudWatchClient'),
  'cloudwatch-logs': async () => whole(await import('@aws-sdk/client-cloudwatch-logs'), 'CloudWatchLogsClient'),
  dynamodb: async () => whole(await import('@aws-sdk/client-dynamodb'), 'DynamoDBClient'),
  ec2: async () => whole(await import('@aws-sdk/client-ec2'), 'EC2Client'),
  eventbridge: async () => whole(await import('@aws-sdk/client-eventbridge'), 'EventBridgeClient'),
  iam: async () => whole(await import('@aws-sdk/client-iam'), 'IAMClient'),
  lambda: async () => whole(await import('@aws-sdk/client-lambda'), 'LambdaClient'),
  'route-53': async () => whole(await import('@aws-sdk/client-route-53'), 'Route53Client'),
  'service-quotas': async () => whole(await import('@aws-sdk/client-service-quotas'), 'ServiceQuotasClient'),
  sfn: async () => whole(await import('@aws-sdk/client-sfn'), 'SFNClient'),
  sns: async () => whole(await import('@aws-sdk/client-sns'), 'SNSClient'),
  ssm: async () => whole(await import('@aws-sdk/client-ssm'), 'SSMClient'),
  sts: async () => whole(await import('@aws-sdk/client-sts'), 'STSClient'),
};

/** Calls AWS as an operator's machine does: any method of any service, since nothing here is bundled. */
export const operatorCaller = (environment: Readonly<Record<string, string | undefined>>): Caller =>
  sdkCaller(environment, services);
