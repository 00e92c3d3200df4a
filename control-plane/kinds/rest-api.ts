import type { PatchOperation } from '@aws-sdk/client-api-gateway';
import { accessPolicyText, canonicalPolicy } from '../model/access-policy.ts';
import { accountAt } from '../model/accounts.ts';
import { type ApiParts, specificationIn, specificationOf } from '../model/api-document.ts';
import { answered, write, writeUnlessAbsent } from '../model/aws-call.ts';
import { difference, missing } from '../model/drift.ts';
import { hasAllTags, markOf, tagsMissing, tagsOf } from '../model/ownership.ts';
import { keyOf } from '../model/target.ts';
import { tag } from './api-gateway-tags.ts';
import type { Kind, Place } from './kind.ts';
import { apiDescription, findRestApi, overwriteApi, Parts, partsOf } from './member-api.ts';
import { memberTarget, servingMembers } from './member-target.ts';
import {
  apiGatewayArn,
  apiGatewayTags,
  ownedByAFleet,
  passes,
  servicesOwnRole,
  taggedAtCreation,
} from './permission-scopes.ts';

export interface ObservedApi {
  readonly id: string;
  /** What the description says was imported last. */
  readonly specification: string | undefined;
  /** In canonical form: see `canonicalPolicy`. */
  readonly policy: string;
  readonly endpointIds: readonly string[];
  readonly hasAllTags: boolean;
}

/**
 * The private REST API of one serving Region.
 *
 * Created empty, but ours from its first moment (an import takes no tags); the fleet's OpenAPI document is imported
 * with the first deployment, and whenever the specification changes: see `stage` and `overwriteApi`.
 *
 * Desired   what its document is made of; the fingerprint of that is its specification
 * Observed  the specification in the description, policy, endpoints and tags, as one GetRestApis has them. What a
 *           stranger edits beneath that (a method, an integration) serves nobody until it is deployed
 * Faults    Rejected where API Gateway does not take the document; Throttled (one creation per 3 s, one put per second)
 * Source    docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-create.html;
 *           x-amazon-apigateway-tag-value, the tags of an import, is for HTTP APIs
 */
export const restApi: Kind<ApiParts, ObservedApi> = {
  name: 'rest-api',
  dependsOn: [],
  desired: Parts,
  permissions: {
    read: [{ actions: ['apigateway:GET'], resources: [apiGatewayArn('/restapis')] }],
    write: [
      { actions: ['apigateway:POST'], resources: [apiGatewayArn('/restapis')], conditions: taggedAtCreation },
      {
        actions: ['apigateway:UpdateRestApiPolicy'],
        resources: [apiGatewayArn('/restapis'), apiGatewayArn('/restapis/*')],
      },
      apiGatewayTags,
      {
        actions: ['apigateway:PUT', 'apigateway:PATCH', 'apigateway:DELETE'],
        resources: [apiGatewayArn('/restapis/*')],
        conditions: ownedByAFleet,
      },
      passes(['landbridge-*-invoke'], 'apigateway.amazonaws.com'),
      servicesOwnRole('ops.apigateway.amazonaws.com', 'AWSServiceRoleForAPIGateway'),
    ],
  },

  *targets(declared) {
    const want = partsOf(declared);
    for (const { region } of servingMembers(declared)) yield memberTarget<ApiParts>('rest-api', region, want(region));
  },

  *survey(place) {
    const api = yield* findRestApi(place);
    if (api?.id === undefined) return new Map();
    const { region, declared } = place;
    const { name } = declared.fleet;
    const account = accountAt(declared, region);
    const key = keyOf('rest-api', region);
    const observed: ObservedApi = {
      id: api.id,
      specification: specificationIn(api.description, markOf(name, key)),
      policy: canonicalPolicy(api.policy, `arn:aws:execute-api:${region}:${account}:${api.id}`),
      endpointIds: api.endpointConfiguration?.vpcEndpointIds ?? [],
      hasAllTags: hasAllTags(api.tags, name, key),
    };
    return new Map([[region, observed]]);
  },

  attributes: ({ id, specification }) => ({ id, ...(specification !== undefined && { specification }) }),

  diff(desired, observed) {
    if (observed === undefined) return missing(desired.name);
    const policy = canonicalPolicy(accessPolicyText(desired.endpointId), '');
    return [
      ...difference('specification', specificationOf(desired), observed.specification, 'risk'),
      ...difference('policy', policy, observed.policy, 'risk'), // in force once somebody deploys it
      ...difference('endpointIds', [desired.endpointId], observed.endpointIds, 'risk'),
      ...(observed.hasAllTags ? [] : [tagsMissing]),
    ];
  },

  *apply({ desired, observed, drift, place, key }) {
    const { region, declared } = place;
    if (observed === undefined) {
      const { id } = yield* write(region, 'api-gateway', 'createRestApi', {
        name: desired.name,
        description: apiDescription(place, desired),
        endpointConfiguration: { types: ['PRIVATE'], vpcEndpointIds: [desired.endpointId] },
        policy: accessPolicyText(desired.endpointId),
        tags: tagsOf(declared.fleet.name, key),
      });
      return { id: answered(id, 'createRestApi') };
    }
    const restApiId = observed.id;
    const drifted = new Set(drift.map(({ field }) => field));
    const patchOperations = patches(drifted, desired, observed.endpointIds);
    // First: nothing may be changed that bears no fleet's tag.
    if (!observed.hasAllTags) yield* tag(place, key, arnOf(place, restApiId));
    if (drifted.has('specification')) yield* overwriteApi(place, restApiId, desired);
    else if (patchOperations.length > 0)
      yield* write(region, 'api-gateway', 'updateRestApi', { restApiId, patchOperations });
    return { id: restApiId };
  },

  *remove({ key, observed, place }) {
    if (!observed.hasAllTags) yield* tag(place, key, arnOf(place, observed.id));
    yield* writeUnlessAbsent(place.region, 'api-gateway', 'deleteRestApi', { restApiId: observed.id });
  },
};

const arnOf = ({ region }: Place, restApiId: string): string => `arn:aws:apigateway:${region}::/restapis/${restApiId}`;

function patches(drifted: ReadonlySet<string>, { endpointId }: ApiParts, present: readonly string[]): PatchOperation[] {
  const path = '/endpointConfiguration/vpcEndpointIds';
  const surplus = present.filter((id) => id !== endpointId);
  const isMissing = !present.includes(endpointId);
  return [
    ...(drifted.has('policy')
      ? [{ op: 'replace' as const, path: '/policy', value: accessPolicyText(endpointId) }]
      : []),
    ...(isMissing ? [{ op: 'add' as const, path, value: endpointId }] : []),
    ...surplus.map((value) => ({ op: 'remove' as const, path, value })),
  ];
}
