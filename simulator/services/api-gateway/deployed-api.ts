import type { Integration, Method } from '@aws-sdk/client-api-gateway';

/** One resource of a deployed API: a path, and a method for each verb, or for 'ANY'. */
export interface DeployedResource {
  /** '/payments/{id}/{proxy+}', as the API declares it. */
  readonly path: string;
  readonly segments: readonly string[];
  readonly methods: ReadonlyMap<string, DeployedMethod>;
}

export interface DeployedMethod {
  readonly httpMethod: string;
  readonly authorizationType: string;
  readonly apiKeyRequired: boolean;
  readonly integration: Readonly<Integration> | undefined;
  readonly methodResponses: NonNullable<Method['methodResponses']>;
}

/**
 * What a deployment froze: the API as it was at that moment.
 *
 * The resource policy is part of it, so a policy that changed takes effect with the next deployment and not before.
 * Source: docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-create-attach.html
 * ("If you update the resource policy after the API is created, you'll need to deploy the API to propagate the changes")
 */
export interface DeployedApi {
  readonly resources: readonly DeployedResource[];
  /** A JSON policy document. */
  readonly policy: string | undefined;
  readonly endpointTypes: readonly string[];
  readonly vpcEndpointIds: readonly string[];
}

/** Where a request lands in a deployed API. */
export interface Route {
  readonly resourcePath: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly method: DeployedMethod;
}

const isGreedy = (segment: string): boolean => segment.startsWith('{') && segment.endsWith('+}');
const isParameter = (segment: string): boolean => segment.startsWith('{') && !isGreedy(segment);

const segmentsOf = (path: string): string[] => path.split('/').filter((segment) => segment !== '');

/** The path parameters with which a resource matches a path, or undefined. */
function matched(resource: DeployedResource, asked: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, segment] of resource.segments.entries()) {
    if (isGreedy(segment)) {
      // {proxy+} stands for one segment or more, not for none.
      if (asked.length <= index) return undefined;
      parameters[segment.slice(1, -2)] = asked.slice(index).join('/');
      return parameters;
    }
    const given = asked[index];
    if (given === undefined) return undefined;
    if (isParameter(segment)) parameters[segment.slice(1, -1)] = given;
    else if (segment !== given) return undefined;
  }
  return asked.length === resource.segments.length ? parameters : undefined;
}

/** Literal before {parameter} before {proxy+}, segment by segment: API Gateway takes the most specific resource. */
const specificity = ({ segments }: DeployedResource): string =>
  segments.map((segment) => (isGreedy(segment) ? '2' : isParameter(segment) ? '1' : '0')).join('');

/**
 * The method that answers a request, and what its path's parameters are.
 *
 * 'unknown-path' and 'unknown-method' both answer 403 MissingAuthenticationToken at AWS, but are two things to explain.
 */
export function routeIn(api: DeployedApi, httpMethod: string, path: string): Route | 'unknown-path' | 'unknown-method' {
  const asked = segmentsOf(path);
  let best: { readonly resource: DeployedResource; readonly parameters: Record<string, string> } | undefined;
  for (const resource of api.resources) {
    const parameters = resource.methods.size === 0 ? undefined : matched(resource, asked);
    if (parameters === undefined) continue;
    if (best === undefined || specificity(resource) < specificity(best.resource)) best = { resource, parameters };
  }
  if (best === undefined) return 'unknown-path';
  const method = best.resource.methods.get(httpMethod) ?? best.resource.methods.get('ANY');
  if (method === undefined) return 'unknown-method';
  return { resourcePath: best.resource.path, pathParameters: best.parameters, method };
}
