import type {
  BasePathMapping as BasePathMappingShape,
  Deployment as DeploymentShape,
  Method,
  MethodSnapshot,
  Resource as ResourceShape,
  RestApi as RestApiShape,
  Stage as StageShape,
} from '@aws-sdk/client-api-gateway';
import { AwsError } from '../../aws-error.ts';
import { escapedPolicy } from './policy-document.ts';
import type { ApiGatewayState, BasePathMapping, Deployment, Resource, RestApi, Stage } from './state.ts';

export const notFound = (message: string): never => {
  throw new AwsError('NotFoundException', message);
};

export const badRequest = (message: string): never => {
  throw new AwsError('BadRequestException', message);
};

export const apiNamed = ({ restApis, place }: ApiGatewayState, id: string | undefined): RestApi =>
  restApis.get(id ?? '') ?? notFound(`Invalid API identifier specified ${place.account}:${id}`);

export const resourceNamed = (api: RestApi, id: string | undefined): Resource =>
  api.resources.get(id ?? '') ?? notFound('Invalid Resource identifier specified');

export const stageNamed = (api: RestApi, name: string | undefined): Stage =>
  api.stages.get(name ?? '') ?? notFound('Invalid stage identifier specified');

export const deploymentNamed = (api: RestApi, id: string | undefined): Deployment =>
  api.deployments.get(id ?? '') ?? notFound('Invalid Deployment identifier specified');

/** Under which its resource policy and its requests know an API. */
export const executeArn = ({ place }: ApiGatewayState, apiId: string): string =>
  `arn:aws:execute-api:${place.region}:${place.account}:${apiId}`;

export const restApiShape = (api: RestApi): RestApiShape => ({
  id: api.id,
  name: api.name,
  ...(api.description !== undefined && { description: api.description }),
  ...(api.version !== undefined && { version: api.version }),
  createdDate: new Date(api.createdAtMs),
  apiKeySource: api.apiKeySource,
  endpointConfiguration: {
    types: [...api.endpointTypes],
    // Private APIs are dualstack and cannot be anything else.
    ipAddressType: api.endpointTypes.includes('PRIVATE') ? 'dualstack' : 'ipv4',
    ...(api.vpcEndpointIds.length > 0 && { vpcEndpointIds: [...api.vpcEndpointIds] }),
  },
  ...(api.policy !== undefined && { policy: escapedPolicy(api.policy) }),
  ...(api.binaryMediaTypes.length > 0 && { binaryMediaTypes: [...api.binaryMediaTypes] }),
  ...(api.minimumCompressionSize !== undefined && { minimumCompressionSize: api.minimumCompressionSize }),
  ...(api.tags.size > 0 && { tags: Object.fromEntries(api.tags) }),
  disableExecuteApiEndpoint: api.disableExecuteApiEndpoint,
  rootResourceId: api.rootResourceId,
});

export const methodCopy = (method: Readonly<Method>): Method => structuredClone(method);

export const resourceShape = (resource: Resource, withMethods: boolean): ResourceShape => ({
  id: resource.id,
  ...(resource.parentId !== undefined && { parentId: resource.parentId, pathPart: resource.pathPart }),
  path: resource.path,
  ...(resource.methods.size > 0 && {
    resourceMethods: Object.fromEntries(
      [...resource.methods].map(([verb, method]) => [verb, withMethods ? methodCopy(method) : {}]),
    ),
  }),
});

export const stageShape = (stage: Stage): StageShape => ({
  deploymentId: stage.deploymentId,
  stageName: stage.stageName,
  ...(stage.description !== undefined && { description: stage.description }),
  cacheClusterEnabled: stage.cacheClusterEnabled,
  ...(stage.cacheClusterSize !== undefined && { cacheClusterSize: stage.cacheClusterSize }),
  cacheClusterStatus: stage.cacheClusterEnabled ? 'AVAILABLE' : 'NOT_AVAILABLE',
  methodSettings: Object.fromEntries([...stage.methodSettings].map(([key, setting]) => [key, { ...setting }])),
  ...(stage.variables.size > 0 && { variables: Object.fromEntries(stage.variables) }),
  ...(stage.documentationVersion !== undefined && { documentationVersion: stage.documentationVersion }),
  ...(stage.accessLogSettings !== undefined && { accessLogSettings: { ...stage.accessLogSettings } }),
  ...(stage.canarySettings !== undefined && { canarySettings: structuredClone(stage.canarySettings) }),
  tracingEnabled: stage.tracingEnabled,
  ...(stage.tags.size > 0 && { tags: Object.fromEntries(stage.tags) }),
  createdDate: new Date(stage.createdAtMs),
  lastUpdatedDate: new Date(stage.lastUpdatedAtMs),
});

export function deploymentShape(deployment: Deployment, withSummary: boolean): DeploymentShape {
  const apiSummary: Record<string, Record<string, MethodSnapshot>> = {};
  if (withSummary)
    for (const { path, methods } of deployment.api.resources)
      apiSummary[path] = Object.fromEntries(
        [...methods].map(([verb, { authorizationType, apiKeyRequired }]) => [
          verb,
          { authorizationType, apiKeyRequired },
        ]),
      );
  return {
    id: deployment.id,
    ...(deployment.description !== undefined && { description: deployment.description }),
    createdDate: new Date(deployment.createdAtMs),
    ...(withSummary && { apiSummary }),
  };
}

export const basePathMappingShape = ({ basePath, restApiId, stage }: BasePathMapping): BasePathMappingShape => ({
  basePath,
  restApiId,
  ...(stage !== undefined && { stage }),
});
