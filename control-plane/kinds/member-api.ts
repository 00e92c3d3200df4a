import type { RestApi } from '@aws-sdk/client-api-gateway';
import { z } from 'zod';
import {
  type ApiParts,
  apiDocument,
  describeSpecification,
  documentBytes,
  functionsNamedIn,
  specificationIn,
  specificationOf,
} from '../model/api-document.ts';
import { type AwsCall, type Dialogue, type ReadCall, read, write } from '../model/aws-call.ts';
import { fingerprint } from '../model/fingerprint.ts';
import type { Declared } from '../model/fleet.ts';
import { isTagged, markOf } from '../model/ownership.ts';
import { allPages } from '../model/pages.ts';
import { type Open, ref } from '../model/reference.ts';
import type { Region } from '../model/region.ts';
import { keyOf } from '../model/target.ts';
import type { Place } from './kind.ts';

export const Parts: z.ZodType<ApiParts> = z.object({
  name: z.string(),
  openapi: z.string(),
  invokeRole: z.string(),
  functionArns: z.record(z.string(), z.string()),
  endpointId: z.string(),
});

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

/** The document as API Gateway imports it. */
export function bodyOf({ region, declared: { fleet } }: Place, parts: ApiParts): Uint8Array {
  const mark = markOf(fleet.name, keyOf('rest-api', region));
  return documentBytes(apiDocument(fleet, region, parts, describeSpecification(mark, specificationOf(parts))));
}
