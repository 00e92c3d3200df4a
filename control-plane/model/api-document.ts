import { accessPolicy } from './access-policy.ts';
import { Fault } from './faults.ts';
import { fingerprint } from './fingerprint.ts';
import type { Fleet } from './fleet.ts';
import { FUNCTION_EXTENSION, isObject, type JsonObject, operationsOf } from './openapi-document.ts';
import type { Region } from './region.ts';

/** API Gateway's own default and, without a quota raised, its longest. */
const INTEGRATION_TIMEOUT_MS = 29_000;

/** Goes up when this file composes a different document from the same parts, so that what is deployed follows. */
const COMPOSITION = 2;

/**
 * What makes one member's API document, besides the fleet's own, which is here as its fingerprint only:
 * a desired state may not contain it, or its `$ref`s would be taken for references between targets.
 */
export interface ApiParts {
  /** 'landbridge-payments-eu-west-1' */
  readonly name: string;
  /** Fingerprint of the fleet's OpenAPI document. */
  readonly openapi: string;
  readonly invokeRole: string;
  /** ARNs of the functions that the document names, by their name in the fleet file. */
  readonly functionArns: Readonly<Record<string, string>>;
  readonly endpointId: string;
}

/** The identity of a member's API document: what is deployed under another one is not what is declared. */
export const specificationOf = (parts: ApiParts): string => fingerprint({ composition: COMPOSITION, ...parts });

const mapFields = (value: JsonObject, change: (inner: unknown) => unknown): JsonObject =>
  Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, change(inner)]));

/** Path item fields that are not operations (`parameters`, `summary` ...) carry no extension of ours and stay as they are. */
const mapOperations = (openapi: JsonObject, change: (operation: JsonObject) => JsonObject): JsonObject => ({
  ...openapi,
  paths: mapFields(isObject(openapi['paths']) ? openapi['paths'] : {}, (item) =>
    isObject(item) ? mapFields(item, (field) => (isObject(field) ? change(field) : field)) : item,
  ),
});

/** The functions that a fleet's document names, each once. */
export const functionsNamedIn = (openapi: JsonObject): readonly string[] =>
  [...new Set([...operationsOf(openapi)].map(({ functionName }) => functionName))]
    .filter((name) => name !== undefined)
    .toSorted();

/**
 * The OpenAPI document that is imported for one member: the fleet's own, with an integration for every operation
 * that names a function, open to this member's endpoint only.
 *
 * Returns  a new document; `description` carries what tells a deployed API from a declared one
 * Faults   Rejected where an operation names a function that the fleet file does not have
 * Source   docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html,
 *          .../api-gateway-swagger-extensions-endpoint-configuration.html (of OpenAPI 3.0, it belongs to a server)
 */
export function apiDocument(fleet: Fleet, region: Region, parts: ApiParts, description: string): JsonObject {
  const { openapi } = fleet.api;
  const integrated = mapOperations(openapi, (operation) => {
    const { [FUNCTION_EXTENSION]: name, ...rest } = operation;
    return typeof name === 'string'
      ? { ...rest, 'x-amazon-apigateway-integration': integration(name, region, parts) }
      : rest;
  });
  return {
    ...integrated,
    info: { version: '1', ...(isObject(openapi['info']) ? openapi['info'] : {}), title: parts.name, description },
    // In place of the document's own: where this member's API is served from, API Gateway says.
    servers: [{ url: '/', 'x-amazon-apigateway-endpoint-configuration': { vpcEndpointIds: [parts.endpointId] } }],
    'x-amazon-apigateway-policy': accessPolicy(parts.endpointId),
  };
}

function integration(name: string, region: Region, { functionArns, invokeRole }: ApiParts): JsonObject {
  const functionArn = functionArns[name];
  if (functionArn === undefined)
    throw new Fault(
      'Rejected',
      `the OpenAPI document names the function ${name}: add it to \`functions\` in the fleet file`,
    );
  return {
    type: 'aws_proxy',
    httpMethod: 'POST', // how Lambda is invoked, whatever the caller's method
    uri: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
    credentials: invokeRole,
    timeoutInMillis: INTEGRATION_TIMEOUT_MS,
  };
}

/** As ImportRestApi and PutRestApi take it. */
export const documentBytes = (document: JsonObject): Uint8Array => new TextEncoder().encode(JSON.stringify(document));

/** A description that says both whose something is and which specification it has. */
export const describeSpecification = (mark: string, specification: string): string => `${mark} spec:${specification}`;

/** The specification that a description of ours speaks of; `undefined` where it is not ours. */
export const specificationIn = (description: string | undefined, mark: string): string | undefined =>
  description?.startsWith(`${mark} spec:`) ? description.slice(`${mark} spec:`.length) : undefined;
