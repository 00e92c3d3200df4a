import { partsOf } from '../kinds/member-api.ts';
import type { ObservedApi } from '../kinds/rest-api.ts';
import type { ObservedStage } from '../kinds/stage.ts';
import { resolve } from '../loop/resolve.ts';
import { accountAt } from '../model/accounts.ts';
import { type ApiParts, specificationOf } from '../model/api-document.ts';
import type { Fleet } from '../model/fleet.ts';
import { operationsOf } from '../model/openapi-document.ts';
import type { Region } from '../model/region.ts';
import { keyOf, kindOf } from '../model/target.ts';
import { type Broken, broken } from './reachability-hops.ts';
import { letsThrough } from './reachability-policy.ts';
import type { Sight } from './reachability-sight.ts';
import type { Stand } from './reachability-ways.ts';

/** What is asked for: a GET without parameters, '/health' where there is one. */
function askedOf({ api }: Fleet): { readonly path: string; readonly functionName: string | undefined } {
  const gets = [...operationsOf(api.openapi)].filter(({ method, path }) => method === 'get' && !path.includes('{'));
  return gets.find(({ path }) => path === '/health') ?? gets[0] ?? { path: '/', functionName: undefined };
}

/** `domain`, and which API and stage it stands for. */
function passDomain(sight: Sight, at: Region): { readonly restApiId: string; readonly stage: string } | Broken {
  const { domain } = sight.declared.fleet;
  const found = sight.see('domain-name', at);
  if (found === undefined)
    return broken('domain', keyOf('domain-name', at), `${at} has no private domain name ${domain}`);
  // While a change of its certificate is under way, it goes on answering.
  if (!['AVAILABLE', 'UPDATING'].includes(found.status))
    return broken('domain', keyOf('domain-name', at), `the domain name ${domain} in ${at} is ${found.status}`);
  const endpointId = sight.see('endpoint', at)?.id;
  const leads = sight
    .see('access-association', at)
    ?.associations.some((each) => each.domainNameArn === found.arn && each.endpointId === endpointId);
  if (leads !== true) {
    const says = `${endpointId} has no access association with the domain name ${domain}`;
    return broken('domain', keyOf('access-association', at), says);
  }
  const mapping = sight.see('base-path-mapping', at);
  if (mapping?.restApiId === undefined)
    return broken('domain', keyOf('base-path-mapping', at), `the domain name ${domain} in ${at} stands for no API`);
  return { restApiId: mapping.restApiId, stage: mapping.stage ?? '' };
}

/** What a document made for this endpoint would be called. A function's ARN is known whether or not it is there. */
function specificationFor(sight: Sight, at: Region, endpointId: string): string {
  const account = accountAt(sight.declared, at);
  const { value } = resolve(partsOf(sight.declared)(at), (key) =>
    kindOf(key) === 'endpoint' ? endpointId : `arn:aws:lambda:${at}:${account}:function:${sight.functionNameOf(key)}`,
  );
  return specificationOf(value as ApiParts);
}

/** `policy`: the endpoint's, the domain's, and the API's as it was deployed, as far as that can be known. */
function passPolicies(
  sight: Sight,
  at: Region,
  callers: readonly Stand[],
  { api, stage }: { readonly api: ObservedApi; readonly stage: ObservedStage },
): Broken | undefined {
  const account = accountAt(sight.declared, at);
  const { path } = askedOf(sight.declared.fleet);
  const door = sight.see('endpoint', at);
  const domain = sight.see('domain-name', at);
  const endpointId = door?.id ?? '';
  const vpcId = sight.see('vpc', at)?.id ?? '';
  const owner = `arn:aws:execute-api:${at}:${account}:`;
  const selfArn = `${owner}${api.id}`;
  const resource = `${selfArn}/${stage.stageName}/GET${path}`;
  const lets = (policy: string, whose: { readonly selfArn: string; readonly resource: string }): boolean =>
    callers.every(({ block }) => letsThrough(policy, { ...whose, endpointId, vpcId, callers: block }));

  if (door?.policy !== undefined && !lets(door.policy, { selfArn, resource }))
    return broken('policy', keyOf('endpoint', at), `the policy of ${endpointId} does not let callers through`);
  const domainArn = `${owner}/domainnames/${domain?.domain}+${domain?.id}`;
  if (!lets(domain?.policy ?? '', { selfArn: domainArn, resource: domainArn }))
    return broken(
      'policy',
      keyOf('domain-name', at),
      `the policy of the domain name ${domain?.domain} does not let ${endpointId} through`,
    );
  // Of what is deployed no list tells the policy. Ours has the one that its specification stands for; any other is
  // taken for what stands in the API now.
  if (stage.isOurs && stage.specification === specificationFor(sight, at, endpointId)) return undefined;
  const isAsInTheApi = !stage.isOurs || stage.specification === api.specification;
  if (isAsInTheApi && lets(api.policy, { selfArn, resource })) return undefined;
  const says = isAsInTheApi
    ? `the resource policy of API ${api.id} does not let ${endpointId} through`
    : `stage ${stage.stageName} serves ${stage.deploymentId}, which was not made for ${endpointId}`;
  return broken('policy', keyOf('stage', at), says);
}

/** `integration` and `function`: what answers. */
function passFunction(sight: Sight, at: Region): Broken | undefined {
  const { fleet } = sight.declared;
  const { functionName } = askedOf(fleet);
  const declared = functionName === undefined ? undefined : fleet.functions[functionName];
  if (declared === undefined) return undefined;
  const name = `${at}/${functionName}`;
  const found = sight.see('function', name);
  const target = keyOf('function', name);
  if (found === undefined) return broken('integration', target, `the function ${functionName} does not exist in ${at}`);
  // What any other code would answer, nothing tells.
  if (found.codeSha256 !== declared.codeSha256)
    return broken('function', target, `${found.arn} has code ${found.codeSha256}, which is not the fleet's`);
  return found.handler === declared.handler
    ? undefined
    : broken('function', target, `${found.arn} is entered at ${found.handler}, which the fleet's code does not have`);
}

/** From a request's name in TLS to what answers it. */
export function passApi(sight: Sight, at: Region, callers: readonly Stand[]): Broken | undefined {
  const mapped = passDomain(sight, at);
  if ('hop' in mapped) return mapped;
  const api = sight.see('rest-api', at);
  if (api === undefined) return broken('api', keyOf('rest-api', at), `${at} has no API ${mapped.restApiId}`);
  if (mapped.restApiId !== api.id) {
    const says = `the domain name stands for API ${mapped.restApiId} and not for ${api.id}`;
    return broken('api', keyOf('base-path-mapping', at), says);
  }
  const { stage: stageName } = sight.declared.fleet.api;
  if (mapped.stage !== stageName) {
    const says = `the domain name stands for stage "${mapped.stage}" and not for ${stageName}`;
    return broken('stage', keyOf('base-path-mapping', at), says);
  }
  const stage = sight.see('stage', at);
  if (stage === undefined) return broken('stage', keyOf('stage', at), `API ${api.id} has no stage ${stageName}`);
  return passPolicies(sight, at, callers, { api, stage }) ?? passFunction(sight, at);
}
