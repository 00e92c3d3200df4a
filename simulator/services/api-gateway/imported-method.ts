import type {
  Integration,
  IntegrationResponse,
  IntegrationType,
  Method,
  MethodResponse,
} from '@aws-sdk/client-api-gateway';
import { AwsError } from '../../aws-error.ts';
import { objectionToIntegration } from './integrations.ts';
import {
  dereferenced,
  isObject,
  type Json,
  listAt,
  type OpenApiDocument,
  objectAt,
  securitySchemesOf,
  textAt,
} from './openapi-document.ts';

const TYPES: readonly IntegrationType[] = ['AWS', 'AWS_PROXY', 'HTTP', 'HTTP_PROXY', 'MOCK'];

const textsAt = (value: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(objectAt(value)).map(([key, text]) => [key, String(text)]));

const ifAny = <Value extends object, Name extends string>(name: Name, value: Value): { [Key in Name]?: Value } =>
  Object.keys(value).length === 0 ? {} : ({ [name]: value } as { [Key in Name]?: Value });

/** 'default' matches what nothing else does; every other key is the pattern that selects its response. */
function integrationResponses(responses: Json): Record<string, IntegrationResponse> {
  const byStatus: Record<string, IntegrationResponse> = {};
  for (const [pattern, value] of Object.entries(responses)) {
    const response = objectAt(value);
    const given = response['statusCode'];
    const statusCode = typeof given === 'number' ? String(given) : (textAt(given) ?? '200');
    byStatus[statusCode] = {
      statusCode,
      ...(pattern !== 'default' && { selectionPattern: pattern }),
      ...ifAny('responseParameters', textsAt(response['responseParameters'])),
      ...ifAny('responseTemplates', textsAt(response['responseTemplates'])),
      ...contentHandling(response),
    };
  }
  return byStatus;
}

function contentHandling(value: Json): { contentHandling?: 'CONVERT_TO_BINARY' | 'CONVERT_TO_TEXT' } {
  const asked = value['contentHandling'];
  return asked === 'CONVERT_TO_BINARY' || asked === 'CONVERT_TO_TEXT' ? { contentHandling: asked } : {};
}

/**
 * x-amazon-apigateway-integration, as API Gateway keeps an integration.
 *
 * Source  docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html; the
 *         text of the refusal as AWS gave it in github.com/localstack/localstack/issues/4619
 */
function importedIntegration(value: unknown, path: string): Integration {
  const asked = objectAt(value);
  const type = TYPES.find((known) => known === textAt(asked['type'])?.toUpperCase());
  const uri = asked['uri'];
  if (!isObject(value) || type === undefined || (uri !== undefined && typeof uri !== 'string'))
    throw new AwsError(
      'BadRequestException',
      `Unable to parse API definition because of a malformed integration at path ${path}.`,
    );
  const responses = integrationResponses(objectAt(asked['responses']));
  const text = (name: string): string | undefined => textAt(asked[name]);
  const httpMethod = text('httpMethod')?.toUpperCase();
  const connectionId = text('connectionId');
  const credentials = text('credentials');
  const passthroughBehavior = text('passthroughBehavior')?.toUpperCase();
  const cacheNamespace = text('cacheNamespace');
  const timeoutInMillis = asked['timeoutInMillis'];
  return {
    type,
    ...(httpMethod !== undefined && { httpMethod }),
    ...(uri !== undefined && { uri }),
    ...(text('connectionType') === 'VPC_LINK' && { connectionType: 'VPC_LINK' }),
    ...(connectionId !== undefined && { connectionId }),
    ...(credentials !== undefined && { credentials }),
    ...ifAny('requestParameters', textsAt(asked['requestParameters'])),
    ...ifAny('requestTemplates', textsAt(asked['requestTemplates'])),
    ...(passthroughBehavior !== undefined && { passthroughBehavior }),
    ...contentHandling(asked),
    ...(typeof timeoutInMillis === 'number' && { timeoutInMillis }),
    ...(cacheNamespace !== undefined && { cacheNamespace }),
    ...(Array.isArray(asked['cacheKeyParameters']) && { cacheKeyParameters: asked['cacheKeyParameters'].map(String) }),
    ...ifAny('integrationResponses', responses),
  };
}

type Authorization = Pick<Method, 'authorizationType' | 'apiKeyRequired' | 'authorizationScopes'>;

/**
 * How an operation's `security` is kept. Security at the root of a document is ignored: only operations have it.
 * Source: docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
function authorization(document: OpenApiDocument, operation: Json): Authorization {
  const schemes = securitySchemesOf(document);
  let authorizationType = textAt(objectAt(operation['x-amazon-apigateway-auth'])['type'])?.toUpperCase() ?? 'NONE';
  let apiKeyRequired = false;
  const scopes: string[] = [];
  for (const requirement of listAt(operation['security']))
    for (const [name, wanted] of Object.entries(objectAt(requirement))) {
      const scheme = objectAt(dereferenced(document, schemes[name]));
      const authorizer = objectAt(scheme['x-amazon-apigateway-authorizer']);
      if (scheme['x-amazon-apigateway-authtype'] === 'awsSigv4') authorizationType = 'AWS_IAM';
      else if (authorizer['type'] === 'cognito_user_pools') authorizationType = 'COGNITO_USER_POOLS';
      else if (authorizer['type'] !== undefined) authorizationType = 'CUSTOM';
      else if (scheme['type'] === 'apiKey' && textAt(scheme['name'])?.toLowerCase() === 'x-api-key')
        apiKeyRequired = true;
      scopes.push(...listAt(wanted).map(String));
    }
  return { authorizationType, apiKeyRequired, ...(scopes.length > 0 && { authorizationScopes: scopes }) };
}

const LOCATIONS: Readonly<Record<string, string>> = { path: 'path', query: 'querystring', header: 'header' };

/** 'method.request.path.id': required, by what the path and the operation declare. */
function requestParameters(document: OpenApiDocument, item: Json, operation: Json): Record<string, boolean> {
  const parameters: Record<string, boolean> = {};
  for (const declared of [...listAt(item['parameters']), ...listAt(operation['parameters'])]) {
    const parameter = objectAt(dereferenced(document, declared));
    const location = LOCATIONS[textAt(parameter['in']) ?? ''];
    if (location !== undefined)
      parameters[`method.request.${location}.${String(parameter['name'])}`] = parameter['required'] === true;
  }
  return parameters;
}

function methodResponses(document: OpenApiDocument, operation: Json): Record<string, MethodResponse> {
  const responses: Record<string, MethodResponse> = {};
  for (const [statusCode, declared] of Object.entries(objectAt(operation['responses']))) {
    if (!/^[1-5]\d\d$/.test(statusCode)) continue;
    const headers = Object.keys(objectAt(objectAt(dereferenced(document, declared))['headers']));
    responses[statusCode] = {
      statusCode,
      ...ifAny(
        'responseParameters',
        Object.fromEntries(headers.map((name) => [`method.response.header.${name}`, false])),
      ),
    };
  }
  return responses;
}

/** One operation of a document as a method, and what is wrong with its integration, if anything. */
export function importedMethod(
  document: OpenApiDocument,
  { path, verb, item, operation }: { path: string; verb: string; item: Json; operation: Json },
): { readonly method: Method; readonly objection: string | undefined } {
  const operationName = textAt(operation['operationId']);
  const asked = dereferenced(document, operation['x-amazon-apigateway-integration']);
  const methodIntegration = asked === undefined ? undefined : importedIntegration(asked, path);
  const objection = methodIntegration === undefined ? undefined : objectionToIntegration(methodIntegration);
  const method: Method = {
    httpMethod: verb,
    ...authorization(document, operation),
    ...(operationName !== undefined && { operationName }),
    ...ifAny('requestParameters', requestParameters(document, item, operation)),
    ...ifAny('methodResponses', methodResponses(document, operation)),
    ...(methodIntegration !== undefined && { methodIntegration }),
  };
  return {
    method,
    ...(objection === undefined
      ? { objection: undefined }
      : { objection: `Unable to put integration on '${verb}' for resource at path '${path}': ${objection}` }),
  };
}
