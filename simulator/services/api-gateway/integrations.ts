import type { Integration } from '@aws-sdk/client-api-gateway';

const LONGEST_TIMEOUT_MS = 29_000;
const AWS_URI = /^arn:aws[\w-]*:apigateway:[\w-]+:[\w.-]+:(path|action)\/.+/;

/** What is wrong with an integration, in API Gateway's words; undefined where nothing is. */
export function objectionToIntegration(integration: Integration): string | undefined {
  const { type, uri = '', httpMethod, timeoutInMillis, credentials } = integration;
  if (type === undefined) return 'Enumeration value for IntegrationType must be non-empty';
  if (timeoutInMillis !== undefined && (timeoutInMillis < 50 || timeoutInMillis > LONGEST_TIMEOUT_MS))
    return `Timeout should be between 50 ms and ${LONGEST_TIMEOUT_MS} ms`;
  if (type === 'MOCK') return undefined;
  if (httpMethod === undefined || httpMethod === '') return 'Enumeration value for HttpMethod must be non-empty';
  if (type === 'HTTP' || type === 'HTTP_PROXY')
    return /^https?:\/\/[^/\s]+/.test(uri) ? undefined : 'Invalid HTTP endpoint specified for URI';
  if (!uri.startsWith('arn:')) return 'Invalid ARN specified in the request';
  if (!AWS_URI.test(uri)) return 'AWS ARN for integration must contain path or action';
  if (credentials !== undefined && !/^arn:aws[\w-]*:iam::(\d{12}|\*):/.test(credentials))
    return 'Invalid ARN specified in the request';
  return undefined;
}

/** An integration with what API Gateway fills in. */
export const withDefaults = (integration: Integration, resourceId: string): Integration => ({
  ...integration,
  passthroughBehavior: integration.passthroughBehavior ?? 'WHEN_NO_MATCH',
  timeoutInMillis: integration.timeoutInMillis ?? LONGEST_TIMEOUT_MS,
  cacheNamespace: integration.cacheNamespace ?? resourceId,
  cacheKeyParameters: [...(integration.cacheKeyParameters ?? [])],
});
