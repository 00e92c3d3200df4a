import { type Problem, problem } from './problem.ts';

/** What a path of an OpenAPI 3.0 document answers; the last is API Gateway's own, for all of them. */
const METHODS = [
  'get',
  'put',
  'post',
  'delete',
  'options',
  'head',
  'patch',
  'trace',
  'x-amazon-apigateway-any-method',
] as const;

export const FUNCTION_EXTENSION = 'x-landbridge-function';

export type JsonObject = Readonly<Record<string, unknown>>;
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One operation of an API: where it stands, and the function that answers it. */
export interface Operation {
  /** '/payments/{id}' */
  readonly path: string;
  /** 'get' */
  readonly method: string;
  /** Undefined where the document does not say, or not with a name. */
  readonly functionName: string | undefined;
}

export function* operationsOf(document: JsonObject): Generator<Operation, void> {
  const paths = isObject(document['paths']) ? document['paths'] : {};
  for (const [path, item] of Object.entries(paths)) {
    if (!isObject(item)) continue;
    for (const method of METHODS) {
      const operation = item[method];
      if (!isObject(operation)) continue;
      const named = operation[FUNCTION_EXTENSION];
      yield { path, method, functionName: typeof named === 'string' ? named : undefined };
    }
  }
}

/**
 * What keeps a document from becoming the fleet's API.
 *
 * Source  docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api.html: 2.0 and 3.0, not 3.1
 */
export function problemsOfOpenApi(document: unknown, functions: readonly string[]): Problem[] {
  const at = 'api.openapi';
  if (!isObject(document))
    return [
      problem(
        at,
        'names a file that is not an OpenAPI document',
        'name a YAML or JSON file that begins with openapi: 3.0.x',
      ),
    ];
  const version = document['openapi'];
  if (typeof version !== 'string' || !version.startsWith('3.0.'))
    return [
      problem(
        `${at}.openapi`,
        version === undefined
          ? 'is missing: the document is not OpenAPI 3'
          : `is ${JSON.stringify(version)}, which API Gateway does not import`,
        "write openapi: '3.0.3' and keep to what that version knows",
      ),
    ];
  const operations = [...operationsOf(document)];
  if (operations.length === 0)
    return [
      problem(`${at}.paths`, 'has no operation: nobody could call this API', 'add one, such as /health with a get'),
    ];
  const known = functions.join(', ');
  return operations.flatMap(({ path, method, functionName }) => {
    const where = `${at}.paths.${path}.${method}.${FUNCTION_EXTENSION}`;
    if (functionName === undefined)
      return [problem(where, 'is missing: nothing answers this operation', `name one of the functions: ${known}`)];
    if (functions.includes(functionName)) return [];
    return [
      problem(
        where,
        `"${functionName}" is not a function of this fleet`,
        `declare it under functions, or name one of: ${known}`,
      ),
    ];
  });
}
