import type { APIGateway, Integration, Method } from '@aws-sdk/client-api-gateway';
import { AwsError } from '../../aws-error.ts';
import type { Call, Operations } from '../../service.ts';
import { apiNamed, badRequest, methodCopy, notFound, resourceNamed, resourceShape } from './answers.ts';
import { objectionToIntegration, withDefaults } from './integrations.ts';
import { pageOf } from './paging.ts';
import { addResource, childrenOf } from './path-parts.ts';
import type { ApiGatewayState, Resource, RestApi } from './state.ts';

const VERBS: ReadonlySet<string> = new Set(['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'ANY']);

interface MethodKey {
  readonly restApiId: string | undefined;
  readonly resourceId: string | undefined;
  readonly httpMethod: string | undefined;
}

const placeOf = (
  { state }: Call<ApiGatewayState>,
  key: MethodKey,
): { api: RestApi; resource: Resource; verb: string } => {
  const api = apiNamed(state, key.restApiId);
  return { api, resource: resourceNamed(api, key.resourceId), verb: (key.httpMethod ?? '').toUpperCase() };
};

function methodNamed(
  call: Call<ApiGatewayState>,
  key: MethodKey,
): { resource: Resource; verb: string; method: Method } {
  const { resource, verb } = placeOf(call, key);
  const method = resource.methods.get(verb) ?? notFound('Invalid Method identifier specified');
  return { resource, verb, method: methodCopy(method) };
}

function integrationNamed(
  call: Call<ApiGatewayState>,
  key: MethodKey,
): ReturnType<typeof methodNamed> & { integration: Integration } {
  const found = methodNamed(call, key);
  return {
    ...found,
    integration: found.method.methodIntegration ?? notFound('Invalid Integration identifier specified'),
  };
}

/** Members that were given, as the SDK's shapes leave absent ones out. */
const given = <Shape extends object>(shape: Shape): Shape =>
  structuredClone(Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)) as Shape);

export const resourceOperations: Operations<APIGateway, ApiGatewayState> = {
  GetResources({ restApiId, embed, ...page }, { state }) {
    const { items, ...rest } = pageOf(apiNamed(state, restApiId).resources.values(), page, ({ id }) => id);
    const withMethods = embed?.includes('methods') === true;
    return { ...rest, items: items.map((resource) => resourceShape(resource, withMethods)) };
  },

  GetResource({ restApiId, resourceId, embed }, { state }) {
    return resourceShape(resourceNamed(apiNamed(state, restApiId), resourceId), embed?.includes('methods') === true);
  },

  CreateResource({ restApiId, parentId, pathPart }, { state }) {
    const api = apiNamed(state, restApiId);
    return resourceShape(addResource(api.resources, state.random, resourceNamed(api, parentId), pathPart ?? ''), false);
  },

  DeleteResource({ restApiId, resourceId }, { state }) {
    const api = apiNamed(state, restApiId);
    const resource = resourceNamed(api, resourceId);
    if (resource.parentId === undefined) badRequest('Root resource cannot be deleted.');
    const doomed = [resource];
    for (const next of doomed) doomed.push(...childrenOf(api.resources, next.id));
    for (const { id } of doomed) api.resources.delete(id);
    return {};
  },

  PutMethod(input, call) {
    const { resource, verb } = placeOf(call, input);
    if (!VERBS.has(verb)) badRequest(`Invalid HTTP method specified: ${verb}`);
    if (resource.methods.has(verb)) throw new AwsError('ConflictException', 'Method already exists for this resource');
    if (input.authorizationType === undefined) badRequest('Authorization type must be specified');
    const { restApiId: _api, resourceId: _resource, ...shape } = input;
    const method: Method = given({ ...shape, httpMethod: verb, apiKeyRequired: input.apiKeyRequired ?? false });
    resource.methods.set(verb, method);
    return methodCopy(method);
  },

  GetMethod: (input, call) => methodNamed(call, input).method,

  DeleteMethod(input, call) {
    const { resource, verb } = methodNamed(call, input);
    resource.methods.delete(verb);
    return {};
  },

  PutIntegration(input, call) {
    const { resource, verb, method } = methodNamed(call, input);
    const { restApiId: _api, resourceId: _resource, httpMethod: _verb, integrationHttpMethod, ...shape } = input;
    const asked: Integration = given({
      ...shape,
      ...(integrationHttpMethod !== undefined && { httpMethod: integrationHttpMethod }),
    });
    const objection = objectionToIntegration(asked);
    if (objection !== undefined) badRequest(objection);
    const methodIntegration = withDefaults(asked, resource.id);
    resource.methods.set(verb, { ...method, methodIntegration });
    return structuredClone(methodIntegration);
  },

  GetIntegration: (input, call) => integrationNamed(call, input).integration,

  DeleteIntegration(input, call) {
    const { resource, verb, method } = integrationNamed(call, input);
    const { methodIntegration: _deleted, ...rest } = method;
    resource.methods.set(verb, rest);
    return {};
  },

  PutMethodResponse(input, call) {
    const { resource, verb, method } = methodNamed(call, input);
    const statusCode = input.statusCode ?? badRequest('Status code must be specified');
    if (method.methodResponses?.[statusCode] !== undefined)
      throw new AwsError('ConflictException', 'Response already exists for this resource');
    const { responseParameters, responseModels } = input;
    const response = given({ statusCode, responseParameters, responseModels });
    resource.methods.set(verb, { ...method, methodResponses: { ...method.methodResponses, [statusCode]: response } });
    return structuredClone(response);
  },

  PutIntegrationResponse(input, call) {
    const { resource, verb, method, integration } = integrationNamed(call, input);
    const statusCode = input.statusCode ?? badRequest('Status code must be specified');
    if (method.methodResponses?.[statusCode] === undefined)
      notFound(`No method response exists for status code ${statusCode}`);
    const { selectionPattern, responseParameters, responseTemplates, contentHandling } = input;
    const response = given({ statusCode, selectionPattern, responseParameters, responseTemplates, contentHandling });
    const integrationResponses = { ...integration.integrationResponses, [statusCode]: response };
    resource.methods.set(verb, { ...method, methodIntegration: { ...integration, integrationResponses } });
    return structuredClone(response);
  },
};
