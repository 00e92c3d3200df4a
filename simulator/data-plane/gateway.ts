import { type DeployedApi, type Route, routeIn } from '../services/api-gateway/deployed-api.ts';
import { apiGatewayHome, type RestApi, type Stage } from '../services/api-gateway/state.ts';
import type { World } from '../world.ts';
import { accessDenied, gatewayAnswers } from './answers.ts';
import type { Addressed } from './domain.ts';
import type { HttpsRequest } from './https-request.ts';
import { evaluatePolicy, type PolicyRequest } from './policy.ts';
import { type Throttle, throttleOf } from './throttle.ts';
import { Broken, type Evidence, type Trail, type WhatTheCallerSees } from './trail.ts';

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
  const api = world.look(apiGatewayHome, place).restApis.get(apiId);
  const fail = (says: string): Broken =>
    trail.fail('api', place.region, apiId, says, { apiId, endpoint: endpoint.id }, gatewayAnswers.forbidden);
  if (api === undefined) return fail(`${place.region} has no API ${apiId}`);
  if (!api.endpointTypes.includes('PRIVATE'))
    return fail(`API ${apiId} is ${api.endpointTypes.join(', ')}, not PRIVATE: no endpoint leads to it`);
  if (api.disableExecuteApiEndpoint && domain === undefined)
    return fail(`API ${apiId} has its default names switched off: only a custom domain leads to it`);
  const { name } = api;
  trail.pass('api', place.region, apiId, () => ({
    says: `API ${apiId} (${name}) is private`,
    evidence: { apiId, name },
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
  const { apiKeys, usagePlans } = world.look(apiGatewayHome, place);
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

/** The method, and what it asks of a caller. `routed` is where the path led. */
function passMethod(
  world: World,
  trail: Trail,
  asked: HttpsRequest,
  { path, stageName }: Addressed,
  api: RestApi,
  routed: ReturnType<typeof routeIn>,
): Route | Broken {
  const { place, method } = asked;
  const evidence = { apiId: api.id, stage: stageName, method, path };
  const fail = (says: string, sees: WhatTheCallerSees): Broken =>
    trail.fail('method', place.region, api.id, says, evidence, sees);
  const { missingAuthenticationToken, configurationError, forbidden } = gatewayAnswers;
  if (routed === 'unknown-path') return fail(`API ${api.id} has no resource for ${path}`, missingAuthenticationToken);
  if (routed === 'unknown-method')
    return fail(`API ${api.id} has no method ${method} for ${path}`, missingAuthenticationToken);
  const { authorizationType, apiKeyRequired } = routed.method;
  const at = `${method} ${routed.resourcePath}`;
  if (authorizationType === 'AWS_IAM')
    return fail(`${at} wants a signed request, and this one is not`, missingAuthenticationToken);
  if (authorizationType !== 'NONE')
    return fail(`${at} asks an authorizer (${authorizationType}), which is not simulated`, configurationError);
  if (apiKeyRequired && !keyIsGood(world, asked, api, stageName))
    return fail(`${at} wants an API key of a usage plan for stage ${stageName}`, forbidden);
  trail.pass('method', place.region, api.id, () => ({
    says: `${method} ${path} is ${at}`,
    evidence: { ...evidence, resource: routed.resourcePath },
  }));
  return routed;
}

/**
 * From an API's id to its method: the API, its policies, its stage, its throttle, its method.
 *
 * `lets` is asked where the stage has a throttle.
 */
export function enterApi(
  world: World,
  trail: Trail,
  asked: HttpsRequest,
  addressed: Addressed,
  lets: (throttle: Throttle) => boolean,
): AtMethod | Broken {
  const { place } = asked;
  const api = findApi(world, trail, asked, addressed);
  if (api instanceof Broken) return api;
  const { stageName } = addressed;
  const stage = api.stages.get(stageName);
  const known = { apiId: api.id, stage: stageName };
  const fail = (hop: 'stage' | 'throttle', says: string, more: Evidence, sees: WhatTheCallerSees): Broken =>
    trail.fail(hop, place.region, api.id, says, { ...known, ...more }, sees);
  // What is deployed holds the policy too, so without a stage there is no policy to ask.
  if (stage === undefined)
    return fail(
      'stage',
      `API ${api.id} has no stage ${stageName}`,
      { stages: [...api.stages.keys()] },
      gatewayAnswers.forbidden,
    );
  const { deploymentId: deployment } = stage;
  const deployed = api.deployments.get(deployment)?.api;
  if (deployed === undefined)
    return fail(
      'stage',
      `stage ${stageName} has no deployment ${deployment}`,
      { deployment },
      gatewayAnswers.forbidden,
    );
  const denied = passPolicies(trail, asked, addressed, api, deployed);
  if (denied !== undefined) return denied;
  trail.pass('stage', place.region, api.id, () => ({
    says: `stage ${stageName} serves deployment ${deployment}`,
    evidence: { ...known, deployment },
  }));
  const routed = routeIn(deployed, asked.method, addressed.path);
  const throttle = throttleOf(stage, routed, asked.method);
  if (throttle !== undefined) {
    const { ratePerSecond, burst, setting } = throttle;
    if (!lets(throttle)) {
      const says = `stage ${stageName} lets ${ratePerSecond} requests a second through, ${burst} at once (${setting})`;
      return fail('throttle', says, { setting }, gatewayAnswers.tooManyRequests);
    }
    trail.pass('throttle', place.region, api.id, () => ({
      says: `within ${ratePerSecond} requests a second (${setting})`,
      evidence: { ...known, setting },
    }));
  }
  const route = passMethod(world, trail, asked, addressed, api, routed);
  return route instanceof Broken ? route : { api, stage, deployed, route };
}
