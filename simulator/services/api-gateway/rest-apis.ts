import type { APIGateway, EndpointType } from '@aws-sdk/client-api-gateway';
import { AwsError } from '../../aws-error.ts';
import type { Call, Operations } from '../../service.ts';
import { apiNamed, badRequest, executeArn, restApiShape } from './answers.ts';
import { requireEndpoint } from './endpoints.ts';
import { pageOf } from './paging.ts';
import { applyPatches, asBoolean, asNumber, type Patches } from './patch.ts';
import { readPolicy } from './policy-document.ts';
import type { ApiGatewayState, Resource, RestApi } from './state.ts';

/** Quotas "Private APIs per account per Region" and "Regional APIs …". */
const MOST_PRIVATE_APIS = 600;
const MOST_OTHER_APIS = 600;

const isPrivate = ({ endpointTypes }: RestApi): boolean => endpointTypes.includes('PRIVATE');

export const endpointType = (value: string): EndpointType => {
  if (value === 'EDGE' || value === 'PRIVATE' || value === 'REGIONAL') return value;
  return badRequest(`Invalid endpoint type specified: ${value}`);
};

export function requireRoom({ restApis }: ApiGatewayState, endpointTypes: readonly EndpointType[]): void {
  const wanted = endpointTypes.includes('PRIVATE');
  const count = [...restApis.values()].filter((api) => isPrivate(api) === wanted).length;
  if (count >= (wanted ? MOST_PRIVATE_APIS : MOST_OTHER_APIS))
    throw new AwsError(
      'LimitExceededException',
      `Maximum number of ${wanted ? 'private ' : ''}APIs per account has been reached. Please contact support if you need additional APIs.`,
    );
}

/** An API with its root and nothing else. It is not in the state yet. */
export function emptyApi({ state, nowMs }: Call<ApiGatewayState>, name: string | undefined): RestApi {
  if (name === undefined || name === '') return badRequest('Invalid API name specified');
  const root: Resource = {
    id: state.random.alphanumeric(10),
    parentId: undefined,
    pathPart: '',
    path: '/',
    methods: new Map(),
  };
  return {
    id: state.random.alphanumeric(10),
    name,
    description: undefined,
    version: undefined,
    createdAtMs: nowMs,
    rootResourceId: root.id,
    endpointTypes: ['EDGE'],
    vpcEndpointIds: [],
    policy: undefined,
    disableExecuteApiEndpoint: false,
    binaryMediaTypes: [],
    minimumCompressionSize: undefined,
    apiKeySource: 'HEADER',
    tags: new Map(),
    resources: new Map([[root.id, root]]),
    deployments: new Map(),
    stages: new Map(),
    imported: { securitySchemes: {}, requestValidators: {} },
  };
}

/** Endpoints belong to private APIs, and each to an endpoint that exists. */
export function requireEndpoints(
  call: Call<ApiGatewayState>,
  types: readonly EndpointType[],
  ids: readonly string[],
): void {
  if (types.length > 1) badRequest('Cannot create an api with multiple Endpoint Types.');
  if (ids.length > 0 && !types.includes('PRIVATE')) badRequest('Only private APIs support VPC endpoint associations.');
  for (const id of ids) requireEndpoint(call, id);
}

const mappingsTo = ({ domainNames }: ApiGatewayState, apiId: string): boolean =>
  [...domainNames.values()].some(({ basePathMappings }) =>
    [...basePathMappings.values()].some(({ restApiId }) => restApiId === apiId),
  );

const without = (values: readonly string[], value: string): string[] => values.filter((other) => other !== value);

const patchesOf = (call: Call<ApiGatewayState>): Patches<RestApi> => ({
  'replace /name': (api, value) => void (api.name = value === '' ? badRequest('Invalid API name specified') : value),
  'replace /description': (api, value) => void (api.description = value),
  'replace /policy': (api, value) =>
    void (api.policy = value === '' ? undefined : readPolicy(value, executeArn(call.state, api.id))),
  'remove /policy': (api) => void (api.policy = undefined),
  'replace /disableExecuteApiEndpoint': (api, value) => void (api.disableExecuteApiEndpoint = asBoolean(value)),
  'replace /minimumCompressionSize': (api, value) =>
    void (api.minimumCompressionSize = value === '' ? undefined : asNumber(value)),
  'replace /apiKeySource': (api, value) => {
    if (value !== 'HEADER' && value !== 'AUTHORIZER') return badRequest(`Invalid API key source specified: ${value}`);
    api.apiKeySource = value;
  },
  'add /binaryMediaTypes/*': (api, _value, [type = '']) =>
    void (api.binaryMediaTypes = [...without(api.binaryMediaTypes, type), type]),
  'remove /binaryMediaTypes/*': (api, _value, [type = '']) =>
    void (api.binaryMediaTypes = without(api.binaryMediaTypes, type)),
  'replace /endpointConfiguration/types/*': (api, value) => {
    const type = endpointType(value);
    if (isPrivate(api) && type !== 'PRIVATE' && mappingsTo(call.state, api.id))
      badRequest('The endpoint type of an API that is mapped to a private custom domain name cannot be changed.');
    if (type !== 'PRIVATE' && api.vpcEndpointIds.length > 0)
      badRequest('Only private APIs support VPC endpoint associations.');
    api.endpointTypes = [type];
  },
  'add /endpointConfiguration/vpcEndpointIds': (api, value) => {
    requireEndpoints(call, api.endpointTypes, [value]);
    api.vpcEndpointIds = [...without(api.vpcEndpointIds, value), value];
  },
  'remove /endpointConfiguration/vpcEndpointIds': (api, value) =>
    void (api.vpcEndpointIds = without(api.vpcEndpointIds, value)),
});

export const restApiOperations: Operations<APIGateway, ApiGatewayState> = {
  CreateRestApi(input, call) {
    const { state } = call;
    if (input.cloneFrom !== undefined) badRequest('Cloning an API is not available: export it and import it.');
    const types = (input.endpointConfiguration?.types ?? ['EDGE']).map(endpointType);
    const vpcEndpointIds = input.endpointConfiguration?.vpcEndpointIds ?? [];
    requireEndpoints(call, types, vpcEndpointIds);
    requireRoom(state, types);
    const api = emptyApi(call, input.name);
    api.description = input.description;
    api.version = input.version;
    api.endpointTypes = types;
    api.vpcEndpointIds = [...vpcEndpointIds];
    api.policy = input.policy === undefined ? undefined : readPolicy(input.policy, executeArn(state, api.id));
    api.disableExecuteApiEndpoint = input.disableExecuteApiEndpoint ?? false;
    api.binaryMediaTypes = [...(input.binaryMediaTypes ?? [])];
    api.minimumCompressionSize = input.minimumCompressionSize;
    api.apiKeySource = input.apiKeySource ?? 'HEADER';
    for (const [key, value] of Object.entries(input.tags ?? {})) api.tags.set(key, value);
    state.restApis.set(api.id, api);
    return restApiShape(api);
  },

  GetRestApi: ({ restApiId }, { state }) => restApiShape(apiNamed(state, restApiId)),

  GetRestApis(input, { state }) {
    const page = pageOf(state.restApis.values(), input, ({ id }) => id);
    return { ...page, items: page.items.map(restApiShape) };
  },

  UpdateRestApi({ restApiId, patchOperations }, call) {
    const api = apiNamed(call.state, restApiId);
    // On a copy, so that a patch that is refused leaves nothing behind of those before it.
    const draft = { ...api };
    applyPatches(draft, patchOperations, patchesOf(call));
    Object.assign(api, draft);
    return restApiShape(api);
  },

  DeleteRestApi({ restApiId }, { state }) {
    const api = apiNamed(state, restApiId);
    if (mappingsTo(state, api.id))
      badRequest('Please remove all base path mappings related to the API in your region before deleting it.');
    state.restApis.delete(api.id);
    return {};
  },
};
