import type { APIGateway } from '@aws-sdk/client-api-gateway';
import { Uint8ArrayBlobAdapter } from '@smithy/core/serde';
import { stringify as yamlOf } from 'yaml';
import type { Call, Operations } from '../../service.ts';
import { apiNamed, badRequest, notFound, stageNamed } from './answers.ts';
import type { DeployedApi, DeployedMethod } from './deployed-api.ts';
import { type ApiGatewayState, type RestApi, servedBy } from './state.ts';

interface Extensions {
  readonly integrations: boolean;
  readonly apigateway: boolean;
}

/** An integration's responses by pattern again, as documents have them. */
function integrationExtension({ integration }: DeployedMethod): object {
  const {
    integrationResponses,
    type = '',
    cacheNamespace: _namespace,
    cacheKeyParameters: _keys,
    ...rest
  } = integration ?? {};
  const responses = Object.values(integrationResponses ?? {}).map(({ selectionPattern = 'default', ...response }) => [
    selectionPattern,
    response,
  ]);
  return {
    type: type.toLowerCase(),
    ...rest,
    ...(responses.length > 0 && { responses: Object.fromEntries(responses) }),
  };
}

const statusText = (version: '2.0' | '3.0', statusCode: string): object =>
  version === '3.0'
    ? { description: `${statusCode} response`, content: {} }
    : { description: `${statusCode} response` };

function pathsOf(deployed: DeployedApi, version: '2.0' | '3.0', extensions: Extensions): object {
  return Object.fromEntries(
    deployed.resources.map(({ path, methods }) => [
      path,
      Object.fromEntries(
        [...methods].map(([verb, method]) => [
          verb === 'ANY' ? 'x-amazon-apigateway-any-method' : verb.toLowerCase(),
          {
            responses: Object.fromEntries(
              Object.keys(method.methodResponses).map((statusCode) => [statusCode, statusText(version, statusCode)]),
            ),
            ...(extensions.integrations && { 'x-amazon-apigateway-integration': integrationExtension(method) }),
          },
        ]),
      ),
    ]),
  );
}

/** What a stage serves, as a document that could be imported again. */
function documentOf(
  call: Call<ApiGatewayState>,
  api: RestApi,
  stageName: string,
  version: '2.0' | '3.0',
  extensions: Extensions,
): object {
  const deployed = servedBy(api, stageName) ?? notFound('Invalid stage identifier specified');
  const host = `${api.id}.execute-api.${call.place.region}.amazonaws.com`;
  const configuration = {
    'x-amazon-apigateway-endpoint-configuration': { vpcEndpointIds: [...deployed.vpcEndpointIds] },
  };
  const isConfigured = extensions.apigateway && deployed.vpcEndpointIds.length > 0;
  const info = {
    title: api.name,
    ...(api.description !== undefined && { description: api.description }),
    version: api.version ?? new Date(api.createdAtMs).toISOString(),
  };
  const policy =
    extensions.apigateway && deployed.policy !== undefined
      ? { 'x-amazon-apigateway-policy': JSON.parse(deployed.policy) as unknown }
      : {};
  const paths = pathsOf(deployed, version, extensions);
  if (version === '2.0')
    return {
      swagger: '2.0',
      info,
      host,
      basePath: `/${stageName}`,
      schemes: ['https'],
      paths,
      securityDefinitions: api.imported.securitySchemes,
      ...policy,
      ...(isConfigured && configuration),
    };
  const server = { url: `https://${host}/{basePath}`, variables: { basePath: { default: stageName } } };
  return {
    openapi: '3.0.1',
    info,
    servers: [isConfigured ? { ...server, ...configuration } : server],
    paths,
    components: { securitySchemes: api.imported.securitySchemes },
    ...policy,
  };
}

export const exportOperations: Operations<APIGateway, ApiGatewayState> = {
  GetExport({ restApiId, stageName, exportType, parameters, accepts }, call) {
    const api = apiNamed(call.state, restApiId);
    const stage = stageNamed(api, stageName);
    if (exportType !== 'oas30' && exportType !== 'swagger')
      return badRequest(`Invalid export type specified: ${exportType}`);
    const asked = (parameters?.['extensions'] ?? '').split(',');
    const all = asked.includes('apigateway');
    const version = exportType === 'oas30' ? '3.0' : '2.0';
    const document = documentOf(call, api, stage.stageName, version, {
      apigateway: all,
      integrations: all || asked.includes('integrations'),
    });
    const isYaml = accepts === 'application/yaml';
    const suffix = isYaml ? 'yaml' : 'json';
    return {
      contentType: isYaml ? 'application/yaml' : 'application/json',
      contentDisposition: `attachment; filename="${exportType}_${new Date(call.nowMs).toISOString()}.${suffix}"`,
      body: Uint8ArrayBlobAdapter.fromString(isYaml ? yamlOf(document) : JSON.stringify(document, undefined, 2)),
    };
  },
};
