import type { WhatTheCallerSees } from './trail.ts';

/**
 * What API Gateway answers in the place of an API, word for word.
 *
 * Source    docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export const gatewayAnswers = {
  forbidden: { status: 403, body: '{"message":"Forbidden"}', errorType: 'ForbiddenException' },
  missingAuthenticationToken: {
    status: 403,
    body: '{"message":"Missing Authentication Token"}',
    errorType: 'MissingAuthenticationTokenException',
  },
  tooManyRequests: { status: 429, body: '{"message":"Too Many Requests"}', errorType: 'TooManyRequestsException' },
  /** API Gateway could not use what the integration is, or may not: it has no permission, its function is throttled or gone. */
  configurationError: {
    status: 500,
    body: '{"message":"Internal server error"}',
    errorType: 'InternalServerErrorException',
  },
  /** The function failed, or answered something that is no HTTP answer. */
  malformedAnswer: {
    status: 502,
    body: '{"message":"Internal server error"}',
    errorType: 'InternalServerErrorException',
  },
  integrationTimedOut: {
    status: 504,
    body: '{"message":"Endpoint request timed out"}',
    errorType: 'InternalServerErrorException',
  },
} as const satisfies Record<string, WhatTheCallerSees>;

/** The account in the ARN is masked down to its last four digits, as API Gateway does. */
export function accessDenied(resourceArn: string, explicitly: boolean): WhatTheCallerSees {
  const masked = resourceArn.replace(/:\d{8}(\d{4}):/, ':********$1:');
  const how = explicitly ? ' with an explicit deny' : '';
  const message = `User: anonymous is not authorized to perform: execute-api:Invoke on resource: ${masked}${how}`;
  return { status: 403, body: JSON.stringify({ Message: message }), errorType: 'AccessDeniedException' };
}
