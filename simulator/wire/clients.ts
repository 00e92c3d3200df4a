import type { ServiceName } from '../service.ts';

/** What the wire needs of one of the SDK's packages: its schemas, and how its client is configured to speak. */
export interface ClientPackage {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly config: { readonly protocol?: unknown; readonly protocolSettings?: unknown };
}

interface WireClient {
  readonly service: ServiceName;
  /** The service's name in a SigV4 credential scope. */
  readonly signingName: string;
  readonly load: () => Promise<ClientPackage>;
}

/** Never used to sign anything: a client is made for its configuration only. */
const options = { region: 'us-east-1', credentials: { accessKeyId: 'wire', secretAccessKey: 'wire' } };

/** Every service of the wire. Loaded when it is first called: EC2's schemas alone take a fifth of a second. */
const wireClients: readonly WireClient[] = [
  {
    service: 'acm',
    signingName: 'acm',
    load: async () => {
      const sdk = await import('@aws-sdk/client-acm');
      return { exports: sdk, config: new sdk.ACMClient(options).config };
    },
  },
  {
    service: 'api-gateway',
    signingName: 'apigateway',
    load: async () => {
      const sdk = await import('@aws-sdk/client-api-gateway');
      return { exports: sdk, config: new sdk.APIGatewayClient(options).config };
    },
  },
  {
    service: 'cloudtrail',
    signingName: 'cloudtrail',
    load: async () => {
      const sdk = await import('@aws-sdk/client-cloudtrail');
      return { exports: sdk, config: new sdk.CloudTrailClient(options).config };
    },
  },
  {
    service: 'cloudwatch',
    signingName: 'monitoring',
    load: async () => {
      const sdk = await import('@aws-sdk/client-cloudwatch');
      return { exports: sdk, config: new sdk.CloudWatchClient(options).config };
    },
  },
  {
    service: 'cloudwatch-logs',
    signingName: 'logs',
    load: async () => {
      const sdk = await import('@aws-sdk/client-cloudwatch-logs');
      return { exports: sdk, config: new sdk.CloudWatchLogsClient(options).config };
    },
  },
  {
    service: 'dynamodb',
    signingName: 'dynamodb',
    load: async () => {
      const sdk = await import('@aws-sdk/client-dynamodb');
      return { exports: sdk, config: new sdk.DynamoDBClient(options).config };
    },
  },
  {
    service: 'ec2',
    signingName: 'ec2',
    load: async () => {
      const sdk = await import('@aws-sdk/client-ec2');
      return { exports: sdk, config: new sdk.EC2Client(options).config };
    },
  },
  {
    service: 'eventbridge',
    signingName: 'events',
    load: async () => {
      const sdk = await import('@aws-sdk/client-eventbridge');
      return { exports: sdk, config: new sdk.EventBridgeClient(options).config };
    },
  },
  {
    service: 'iam',
    signingName: 'iam',
    load: async () => {
      const sdk = await import('@aws-sdk/client-iam');
      return { exports: sdk, config: new sdk.IAMClient(options).config };
    },
  },
  {
    service: 'lambda',
    signingName: 'lambda',
    load: async () => {
      const sdk = await import('@aws-sdk/client-lambda');
      return { exports: sdk, config: new sdk.LambdaClient(options).config };
    },
  },
  {
    service: 'route-53',
    signingName: 'route53',
    load: async () => {
      const sdk = await import('@aws-sdk/client-route-53');
      return { exports: sdk, config: new sdk.Route53Client(options).config };
    },
  },
  {
    service: 'service-quotas',
    signingName: 'servicequotas',
    load: async () => {
      const sdk = await import('@aws-sdk/client-service-quotas');
      return { exports: sdk, config: new sdk.ServiceQuotasClient(options).config };
    },
  },
  {
    service: 'sfn',
    signingName: 'states',
    load: async () => {
      const sdk = await import('@aws-sdk/client-sfn');
      return { exports: sdk, config: new sdk.SFNClient(options).config };
    },
  },
  {
    service: 'sns',
    signingName: 'sns',
    load: async () => {
      const sdk = await import('@aws-sdk/client-sns');
      return { exports: sdk, config: new sdk.SNSClient(options).config };
    },
  },
  {
    service: 'sqs',
    signingName: 'sqs',
    load: async () => {
      const sdk = await import('@aws-sdk/client-sqs');
      return { exports: sdk, config: new sdk.SQSClient(options).config };
    },
  },
  {
    service: 'ssm',
    signingName: 'ssm',
    load: async () => {
      const sdk = await import('@aws-sdk/client-ssm');
      return { exports: sdk, config: new sdk.SSMClient(options).config };
    },
  },
  {
    service: 'sts',
    signingName: 'sts',
    load: async () => {
      const sdk = await import('@aws-sdk/client-sts');
      return { exports: sdk, config: new sdk.STSClient(options).config };
    },
  },
];

export const signingNames: readonly string[] = wireClients.map(({ signingName }) => signingName);

export const serviceSignedAs = (signingName: string): ServiceName | undefined =>
  wireClients.find((client) => client.signingName === signingName)?.service;

export const loadClient = (service: ServiceName): Promise<ClientPackage> => {
  const client = wireClients.find((candidate) => candidate.service === service);
  if (client === undefined) throw new Error(`${service} has no client on the wire`);
  return client.load();
};
