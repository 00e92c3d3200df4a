import { AwsError } from '../../../aws-error.ts';
import type { ServiceName } from '../../../service.ts';
import type { Json } from '../json.ts';
import { objectArguments, serviceFailure, type TaskCall } from './integration.ts';
import { fromStates, toStates } from './sdk-json.ts';

/** The simulated services as `arn:aws:states:::aws-sdk:<name>:<action>` names them, with the prefix of their errors. */
const services: Readonly<Record<string, { service: ServiceName; prefix: string; members: 'camel' | 'pascal' }>> = {
  acm: { service: 'acm', prefix: 'Acm', members: 'pascal' },
  apigateway: { service: 'api-gateway', prefix: 'ApiGateway', members: 'camel' },
  cloudwatch: { service: 'cloudwatch', prefix: 'CloudWatch', members: 'pascal' },
  cloudwatchlogs: { service: 'cloudwatch-logs', prefix: 'CloudWatchLogs', members: 'camel' },
  dynamodb: { service: 'dynamodb', prefix: 'DynamoDb', members: 'pascal' },
  ec2: { service: 'ec2', prefix: 'Ec2', members: 'pascal' },
  eventbridge: { service: 'eventbridge', prefix: 'EventBridge', members: 'pascal' },
  iam: { service: 'iam', prefix: 'Iam', members: 'pascal' },
  lambda: { service: 'lambda', prefix: 'Lambda', members: 'pascal' },
  route53: { service: 'route-53', prefix: 'Route53', members: 'pascal' },
  sfn: { service: 'sfn', prefix: 'Sfn', members: 'camel' },
  ssm: { service: 'ssm', prefix: 'Ssm', members: 'pascal' },
  sts: { service: 'sts', prefix: 'Sts', members: 'pascal' },
};

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

async function callService(task: TaskCall, service: ServiceName, operation: string, input: object): Promise<object> {
  const { world, place } = task.engine;
  return world.invoke({ service, operation, input, place, principal: task.principal });
}

/** Any action of a simulated service, or undefined where the service is not simulated. */
export function sdkAction(name: string, action: string): { call(task: TaskCall): Promise<Json> } | undefined {
  const known = services[name];
  if (known === undefined) return undefined;
  const { service, prefix, members } = known;
  return {
    async call(task) {
      try {
        return toStates(
          await callService(task, service, upperFirst(action), fromStates(objectArguments(task), members)),
        );
      } catch (error) {
        if (error instanceof AwsError) throw serviceFailure(prefix, `${prefix}Exception`, error);
        throw error;
      }
    },
  };
}

/** `arn:aws:states:::dynamodb:getItem` and its like: the same calls, with the error prefix of the older integration. */
export const itemAction = (action: string) => ({
  async call(task: TaskCall): Promise<Json> {
    try {
      const output = await callService(task, 'dynamodb', upperFirst(action), objectArguments(task));
      return { ...(toStates(output) as object), SdkHttpMetadata: { HttpStatusCode: 200 } };
    } catch (error) {
      if (error instanceof AwsError) throw serviceFailure('DynamoDB', 'AmazonDynamoDBException', error);
      throw error;
    }
  },
});
