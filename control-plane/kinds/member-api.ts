import type { RestApi } from '@aws-sdk/client-api-gateway';
import { z } from 'zod';
import { accountAt, roleIn } from '../model/accounts.ts';
import {
  type ApiParts,
  apiDocument,
  describeSpecification,
  documentBytes,
  functionsNamedIn,
  specificationOf,
} from '../model/api-document.ts';
import { type Dialogue, type ReadCall, read, type WriteCall, write } from '../model/aws-call.ts';
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
export function partsOf(declared: Declared): (region: Region) => Open<ApiParts> {
  const { fleet } = declared;
  const openapi = fingerprint(fleet.api.openapi);
  const names = functionsNamedIn(fleet.api.openapi);
  return (region) => ({
    name: `landbridge-${fleet.name}-${region}`,
    openapi,
    invokeRole: roleIn(accountAt(declared, region), fleet.roles.invoke),
    functionArns: Object.fromEntries(names.map((name) => [name, ref('function', `${region}/${name}`, 'id')])),
    endpointId: ref('endpoint', region, 'id'),
  });
}

/** The member's API: the one that the journal knows, or that carries our tags. */
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
    apis.find(({ tags }) => isTagged(tags, fleet, key))
  );
}

/** Whose the API is, and what is to be in it. */
export const apiDescription = ({ region, declared }: Place, parts: ApiParts): string =>
  describeSpecification(markOf(declared.fleet.name, keyOf('rest-api', region)), specificationOf(parts));

/**
 * Imports the whole document in place of whatever the API has now. Nothing of it is served before a deployment.
 *
 * Source  docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api-update.html
 */
export function* overwriteApi(place: Place, restApiId: string, parts: ApiParts): Dialogue<WriteCall, void> {
  const { region, declared } = place;
  const document = apiDocument(declared.fleet, region, parts, apiDescription(place, parts));
  const body = documentBytes(document);
  yield* write(region, 'api-gateway', 'putRestApi', { restApiId, mode: 'overwrite', failOnWarnings: true, body });
}
