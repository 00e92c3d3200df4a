import { AwsError } from '../aws-error.ts';
import type { ServiceName } from '../service.ts';

interface Answered {
  readonly code: string;
  readonly message: string;
  readonly status: number;
  readonly fields?: Readonly<Record<string, unknown>>;
}

interface ErrorsOfService {
  /** Too many requests. */
  readonly throttled: Answered;
  /** What a service answers while something of its own is the matter: any of these. */
  readonly failed: readonly [Answered, ...Answered[]];
  readonly source: string;
}

const answered = (code: string, status: number, message: string): Answered => ({ code, message, status });

const INTERNAL = 'The request processing has failed because of an unknown error, exception or failure.';
const UNAVAILABLE = 'The request has failed due to a temporary failure of the server.';
const RATE = 'Rate exceeded';

/** Any service may answer with these. Source: each service's API reference, "Common Errors". */
const commonFailures = [
  answered('InternalFailure', 500, INTERNAL),
  answered('ServiceUnavailable', 503, UNAVAILABLE),
] as const;

/** What each service answers when it has had enough, and when it fails: code, status and words are each service's own. */
export const serviceErrors: Readonly<Record<ServiceName, ErrorsOfService>> = {
  acm: {
    throttled: answered('ThrottlingException', 400, RATE),
    failed: commonFailures,
    source: 'ACM user guide, Quotas: "a ThrottlingException error"',
  },
  'api-gateway': {
    throttled: answered('TooManyRequestsException', 429, 'Too Many Requests'),
    failed: [answered('ServiceUnavailableException', 503, 'Internal server error'), ...commonFailures],
    source: 'API Gateway API reference, errors of every operation',
  },
  cloudtrail: {
    throttled: answered('ThrottlingException', 400, RATE),
    failed: commonFailures,
    source: 'CloudTrail API reference, ThrottlingException, and Common Errors',
  },
  cloudwatch: {
    throttled: answered('Throttling', 400, RATE),
    failed: [answered('InternalServiceError', 500, INTERNAL), ...commonFailures],
    source: 'CloudWatch API reference, Common Errors; PutMetricData, InternalServiceFault',
  },
  'cloudwatch-logs': {
    throttled: answered('ThrottlingException', 400, RATE),
    failed: [
      answered('ServiceUnavailableException', 500, 'The service cannot complete the request.'),
      ...commonFailures,
    ],
    source: 'CloudWatch Logs API reference, errors of every operation, and quotas',
  },
  dynamodb: {
    throttled: answered('ThrottlingException', 400, 'Rate of requests exceeds the allowed throughput.'),
    failed: [answered('InternalServerError', 500, 'Internal server error'), ...commonFailures],
    source: 'DynamoDB developer guide, Error handling',
  },
  ec2: {
    throttled: answered('RequestLimitExceeded', 503, 'Request limit exceeded.'),
    failed: [
      answered('InternalError', 500, 'An internal error has occurred'),
      answered('Unavailable', 503, 'The service is unavailable. Please try again shortly.'),
    ],
    source: 'EC2 API reference, Error codes: server errors, and RequestLimitExceeded',
  },
  eventbridge: {
    throttled: answered('ThrottlingException', 400, RATE),
    failed: [answered('InternalException', 500, 'This exception occurs due to unexpected causes.'), ...commonFailures],
    source: 'EventBridge API reference, errors of PutRule, and quotas',
  },
  iam: {
    throttled: answered('Throttling', 400, RATE),
    failed: [answered('ServiceFailure', 500, INTERNAL), ...commonFailures],
    source: 'IAM API reference, ServiceFailureException, and Common Errors',
  },
  lambda: {
    throttled: {
      ...answered('TooManyRequestsException', 429, 'Rate exceeded'),
      fields: { Reason: 'CallerRateLimitExceeded', Type: 'User' },
    },
    failed: [
      {
        ...answered('ServiceException', 500, 'An error occurred and the request cannot be processed.'),
        fields: { Type: 'Service' },
      },
      ...commonFailures,
    ],
    source: 'Lambda API reference, errors of every operation; TooManyRequestsException, Reason',
  },
  'route-53': {
    throttled: answered('Throttling', 400, RATE),
    failed: commonFailures,
    source: 'Route 53 developer guide, Throttling for API requests',
  },
  'service-quotas': {
    throttled: answered('TooManyRequestsException', 400, 'Due to throttling, the request was denied.'),
    failed: [answered('ServiceException', 500, 'Something went wrong.'), ...commonFailures],
    source: 'Service Quotas API reference, errors of every operation',
  },
  sfn: {
    throttled: answered('ThrottlingException', 400, RATE),
    failed: commonFailures,
    source: 'Step Functions API reference, Common Errors',
  },
  sns: {
    throttled: answered('Throttled', 429, RATE),
    failed: [answered('InternalError', 500, INTERNAL), ...commonFailures],
    source: 'SNS API reference, ThrottledException and InternalErrorException',
  },
  sqs: {
    throttled: answered('RequestThrottled', 400, 'The request was denied due to request throttling.'),
    failed: commonFailures,
    source: 'SQS API reference, RequestThrottled',
  },
  ssm: {
    throttled: answered('ThrottlingException', 400, RATE),
    failed: [answered('InternalServerError', 500, 'An error occurred on the server side.'), ...commonFailures],
    source: 'Systems Manager API reference, InternalServerError, and Common Errors',
  },
  sts: {
    throttled: answered('Throttling', 400, RATE),
    failed: commonFailures,
    source: 'STS API reference, Common Errors',
  },
};

/** Operations that answer otherwise than the rest of their service when there is too much of them. */
const ownThrottled: ReadonlyMap<string, Answered> = new Map(
  ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan', 'BatchGetItem', 'BatchWriteItem'].map(
    (operation): [string, Answered] => [
      `dynamodb ${operation}`,
      // Source: DynamoDB developer guide, Error handling, ProvisionedThroughputExceededException
      answered(
        'ProvisionedThroughputExceededException',
        400,
        'The level of configured provisioned throughput for the table was exceeded.',
      ),
    ],
  ),
);

/** Source: API_ChangeResourceRecordSets: the hosted zone is still busy with an earlier request. */
const priorRequest = answered(
  'PriorRequestNotComplete',
  400,
  'The request was rejected because Route 53 was still processing a prior request.',
);

const errorOf = ({ code, message, status, fields }: Answered): AwsError =>
  new AwsError(code, message, { status, ...(fields !== undefined && { fields: { ...fields } }) });

/** `chance`, 0 to 1, picks where a service has several ways to say so. */
export function throttledError(service: ServiceName, operation: string, chance: number): AwsError {
  if (service === 'route-53' && operation === 'ChangeResourceRecordSets' && chance < 0.5) return errorOf(priorRequest);
  return errorOf(ownThrottled.get(`${service} ${operation}`) ?? serviceErrors[service].throttled);
}

/** What a service answers when a bucket of its API is empty. */
export const bucketEmptyError = (service: ServiceName): AwsError => errorOf(serviceErrors[service].throttled);

export function failedError(service: ServiceName, chance: number): AwsError {
  const { failed } = serviceErrors[service];
  return errorOf(failed[Math.floor(chance * failed.length)] ?? failed[0]);
}
