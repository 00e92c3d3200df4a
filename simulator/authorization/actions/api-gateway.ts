import type { APIGateway } from '@aws-sdk/client-api-gateway';
import type { Call } from '../../service.ts';
import { domainAt } from '../../services/api-gateway/anywhere.ts';
import type { ApiGatewayState } from '../../services/api-gateway/state.ts';
import type { Access, Needs, PassedRole } from '../access.ts';
import { policyOf as policyOfText } from '../policy.ts';
import { type ActionTable, requestTags } from './action-table.ts';

type GatewayCall = Call<ApiGatewayState>;
type Verb = 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT';
type Tags = ReadonlyMap<string, string> | undefined;

/** A path of API Gateway's own API: most name no account. */
const arnOf = ({ place }: GatewayCall, path: string): string => `arn:aws:apigateway:${place.region}::${path}`;
const ownArn = ({ place }: GatewayCall, path: string): string =>
  `arn:aws:apigateway:${place.region}:${place.account}:${path}`;

const on = (call: GatewayCall, verb: Verb, path: string, tags?: Tags): Access => ({
  action: `apigateway:${verb}`,
  resource: arnOf(call, path),
  tags,
});

interface ApiRequest {
  readonly restApiId?: string | undefined;
  readonly stageName?: string | undefined;
}

/** What belongs to an API has its tags. Source: Developer Guide, "Tag inheritance in the Amazon API Gateway V1 API". */
function tagsOf({ state }: GatewayCall, { restApiId = '', stageName = '' }: ApiRequest): Tags {
  const api = state.restApis.get(restApiId);
  const stage = api?.stages.get(stageName);
  return api === undefined || stage === undefined || stage.tags.size === 0
    ? api?.tags
    : new Map([...api.tags, ...stage.tags]);
}

/** A resource of an API: `below` is what stands behind /restapis/<id>. */
const ofApi =
  <Input extends ApiRequest>(verb: Verb, below: (input: Input) => string) =>
  (input: Input, call: GatewayCall): readonly Access[] => [
    {
      ...on(call, verb, `/restapis/${input.restApiId}${below(input)}`, tagsOf(call, input)),
      absent: !call.state.restApis.has(input.restApiId ?? ''),
    },
  ];

interface MethodRequest extends ApiRequest {
  readonly resourceId?: string | undefined;
  readonly httpMethod?: string | undefined;
  readonly statusCode?: string | undefined;
}

const resource = ({ resourceId }: MethodRequest): string => `/resources/${resourceId}`;
const method = (input: MethodRequest): string => `${resource(input)}/methods/${input.httpMethod}`;
const integration = (input: MethodRequest): string => `${method(input)}/integration`;
const stage = ({ stageName }: ApiRequest): string => `/stages/${stageName}`;
const deployment = ({ deploymentId }: ApiRequest & { deploymentId?: string | undefined }): string =>
  `/deployments/${deploymentId}`;

/** At a fixed path. */
const at = (verb: Verb, path: string) => (_input: object, call: GatewayCall) => [on(call, verb, path)];

/** Tags in a create take a PUT on the tags of what is not there yet. Source: github.com/mattclay/aws-terminator/pull/284 */
function making(call: GatewayCall, path: string, tags: Record<string, string> | undefined, parent?: Tags): Access[] {
  const asked = requestTags(tags);
  const made: Access = { ...on(call, 'POST', path, parent), requestTags: asked };
  if (asked === undefined) return [made];
  const target = encodeURIComponent(arnOf(call, `${path}/*`)).replaceAll('%2A', '*');
  return [made, { action: 'apigateway:PUT', resource: arnOf(call, `/tags/${target}`), requestTags: asked }];
}

interface DomainRequest {
  readonly domainName?: string | undefined;
  readonly domainNameId?: string | undefined;
  readonly basePath?: string | undefined;
}

/** A private domain goes by its name and its id, and is the account's own. */
function domain(call: GatewayCall, verb: string, { domainName, domainNameId }: DomainRequest): Access {
  const found = [...call.state.domainNames.values()].find((one) => one.domainNameId === domainNameId);
  const isPrivate = domainNameId !== undefined;
  const path = `/domainnames/${domainName}${isPrivate ? `+${domainNameId}` : ''}`;
  return {
    action: `apigateway:${verb}`,
    resource: isPrivate ? ownArn(call, path) : arnOf(call, path),
    tags: found?.tags,
    absent: found === undefined,
  };
}

const ofDomain =
  (verb: Verb) =>
  (input: DomainRequest, call: GatewayCall): readonly Access[] => [domain(call, verb, input)];

/** Mappings stand below their domain, and even those of a private one name no account. */
const ofMappings =
  (verb: Verb, below: (input: DomainRequest) => string) =>
  (input: DomainRequest, call: GatewayCall): readonly Access[] => {
    const id = input.domainNameId === undefined ? '' : `+${input.domainNameId}`;
    const { tags, absent } = domain(call, verb, input);
    return [
      { ...on(call, verb, `/domainnames/${input.domainName}${id}/basepathmappings${below(input)}`, tags), absent },
    ];
  };

const mapping = ({ basePath }: DomainRequest): string => `/${basePath}`;

type Patches = readonly { readonly path?: string | undefined }[] | undefined;
const patches = (given: Patches, path: string): boolean => (given ?? []).some((patch) => patch.path === path);

/** A resource's policy takes an action of its own. */
const policyOf = (call: GatewayCall, action: string, path: string, own = false): Access => ({
  action: `apigateway:${action}`,
  resource: own ? ownArn(call, path) : arnOf(call, path),
});

const textOf = (body: unknown): string =>
  typeof body === 'string' ? body : body instanceof Uint8Array ? new TextDecoder().decode(body) : '';

/** Roles that an imported definition has its integrations act as. */
const credentialsIn = (text: string): readonly string[] => [
  ...new Set(
    [...text.matchAll(/"credentials"\s*:\s*"(arn:aws[\w-]*:iam::\d{12}:role\/[^"]+)"/g)].map(([, arn = '']) => arn),
  ),
];

const passed = (call: GatewayCall, roles: readonly string[]): readonly PassedRole[] =>
  roles
    .filter((roleArn) => /^arn:aws[\w-]*:iam::\d{12}:role\//.test(roleArn))
    .map((roleArn) => ({ roleArn, to: 'apigateway.amazonaws.com', for: arnOf(call, '/restapis/*') }));

/** An import writes what its document says: a policy and roles among it. */
function imported(call: GatewayCall, access: readonly Access[], path: string, body: unknown): Needs {
  const text = textOf(body);
  const withPolicy = text.includes('x-amazon-apigateway-policy');
  return {
    access: withPolicy ? [...access, policyOf(call, 'UpdateRestApiPolicy', path)] : access,
    passes: passed(call, credentialsIn(text)),
  };
}

const tagPath = (resourceArn: string | undefined): string =>
  `/tags/${encodeURIComponent(decodeURIComponent(resourceArn ?? ''))}`;

/**
 * What API Gateway asks of IAM: an HTTP verb on a path of its own API, and some actions besides for what is delicate.
 *
 * Source  Service Authorization Reference, "Actions, resources, and condition keys for Amazon API Gateway Management"
 */
export const apiGatewayActions: ActionTable<APIGateway, ApiGatewayState> = {
  GetAccount: at('GET', '/account'),
  UpdateAccount: (input, call) => ({
    access: [on(call, 'PATCH', '/account')],
    passes: passed(
      call,
      (input.patchOperations ?? []).flatMap(({ path, value }) => (path === '/cloudwatchRoleArn' ? (value ?? []) : [])),
    ),
  }),

  GetRestApis: at('GET', '/restapis'),
  CreateRestApi: (input, call) => [
    ...making(call, '/restapis', input.tags),
    ...(input.policy === undefined ? [] : [policyOf(call, 'UpdateRestApiPolicy', '/restapis')]),
  ],
  ImportRestApi: (input, call) => imported(call, making(call, '/restapis', undefined), '/restapis', input.body),
  GetRestApi: ofApi('GET', () => ''),
  PutRestApi: (input, call) =>
    imported(call, ofApi('PUT', () => '')(input, call), `/restapis/${input.restApiId}`, input.body),
  UpdateRestApi: (input, call) => [
    ...ofApi('PATCH', () => '')(input, call),
    ...(patches(input.patchOperations, '/policy')
      ? [policyOf(call, 'UpdateRestApiPolicy', `/restapis/${input.restApiId}`)]
      : []),
  ],
  DeleteRestApi: ofApi('DELETE', () => ''),
  GetExport: ofApi<ApiRequest & { exportType?: string | undefined }>(
    'GET',
    (input) => `${stage(input)}/exports/${input.exportType}`,
  ),

  GetResources: ofApi('GET', () => '/resources'),
  GetResource: ofApi('GET', resource),
  CreateResource: ofApi<ApiRequest & { parentId?: string | undefined }>(
    'POST',
    ({ parentId }) => `/resources/${parentId}`,
  ),
  DeleteResource: ofApi('DELETE', resource),
  GetMethod: ofApi('GET', method),
  PutMethod: ofApi('PUT', method),
  DeleteMethod: ofApi('DELETE', method),
  PutMethodResponse: ofApi('PUT', (input: MethodRequest) => `${method(input)}/responses/${input.statusCode}`),
  GetIntegration: ofApi('GET', integration),
  PutIntegration: (input, call) => ({
    access: ofApi('PUT', integration)(input, call),
    passes: passed(call, input.credentials === undefined ? [] : [input.credentials]),
  }),
  DeleteIntegration: ofApi('DELETE', integration),
  PutIntegrationResponse: ofApi('PUT', (input: MethodRequest) => `${integration(input)}/responses/${input.statusCode}`),

  GetDeployments: ofApi('GET', () => '/deployments'),
  GetDeployment: ofApi('GET', deployment),
  CreateDeployment: ofApi('POST', () => '/deployments'),
  UpdateDeployment: ofApi('PATCH', deployment),
  DeleteDeployment: ofApi('DELETE', deployment),
  GetStages: ofApi('GET', () => '/stages'),
  GetStage: ofApi('GET', stage),
  CreateStage: (input, call) =>
    making(call, `/restapis/${input.restApiId}/stages`, input.tags, tagsOf(call, { restApiId: input.restApiId })),
  UpdateStage: ofApi('PATCH', stage),
  DeleteStage: ofApi('DELETE', stage),

  GetDomainNames: at('GET', '/domainnames'),
  GetDomainName: ofDomain('GET'),
  CreateDomainName: (input, call) => [
    ...making(call, '/domainnames', input.tags),
    ...(input.policy === undefined ? [] : [policyOf(call, 'UpdateDomainNamePolicy', '/domainnames')]),
  ],
  UpdateDomainName(input, call) {
    const access = domain(call, 'PATCH', input);
    const more = [
      ...(patches(input.patchOperations, '/policy') ? ['UpdateDomainNamePolicy'] : []),
      ...(patches(input.patchOperations, '/managementPolicy') ? ['UpdateDomainNameManagementPolicy'] : []),
    ];
    return [access, ...more.map((action) => ({ ...access, action: `apigateway:${action}` }))];
  },
  DeleteDomainName: ofDomain('DELETE'),
  GetBasePathMappings: ofMappings('GET', () => ''),
  GetBasePathMapping: ofMappings('GET', mapping),
  CreateBasePathMapping: ofMappings('POST', () => ''),
  UpdateBasePathMapping: ofMappings('PATCH', mapping),
  DeleteBasePathMapping: ofMappings('DELETE', mapping),

  GetDomainNameAccessAssociations: (_input, call) => [
    { action: 'apigateway:GET', resource: ownArn(call, '/domainnameaccessassociations') },
  ],
  /** On the consumer's side the association, on the provider's the domain. */
  CreateDomainNameAccessAssociation(input, call) {
    const { domainNameArn = '' } = input;
    const asked = requestTags(input.tags);
    const path = '/domainnameaccessassociations';
    const made: Access = { action: 'apigateway:POST', resource: ownArn(call, path), requestTags: asked };
    const domainName = domainAt(call.world, domainNameArn);
    const target = encodeURIComponent(ownArn(call, `${path}/*`)).replaceAll('%2A', '*');
    return [
      made,
      {
        action: 'apigateway:CreateAccessAssociation',
        resource: domainNameArn,
        tags: domainName?.tags,
        absent: domainName === undefined,
        policy: domainName?.managementPolicy === undefined ? [] : policyOfText(domainName.managementPolicy).statements,
      },
      ...(asked === undefined
        ? []
        : [{ action: 'apigateway:PUT', resource: arnOf(call, `/tags/${target}`), requestTags: asked }]),
    ];
  },
  DeleteDomainNameAccessAssociation: ({ domainNameAccessAssociationArn: arn = '' }, call) => [
    {
      action: 'apigateway:DELETE',
      resource: arn,
      tags: call.state.accessAssociations.get(arn)?.tags,
      absent: !call.state.accessAssociations.has(arn),
    },
  ],
  RejectDomainNameAccessAssociation: ({ domainNameArn = '' }, call) => [
    {
      action: 'apigateway:RejectAccessAssociation',
      resource: domainNameArn,
      tags: call.state.domainNames.get(domainNameArn)?.tags,
      absent: !call.state.domainNames.has(domainNameArn),
    },
  ],

  GetApiKeys: at('GET', '/apikeys'),
  CreateApiKey: (input, call) => making(call, '/apikeys', input.tags),
  GetUsagePlans: at('GET', '/usageplans'),
  CreateUsagePlan: (input, call) => making(call, '/usageplans', input.tags),
  CreateUsagePlanKey: ({ usagePlanId = '' }, call) => [
    on(call, 'POST', `/usageplans/${usagePlanId}/keys`, call.state.usagePlans.get(usagePlanId)?.tags),
  ],

  GetTags: (input, call) => [on(call, 'GET', tagPath(input.resourceArn))],
  TagResource: (input, call) => [
    { ...on(call, 'PUT', tagPath(input.resourceArn)), requestTags: requestTags(input.tags) },
  ],
  UntagResource: (input, call) => [{ ...on(call, 'DELETE', tagPath(input.resourceArn)), tagKeys: input.tagKeys }],
};
