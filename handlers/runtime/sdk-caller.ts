import type { AwsCall, ServiceName } from '../../control-plane/model/aws-call.ts';
import type { Caller } from './caller.ts';
import { faultOf } from './fault-table.ts';

type Method = (input: unknown) => Promise<unknown>;
type Environment = Readonly<Record<string, string | undefined>>;

interface ClientOptions {
  readonly region: string;
  readonly maxAttempts: number;
  readonly requestHandler: { connectionTimeout: number; requestTimeout: number };
  readonly endpoint?: string;
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

/** A Region that does not answer is a finding, not a wait. */
const CONNECT_WITHIN_MS = 2_000;
const ANSWER_WITHIN_MS = 15_000;

/** Loaded when first called: a function that never touches EC2 does not pay for EC2's client. */
const clients: Record<ServiceName, (options: ClientOptions) => Promise<object>> = {
  acm: async (options) => new (await import('@aws-sdk/client-acm')).ACM(options),
  'api-gateway': async (options) => new (await import('@aws-sdk/client-api-gateway')).APIGateway(options),
  cloudwatch: async (options) => new (await import('@aws-sdk/client-cloudwatch')).CloudWatch(options),
  dynamodb: async (options) => new (await import('@aws-sdk/client-dynamodb')).DynamoDB(options),
  ec2: async (options) => new (await import('@aws-sdk/client-ec2')).EC2(options),
  eventbridge: async (options) => new (await import('@aws-sdk/client-eventbridge')).EventBridge(options),
  iam: async (options) => new (await import('@aws-sdk/client-iam')).IAM(options),
  lambda: async (options) => new (await import('@aws-sdk/client-lambda')).Lambda(options),
  'route-53': async (options) => new (await import('@aws-sdk/client-route-53')).Route53(options),
  sfn: async (options) => new (await import('@aws-sdk/client-sfn')).SFN(options),
  sns: async (options) => new (await import('@aws-sdk/client-sns')).SNS(options),
  sts: async (options) => new (await import('@aws-sdk/client-sts')).STS(options),
};

/** The SDK's own name for a service's endpoint variable: AWS_ENDPOINT_URL_ROUTE_53. */
const ENDPOINT_VARIABLE: Record<ServiceName, string> = {
  acm: 'AWS_ENDPOINT_URL_ACM',
  'api-gateway': 'AWS_ENDPOINT_URL_API_GATEWAY',
  cloudwatch: 'AWS_ENDPOINT_URL_CLOUDWATCH',
  dynamodb: 'AWS_ENDPOINT_URL_DYNAMODB',
  ec2: 'AWS_ENDPOINT_URL_EC2',
  eventbridge: 'AWS_ENDPOINT_URL_EVENTBRIDGE',
  iam: 'AWS_ENDPOINT_URL_IAM',
  lambda: 'AWS_ENDPOINT_URL_LAMBDA',
  'route-53': 'AWS_ENDPOINT_URL_ROUTE_53',
  sfn: 'AWS_ENDPOINT_URL_SFN',
  sns: 'AWS_ENDPOINT_URL_SNS',
  sts: 'AWS_ENDPOINT_URL_STS',
};

const endpointOf = (service: ServiceName, environment: Environment): string | undefined =>
  environment[ENDPOINT_VARIABLE[service]] ?? environment.AWS_ENDPOINT_URL;

/**
 * Calls AWS through the official SDK. One client per service and Region, kept for the life of the caller.
 *
 * Reads   AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE> as the SDK does, and credentials, from `environment`: a function
 *         that the simulator hosts has an environment of its own, which is not the process's
 * Faults  all six
 */
export function sdkCaller(environment: Environment): Caller {
  const open = new Map<string, Promise<object>>();
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN } = environment;
  const clientFor = ({ service, region }: AwsCall): Promise<object> => {
    const name = `${service} ${region}`;
    let client = open.get(name);
    if (client === undefined) {
      const endpoint = endpointOf(service, environment);
      client = clients[service]({
        region,
        // Once: a write that timed out may have taken place, so the loop looks before it writes again. Reads are repeated by `patient`.
        maxAttempts: 1,
        requestHandler: { connectionTimeout: CONNECT_WITHIN_MS, requestTimeout: ANSWER_WITHIN_MS },
        ...(endpoint !== undefined && { endpoint }),
        ...(accessKeyId !== undefined &&
          secretAccessKey !== undefined && {
            credentials: {
              accessKeyId,
              secretAccessKey,
              ...(AWS_SESSION_TOKEN !== undefined && { sessionToken: AWS_SESSION_TOKEN }),
            },
          }),
      });
      open.set(name, client);
    }
    return client;
  };
  return async (call) => {
    const client = (await clientFor(call)) as Record<string, Method>;
    try {
      return await client[call.method]?.(call.input);
    } catch (error) {
      throw faultOf(error, `${call.service} ${call.method} in ${call.region}`);
    }
  };
}
