import type { Call, ServiceName } from '../../service.ts';
import type { Access, Needs } from '../access.ts';
import { acmActions } from './acm.ts';
import type { ActionEntry } from './action-table.ts';
import { apiGatewayActions } from './api-gateway.ts';
import { cloudtrailActions } from './cloudtrail.ts';
import { cloudwatchActions } from './cloudwatch.ts';
import { cloudwatchLogsActions } from './cloudwatch-logs.ts';
import { dynamodbActions } from './dynamodb.ts';
import { ec2Actions } from './ec2.ts';
import { eventbridgeActions } from './eventbridge.ts';
import { iamActions } from './iam.ts';
import { lambdaActions } from './lambda.ts';
import { route53Actions } from './route-53.ts';
import { serviceQuotasActions } from './service-quotas.ts';
import { sfnActions } from './sfn.ts';
import { snsActions } from './sns.ts';
import { sqsActions } from './sqs.ts';
import { ssmActions } from './ssm.ts';
import { stsActions } from './sts.ts';

/** What every simulated operation needs, by service and by the operation's name on the wire. */
export const actionTables: Readonly<Partial<Record<ServiceName, object>>> = {
  acm: acmActions,
  'api-gateway': apiGatewayActions,
  cloudtrail: cloudtrailActions,
  cloudwatch: cloudwatchActions,
  'cloudwatch-logs': cloudwatchLogsActions,
  dynamodb: dynamodbActions,
  ec2: ec2Actions,
  eventbridge: eventbridgeActions,
  iam: iamActions,
  lambda: lambdaActions,
  'route-53': route53Actions,
  'service-quotas': serviceQuotasActions,
  sfn: sfnActions,
  sns: snsActions,
  sqs: sqsActions,
  ssm: ssmActions,
  sts: stsActions,
};

/** How IAM calls a service, where that is not how CloudTrail does. */
const prefixes: Readonly<Partial<Record<ServiceName, string>>> = { cloudwatch: 'cloudwatch' };

/** 'ec2' of 'ec2.amazonaws.com' */
const prefixOf = (service: ServiceName, { world }: Call<unknown>): string =>
  prefixes[service] ?? world.services.get(service)?.eventSource.split('.')[0] ?? service;

/** What an operation needs. One without an entry is not let through for that: it needs the action of its own name on everything. */
export function needsOf(service: ServiceName, operation: string, input: object, call: Call<unknown>): Needs {
  const table = actionTables[service] as Readonly<Record<string, ActionEntry<object, unknown>>> | undefined;
  const entry = table?.[operation];
  if (entry === undefined) return { access: [{ action: `${prefixOf(service, call)}:${operation}`, resource: '*' }] };
  const needs = entry(input, call);
  return isList(needs) ? { access: needs } : needs;
}

const isList = (needs: readonly Access[] | Needs): needs is readonly Access[] => Array.isArray(needs);
