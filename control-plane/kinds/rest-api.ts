import type { PatchOperation, RestApi } from '@aws-sdk/client-api-gateway';
import { z } from 'zod';
import { accessPolicyText, canonicalPolicy } from '../model/access-policy.ts';
import {
  type ApiParts,
  apiDocument,
  describeSpecification,
  documentBytes,
  functionsNamedIn,
  specificationIn,
  specificationOf,
} from '../model/api-document.ts';
import { type AwsCall, type Dialogue, type ReadCall, read, write, writeUnlessAbsent } from '../model/aws-call.ts';
import type { Drift } from '../model/drift.ts';
import { fingerprint } from '../model/fingerprint.ts';
import type { Declared } from '../model/fleet.ts';
import { hasAllTags, isTagged, markOf } from '../model/ownership.ts';
import { allPages } from '../model/pages.ts';
import { type Open, ref } from '../model/reference.ts';
import type { Region } from '../model/region.ts';
import { keyOf } from '../model/target.ts';
import { tag, tagsMissing } from './api-gateway-tags.ts';
import type { Kind, Place } from './kind.ts';
import { memberTarget, servingMembers } from './member-target.ts';

export const Parts: z.ZodType<ApiParts> = z.object({
  name: z.string(),
  openapi: z.string(),
  invokeRole: z.string(),
  functionArns: z.record(z.string(), z.string()),
  endpointId: z.string(),
});

export interface ObservedApi {
  readonly id: string;
  /** What the description says was imported last. */
  readonly specification: string | undefined;
  /** In canonical form: see `canonicalPolicy`. */
  readonly policy: string;
  readonly endpointIds: readonly string[];
  readonly hasAllTags: boolean;
}

/** What each serving member's API is made of. The document is fingerprinted once for all of them. */
export function partsOf({ fleet }: Declared): (region: Region) => Open<ApiParts> {
  const openapi = fingerprint(fleet.api.openapi);
  const names = functionsNamedIn(fleet.api.openapi);
  return (region) => ({
    name: `landbridge-${fleet.name}-${region}`,
    openapi,
    invokeRole: fleet.roles.invoke,
    functionArns: Object.fromEntries(names.map((name) => [name, ref('function', `${region}/${name}`, 'id')])),
    endpointId: ref('endpoint', region, 'id'),
  });
}

/** The member's API, whichever trace of ours it still carries. */
export function* findRestApi(place: Place): Dialogue<ReadCall, RestApi | undefined> {
  const { region, declared } = place;
  const key = keyOf('rest-api', region);
  const { name: fleet } = declared.fleet;
  const pages = yield* allPages(
    (position: string | undefined) => read(region, 'api-gateway', 'getRestApis', { limit: 500, position }),
    ({ position }) => position,
  );
  const apis = pages.flatMap(({ items = [] }) => items);
  return (
    apis.find(({ id }) => id !== undefined && id === place.known(key)) ??
    apis.find(({ tags }) => isTagged(tags, fleet, key)) ??
    // Import takes no tags, so an API whose maker died before tagging it has its description only.
    apis.find(({ description }) => specificationIn(description, markOf(fleet, key)) !== undefined)
  );
}

/** Puts the whole document in place of whatever the API has now. Nothing of it is served before a deployment. */
export function* overwriteApi(place: Place, restApiId: string, parts: ApiParts): Dialogue<AwsCall, void> {
  yield* write(place.region, 'api-gateway', 'putRestApi', {
    restApiId,
    mode: 'overwrite',
    failOnWarnings: true,
    body: bodyOf(place, parts),
  });
}

function bodyOf({ region, declared: { fleet } }: Place, parts: ApiParts): Uint8Array {
  const mark = markOf(fleet.name, keyOf('rest-api', region));
  return documentBytes(apiDocument(fleet, region, parts, describeSpecification(mark, specificationOf(parts))));
}

/**
 * The private REST API of one serving Region, imported whole from the fleet's OpenAPI document.
 *
 * Desired   what the document is made of; its fingerprint is the specification
 * Observed  the specification in the description, policy, endpoints and tags, as one GetRestApis has them. What a
 *           stranger edits beneath that (a method, an integration) serves nobody until it is deployed: see `stage`
 * Faults    Rejected where API Gateway does not take the document; Throttled (one import per 3 s, one put per second)
 * Source    docs.aws.amazon.com/apigateway/latest/developerguide/import-api-quick-start-openapi.html;
 *           import takes no tags: x-amazon-apigateway-tag-value is for HTTP APIs
 */
export const restApi: Kind<ApiParts, ObservedApi> = {
  name: 'rest-api',
  dependsOn: [],
  desired: Parts,

  *targets(declared) {
    const want = partsOf(declared);
    for (const { region } of servingMembers(declared)) yield memberTarget<ApiParts>('rest-api', region, want(region));
  },

  *survey(place) {
    const api = yield* findRestApi(place);
    if (api?.id === undefined) return new Map();
    const { region, declared } = place;
    const { name, account } = declared.fleet;
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
    if (observed === undefined)
      return [{ field: 'existence', desired: desired.name, observed: undefined, impact: 'outage' }];
    const drift: Drift[] = [];
    const specification = specificationOf(desired);
    if (observed.specification !== specification)
      drift.push({ field: 'specification', desired: specification, observed: observed.specification, impact: 'risk' });
    const policy = canonicalPolicy(accessPolicyText(desired.endpointId), '');
    if (observed.policy !== policy)
      drift.push({ field: 'policy', desired: policy, observed: observed.policy, impact: 'risk' });
    if (observed.endpointIds.join() !== desired.endpointId)
      drift.push({
        field: 'endpointIds',
        desired: [desired.endpointId],
        observed: observed.endpointIds,
        impact: 'risk',
      });
    return observed.hasAllTags ? drift : [...drift, tagsMissing];
  },

  *apply({ desired, observed, drift, place, key }) {
    const { region } = place;
    const drifted = new Set(drift.map(({ field }) => field));
    let restApiId = observed?.id;
    if (restApiId === undefined) {
      const parameters = { endpointConfigurationTypes: 'PRIVATE' };
      const body = bodyOf(place, desired);
      const made = yield* write(region, 'api-gateway', 'importRestApi', { failOnWarnings: true, parameters, body });
      restApiId = made.id;
    } else if (drifted.has('specification')) yield* overwriteApi(place, restApiId, desired);
    else if (drifted.has('policy') || drifted.has('endpointIds')) {
      const patchOperations = patches(drifted, desired, observed?.endpointIds ?? []);
      yield* write(region, 'api-gateway', 'updateRestApi', { restApiId, patchOperations });
    }
    if (observed === undefined || drifted.has('tags'))
      yield* tag(place, key, `arn:aws:apigateway:${region}::/restapis/${restApiId}`);
  },

  *remove({ observed, place }) {
    yield* writeUnlessAbsent(place.region, 'api-gateway', 'deleteRestApi', { restApiId: observed.id });
  },
};

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
