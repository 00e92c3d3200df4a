import type { Service } from '../service.ts';
import { acm } from './acm/index.ts';
import { apiGateway } from './api-gateway/index.ts';
import { cloudtrail } from './cloudtrail/index.ts';
import { cloudwatch } from './cloudwatch/index.ts';
import { cloudwatchLogs } from './cloudwatch-logs/index.ts';
import { dynamodb } from './dynamodb/index.ts';
import { ec2 } from './ec2/index.ts';
import { eventbridge } from './eventbridge/index.ts';
import { iam } from './iam/index.ts';
import { lambda } from './lambda/index.ts';
import { route53 } from './route-53/index.ts';
import { serviceQuotas } from './service-quotas/index.ts';
import { sfn } from './sfn/index.ts';
import { sns } from './sns/index.ts';
import { sqs } from './sqs/index.ts';
import { ssm } from './ssm/index.ts';
import { sts } from './sts/index.ts';

/** Every service of the simulated AWS. */
export const services: readonly Service[] = [
  acm,
  apiGateway,
  cloudtrail,
  cloudwatch,
  cloudwatchLogs,
  dynamodb,
  ec2,
  eventbridge,
  iam,
  lambda,
  route53,
  serviceQuotas,
  sfn,
  sns,
  sqs,
  ssm,
  sts,
];
