import { type DeployedApi, type Route, routeIn } from '../services/api-gateway/deployed-api.ts';
import { apiGateway } from '../services/api-gateway/index.ts';
import type { RestApi, Stage } from '../services/api-gateway/state.ts';
import type { World } from '../world.ts';
import { accessDenied, gatewayAnswers } from './answers.ts';
import type { Addressed } from './domain.ts';
import type { HttpsRequest } from './https-request.ts';
import { evaluatePolicy, type PolicyRequest } from './policy.ts';
import { takeToken } from './throttle.ts';
import { Broken, type Trail } from './trail.ts';

/** Where in API Gateway a request has got to. */
export interface AtMethod {
  readonly api: RestApi;
  readonly stage: Stage;
  readonly deployed: DeployedApi;
  readonly route: Route;
}

const anonymous = { kind: 'anonymous' } as const;

function findApi(
  world: World,
  trail: Trail,
  { place, endpoint }: HttpsRequest,
  { apiId, domain }: Addressed,
): RestApi | Broken {
  const api = world.state(apiGateway, place).restApis.get(apiId);
  const fail = (says: string): Broken =>
    trail.fail('api', place.region, apiId, says, { apiId, endpoint: endpoint.id }, gatewayAnswers.forbidden);
  if (api === undefined) return fail(`${place.region} has no API ${apiId}`);
  if (!api.endpointTypes.includes('PRIVATE'))
    return fail(`API ${apiId} is ${api.endpointTypes.join(', ')}, not PRIVATE: no endpoint leads to it`);
  if (api.disableExecuteApiEndpoint && domain === undefined)
    return fail(`API ${apiId} has its default names switched off: only a custom domain leads to it`);
  trail.pass('api', place.region, apiId, () => ({
    says: `API ${apiId} (${api.name}) is private`,
    evidence: { apiId, name: api.name },
  }));
  return api;
}

/** Every policy on the way: the endpoint's, the domain's, and the API's as it was deployed. */
function passPolicies(
  trail: Trail,
  asked: HttpsRequest,
  { domain, path, stageName }: Addressed,
  api: RestApi,
  deployed: DeployedApi,
): Broken | undefined {
  const { place, endpoint } = asked;
  const owner = `arn:aws:execute-api:${place.region}:${place.account}:`;
  const apiArn = `${owner}${api.id}`;
  const resource = `${apiArn}/${stageName}/${asked.method}${path}`;
  const context = {
    'aws:sourcevpce': endpoint.id,
    'aws:sourcevpc': endpoint.vpcId,
    'aws:vpcsourceip': asked.sourceIp,
  };
  const judge = (
    whose: string,
    id: string,
    text: string | undefined,
    selfArn: string,
    target: string,
  ): Broken | string => {
    const request: PolicyRequest = { action: 'execute-api:Invoke', resource: target, principal: anonymous, context };
    // No policy is a policy that allows nothing: a private API and a private domain have to let callers in.
    const verdict =
      text === undefined
        ? ({ decision: 'implicit-deny', says: 'there is none, so nothing is allowed' } as const)
        : evaluatePolicy(text, selfArn, request);
    if (verdict.decision === 'allow') return verdict.says;
    return trail.fail(
      'policy',
      place.region,
      id,
      `${whose}: ${verdict.says}`,
      {
        policyOf: id,
        decision: verdict.decision,
        resource: target,
        sourceVpce: endpoint.id,
        sourceVpc: endpoint.vpcId,
        vpcSourceIp: asked.sourceIp,
      },
      accessDenied(target, verdict.decision === 'explicit-deny'),
    );
  };
  const byEndpoint = judge(
    `the policy of endpoint ${endpoint.id}`,
    endpoint.id,
    endpoint.policyDocument,
    apiArn,
    resource,
  );
  if (byEndpoint instanceof Broken) return byEndpoint;
  if (domain !== undefined) {
    const domainArn = `${owner}/domainnames/${domain.domainName}+${domain.domainNameId}`;
    const byDomain = judge(
      `the policy of domain name ${domain.domainName}`,
      domain.arn,
      domain.policy,
      domainArn,
      domainArn,
    );
    if (byDomain instanceof Broken) return byDomain;
  }
  const byApi = judge(`the resource policy of API ${api.id}, as deployed`, api.id, deployed.policy, apiArn, resource);
  if (byApi instanceof Broken) return byApi;
  trail.pass('policy', place.region, api.id, () => ({
    says: `the resource policy of API ${api.id}: ${byApi}`,
    evidence: {
      resource,
      sourceVpce: endpoint.id,
    },
  }));
  return undefined;
}

/** Keys in usage plans. A plan's own throttle and quota are not simulated. */
function keyIsGood(world: World, { place, headers }: HttpsRequest, api: RestApi, stageName: string): boolean {
  const { apiKeys, usagePlans } = world.state(apiGateway, place);
  const given = headers['x-api-key'];
  const key = apiKeys.values().find(({ value }) => value === given);
  if (key === undefined || !key.enabled) return false;
  return usagePlans
    .values()
    .some(
      ({ keyIds, apiStages }) =>
        keyIds.has(key.id) && apiStages.some(({ apiId, stage }) => apiId === api.id && stage === stageName),
    );
}

function passMethod(
  world: World,
  trail: Trail,
  asked: HttpsRequest,
  addressed: Addressed,
  api: RestApi,
  route: ReturnType<typeof routeIn>,
): Route | Broken {
  const { place, method } = asked;
  const { path, stageName } = addressed;
  const evidence = { apiId: api.id, stage: stageName, method, path };
  if (route === 'unknown-path' || route === 'unknown-method')
    return trail.fail(
      'method',
      place.region,
      api.id,
      route === 'unknown-path'
        ? `API ${api.id} has no resource for ${path}`
        : `API ${api.id} has no method ${method} for ${path}`,
      evidence,
      gatewayAnswers.missingAuthenticationToken,
    );
  const { authorizationType, apiKeyRequired } = route.method;
  const at = `${method} ${route.resourcePath}`;
  if (authorizationType === 'AWS_IAM')
    return trail.fail(
      'method',
      place.region,
      api.id,
      `${at} wants a signed request, and this one is not`,
      evidence,
      gatewayAnswers.missingAuthenticationToken,
    );
  if (authorizationType !== 'NONE')
    return trail.fail(
      'method',
      place.region,
      api.id,
      `${at} asks an authorizer (${authorizationType}), which is not simulated`,
      evidence,
      gatewayAnswers.configurationError,
    );
  if (apiKeyRequired && !keyIsGood(world, asked, api, stageName))
    return trail.fail(
      'method',
      place.region,
      api.id,
      `${at} wants an API key of a usage plan for stage ${stageName}`,
      evidence,
      gatewayAnswers.forbidden,
    );
  trail.pass('method', place.region, api.id, () => ({
    says: `${method} ${path} is ${at}`,
    evidence: {
      ...evidence,
      resource: route.resourcePath,
    },
  }));
  return route;
}

/**
 * From an API's id to its method: the API, its policies, its stage, its throttle, its method.
 *
 * `spend` false leaves the throttle's tokens alone.
 */
export function enterApi(
  world: World,
  trail: Trail,
  asked: HttpsRequest,
  addressed: Addressed,
  spend: boolean,
): AtMethod | Broken {
  const { place, nowMs } = asked;
  const api = findApi(world, trail, asked, addressed);
  if (api instanceof Broken) return api;
  const { stageName } = addressed;
  const stage = api.stages.get(stageName);
  const deployed = stage && api.deployments.get(stage.deploymentId)?.api;
  const evidence = { apiId: api.id, stage: stageName };
  // What is deployed holds the policy too, so without a stage there is no policy to ask.
  if (stage === undefined)
    return trail.fail(
      'stage',
      place.region,
      api.id,
      `API ${api.id} has no stage ${stageName}`,
      { ...evidence, stages: [...api.stages.keys()] },
      gatewayAnswers.forbidden,
    );
  if (deployed === undefined)
    return trail.fail(
      'stage',
      place.region,
      api.id,
      `stage ${stageName} of API ${api.id} has no deployment ${stage.deploymentId}`,
      evidence,
      gatewayAnswers.forbidden,
    );
  const denied = passPolicies(trail, asked, addressed, api, deployed);
  if (denied !== undefined) return denied;
  trail.pass('stage', place.region, api.id, () => ({
    says: `stage ${stageName} serves deployment ${stage.deploymentId}`,
    evidence: {
      ...evidence,
      deployment: stage.deploymentId,
    },
  }));
  const found = routeIn(deployed, asked.method, addressed.path);
  const token = takeToken(stage, found, asked.method, nowMs, spend);
  if (token !== undefined && !token.taken)
    return trail.fail(
      'throttle',
      place.region,
      api.id,
      `stage ${stageName} lets ${token.ratePerSecond} requests a second through, ${token.burst} at once (${token.setting})`,
      { ...evidence, setting: token.setting },
      gatewayAnswers.tooManyRequests,
    );
  if (token !== undefined)
    trail.pass('throttle', place.region, api.id, () => ({
      says: `within ${token.ratePerSecond} requests a second (${token.setting})`,
      evidence: {
        ...evidence,
        setting: token.setting,
      },
    }));
  const route = passMethod(world, trail, asked, addressed, api, found);
  return route instanceof Broken ? route : { api, stage, deployed, route };
}
