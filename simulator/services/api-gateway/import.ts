import type { APIGateway, EndpointType } from '@aws-sdk/client-api-gateway';
import type { Call, Operations } from '../../service.ts';
import { apiNamed, badRequest, executeArn, restApiShape } from './answers.ts';
import { importedResources } from './imported-resources.ts';
import {
  isObject,
  type Json,
  listAt,
  type OpenApiDocument,
  objectAt,
  readOpenApi,
  securitySchemesOf,
  textAt,
} from './openapi-document.ts';
import { readPolicy } from './policy-document.ts';
import { emptyApi, endpointType, requireEndpoints, requireRoom } from './rest-apis.ts';
import type { ApiGatewayState, RestApi } from './state.ts';

const ENDPOINT_CONFIGURATION = 'x-amazon-apigateway-endpoint-configuration';

interface ImportParameters {
  readonly endpointTypes: readonly EndpointType[] | undefined;
}

/** The query parameters of an import; what would change how the document is read and is not known here is refused. */
function readParameters(parameters: Readonly<Record<string, string>> | undefined): ImportParameters {
  for (const [name, value] of Object.entries(parameters ?? {})) {
    const isKnown =
      name === 'endpointConfigurationTypes' ||
      (name === 'basepath' && value === 'ignore') ||
      (name === 'ignore' && value === 'documentation');
    if (!isKnown) badRequest(`Invalid import parameter specified: ${name}=${value}`);
  }
  const types = parameters?.['endpointConfigurationTypes'];
  return { endpointTypes: types?.split(',').map((type) => endpointType(type.trim())) };
}

/**
 * A document's endpoint configuration: at its top, or, as OpenAPI 3.0 has it, with one of its servers.
 * Source: docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-endpoint-configuration.html
 */
function endpointConfiguration({ root }: OpenApiDocument): Json {
  const server = listAt(root['servers']).find((one) => isObject(one) && ENDPOINT_CONFIGURATION in one);
  return { ...objectAt(root[ENDPOINT_CONFIGURATION]), ...objectAt(objectAt(server)[ENDPOINT_CONFIGURATION]) };
}

/** What API Gateway leaves out of an import, and says so. */
function warningsOf({ root }: OpenApiDocument): string[] {
  return listAt(root['security']).length === 0
    ? []
    : ['Security requirements at the root of the API definition are ignored: put them on its operations'];
}

/**
 * Makes an API what a document says, all of it or nothing.
 *
 * Overwriting also takes away what the document leaves out: description, policy, endpoints, media types, compression.
 * Only the API's own endpoint type, its tags, its deployments and its stages stay. Merging takes away nothing.
 *
 * Source  docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api-update.html; the list of what is
 *         taken away from github.com/pulumi/pulumi-aws/issues/4296
 */
function apply(
  call: Call<ApiGatewayState>,
  api: RestApi,
  document: OpenApiDocument,
  mode: 'overwrite' | 'merge',
  { endpointTypes }: ImportParameters,
): void {
  const { root } = document;
  const info = objectAt(root['info']);
  const configuration = endpointConfiguration(document);
  const overwrites = mode === 'overwrite';
  const policy = root['x-amazon-apigateway-policy'];
  const minimumCompressionSize = root['x-amazon-apigateway-minimum-compression-size'];
  const keySource = root['x-amazon-apigateway-api-key-source'];
  const given = listAt(configuration['vpcEndpointIds']).map(String);
  const types = endpointTypes ?? api.endpointTypes;
  const vpcEndpointIds = overwrites || given.length > 0 ? given : api.vpcEndpointIds;
  requireEndpoints(
    call,
    types,
    vpcEndpointIds.filter((id) => !api.vpcEndpointIds.includes(id)),
  );
  const draft = {
    name: textAt(info['title']) ?? api.name,
    version: textAt(info['version']) ?? api.version,
    description: textAt(info['description']) ?? (overwrites ? undefined : api.description),
    endpointTypes: types,
    vpcEndpointIds,
    disableExecuteApiEndpoint:
      typeof configuration['disableExecuteApiEndpoint'] === 'boolean'
        ? configuration['disableExecuteApiEndpoint']
        : !overwrites && api.disableExecuteApiEndpoint,
    policy:
      policy === undefined
        ? overwrites
          ? undefined
          : api.policy
        : readPolicy(JSON.stringify(policy), executeArn(call.state, api.id)),
    binaryMediaTypes:
      root['x-amazon-apigateway-binary-media-types'] === undefined && !overwrites
        ? api.binaryMediaTypes
        : listAt(root['x-amazon-apigateway-binary-media-types']).map(String),
    minimumCompressionSize:
      typeof minimumCompressionSize === 'number'
        ? minimumCompressionSize
        : overwrites
          ? undefined
          : api.minimumCompressionSize,
    apiKeySource: keySource === 'AUTHORIZER' ? ('AUTHORIZER' as const) : ('HEADER' as const),
    imported: structuredClone({
      securitySchemes: { ...(overwrites ? {} : api.imported.securitySchemes), ...securitySchemesOf(document) },
      requestValidators: {
        ...(overwrites ? {} : api.imported.requestValidators),
        ...objectAt(root['x-amazon-apigateway-request-validators']),
      },
    }),
  };
  const resources = importedResources(document, api.resources, api.rootResourceId, mode, call.state.random);
  Object.assign(api, draft);
  api.resources.clear();
  for (const [id, resource] of resources) api.resources.set(id, resource);
}

function requireNoWarnings(warnings: readonly string[], failOnWarnings: boolean | undefined): void {
  if (failOnWarnings === true && warnings.length > 0)
    badRequest(`Warnings found during import:\n\t${warnings.join('\n\t')}`);
}

export const importOperations: Operations<APIGateway, ApiGatewayState> = {
  ImportRestApi({ body, failOnWarnings, parameters }, call) {
    const document = readOpenApi(body);
    const read = readParameters(parameters);
    const warnings = warningsOf(document);
    requireNoWarnings(warnings, failOnWarnings);
    const api = emptyApi(call, textAt(objectAt(document.root['info'])['title']));
    requireRoom(call.state, read.endpointTypes ?? api.endpointTypes);
    apply(call, api, document, 'overwrite', read);
    call.state.restApis.set(api.id, api);
    return { ...restApiShape(api), ...(warnings.length > 0 && { warnings }) };
  },

  PutRestApi({ restApiId, body, mode, failOnWarnings, parameters }, call) {
    const api = apiNamed(call.state, restApiId);
    const document = readOpenApi(body);
    const warnings = warningsOf(document);
    requireNoWarnings(warnings, failOnWarnings);
    apply(call, api, document, mode ?? 'merge', readParameters(parameters));
    return { ...restApiShape(api), ...(warnings.length > 0 && { warnings }) };
  },
};
