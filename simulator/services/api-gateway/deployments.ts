import type { APIGateway } from '@aws-sdk/client-api-gateway';
import type { Operations } from '../../service.ts';
import { apiNamed, badRequest, deploymentNamed, deploymentShape } from './answers.ts';
import type { DeployedApi, DeployedMethod, DeployedResource } from './deployed-api.ts';
import { pageOf } from './paging.ts';
import { applyPatches, type Patches } from './patch.ts';
import { newStage, requireVariables } from './stages.ts';
import type { ApiGatewayState, Deployment, RestApi } from './state.ts';

/** Freezes an API as it is now: everything that is pending goes out with it, whoever put it there. */
function frozen(api: RestApi): DeployedApi {
  const resources: DeployedResource[] = [];
  for (const { path, methods } of api.resources.values()) {
    if (methods.size === 0) continue;
    const deployed = new Map<string, DeployedMethod>();
    for (const [httpMethod, method] of methods) {
      if (method.methodIntegration === undefined) badRequest('No integration defined for method');
      deployed.set(httpMethod, {
        httpMethod,
        authorizationType: method.authorizationType ?? 'NONE',
        apiKeyRequired: method.apiKeyRequired ?? false,
        integration: method.methodIntegration,
        methodResponses: method.methodResponses ?? {},
      });
    }
    resources.push({ path, segments: path.split('/').filter((part) => part !== ''), methods: deployed });
  }
  if (resources.length === 0) badRequest("The REST API doesn't contain any methods");
  if (api.endpointTypes.includes('PRIVATE') && api.policy === undefined)
    badRequest("Private REST API doesn't have a resource policy attached to it");
  return {
    resources,
    policy: api.policy,
    endpointTypes: [...api.endpointTypes],
    vpcEndpointIds: [...api.vpcEndpointIds],
  };
}

const patches: Patches<Deployment> = {
  'replace /description': (deployment, value) => void (deployment.description = value),
};

export const deploymentOperations: Operations<APIGateway, ApiGatewayState> = {
  CreateDeployment(input, { state, nowMs }) {
    const api = apiNamed(state, input.restApiId);
    requireVariables(input.variables ?? {});
    const deployment: Deployment = {
      id: state.random.alphanumeric(6),
      createdAtMs: nowMs,
      description: input.description,
      api: frozen(api),
    };
    const { stageName } = input;
    if (stageName !== undefined && stageName !== '') {
      const stage = api.stages.get(stageName) ?? newStage(api, stageName, deployment.id, nowMs);
      stage.deploymentId = deployment.id;
      stage.lastUpdatedAtMs = nowMs;
      if (input.stageDescription !== undefined) stage.description = input.stageDescription;
      if (input.tracingEnabled !== undefined) stage.tracingEnabled = input.tracingEnabled;
      for (const [name, value] of Object.entries(input.variables ?? {})) stage.variables.set(name, value);
    }
    api.deployments.set(deployment.id, deployment);
    return deploymentShape(deployment, false);
  },

  GetDeployments({ restApiId, ...page }, { state }) {
    const { items, ...rest } = pageOf(apiNamed(state, restApiId).deployments.values(), page, ({ id }) => id);
    return { ...rest, items: items.map((deployment) => deploymentShape(deployment, false)) };
  },

  GetDeployment: ({ restApiId, deploymentId, embed }, { state }) =>
    deploymentShape(deploymentNamed(apiNamed(state, restApiId), deploymentId), embed?.includes('apisummary') === true),

  UpdateDeployment({ restApiId, deploymentId, patchOperations }, { state }) {
    const deployment = deploymentNamed(apiNamed(state, restApiId), deploymentId);
    applyPatches(deployment, patchOperations, patches);
    return deploymentShape(deployment, false);
  },

  DeleteDeployment({ restApiId, deploymentId }, { state }) {
    const api = apiNamed(state, restApiId);
    const { id } = deploymentNamed(api, deploymentId);
    if ([...api.stages.values()].some((stage) => stage.deploymentId === id))
      badRequest('Active stages pointing to this deployment must be moved or deleted');
    api.deployments.delete(id);
    return {};
  },
};
