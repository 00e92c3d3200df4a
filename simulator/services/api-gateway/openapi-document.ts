import { parse as parseYaml } from 'yaml';
import { badRequest } from './answers.ts';

export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const objectAt = (value: unknown): Json => (isObject(value) ? value : {});
export const listAt = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const textAt = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** An API definition as it was imported, of either version. */
export interface OpenApiDocument {
  readonly version: '2.0' | '3.0';
  readonly root: Json;
}

function parsed(text: string): unknown {
  try {
    return text.trimStart().startsWith('{') ? JSON.parse(text) : parseYaml(text);
  } catch {
    return badRequest('Invalid OpenAPI input.');
  }
}

/**
 * Reads an API definition: OpenAPI 3.0 or Swagger 2.0, in JSON or YAML.
 *
 * Faults  BadRequestException: it does not parse, or is of another version; API Gateway says no more than that
 * Source  docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api.html (versions);
 *         github.com/aws/aws-cli/issues/8191 (what it says of OpenAPI 3.1)
 */
export function readOpenApi(body: unknown): OpenApiDocument {
  const root = parsed(body instanceof Uint8Array ? new TextDecoder().decode(body) : (textAt(body) ?? ''));
  if (!isObject(root) || !isObject(root['paths']) || !isObject(root['info']))
    return badRequest('Invalid OpenAPI input.');
  if (root['swagger'] === '2.0' || root['swagger'] === 2) return { version: '2.0', root };
  if (/^3\.0\.\d+$/.test(textAt(root['openapi']) ?? '')) return { version: '3.0', root };
  return badRequest('Invalid OpenAPI input.');
}

/** What a value stands for: itself, or what its `$ref` into the same document names. */
export function dereferenced({ root }: OpenApiDocument, value: unknown): unknown {
  const reference = isObject(value) ? textAt(value['$ref']) : undefined;
  if (reference === undefined) return value;
  if (!reference.startsWith('#/')) return badRequest(`Unable to resolve reference: ${reference}`);
  let found: unknown = root;
  for (const segment of reference.slice(2).split('/'))
    found = objectAt(found)[segment.replaceAll('~1', '/').replaceAll('~0', '~')];
  return found === undefined ? badRequest(`Unable to resolve reference: ${reference}`) : found;
}

export const securitySchemesOf = ({ version, root }: OpenApiDocument): Json =>
  objectAt(version === '2.0' ? root['securityDefinitions'] : objectAt(root['components'])['securitySchemes']);
