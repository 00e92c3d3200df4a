import { acm } from '../services/acm/index.ts';
import { covers, statusOf } from '../services/acm/state.ts';
import { apiGateway } from '../services/api-gateway/index.ts';
import {
  type ApiGatewayState,
  type BasePathMapping,
  type DomainName,
  domainReachableFrom,
} from '../services/api-gateway/state.ts';
import type { World } from '../world.ts';
import { gatewayAnswers } from './answers.ts';
import { readAwsName } from './aws-names.ts';
import type { HttpsRequest } from './https-request.ts';
import { Broken, type Trail } from './trail.ts';

/** Which API and stage a request is for, by its name and path. */
export interface Addressed {
  readonly apiId: string;
  readonly stageName: string;
  /** Within the stage: '/payments'. */
  readonly path: string;
  /** As the request's name is one of the API's own, or of a private custom domain. */
  readonly domain: DomainName | undefined;
}

const wrongName = { code: 'ERR_TLS_CERT_ALTNAME_INVALID' } as const;

const firstSegment = (path: string): { first: string; rest: string } => {
  const end = path.indexOf('/', 1);
  return end === -1 ? { first: path.slice(1), rest: '/' } : { first: path.slice(1, end), rest: path.slice(end) };
};

/** The longest base path that the path starts with. */
function mappingFor(domain: DomainName, path: string): { mapping: BasePathMapping; rest: string } | undefined {
  let best: { mapping: BasePathMapping; rest: string } | undefined;
  for (const mapping of domain.basePathMappings.values()) {
    const prefix = mapping.basePath === '(none)' ? '' : `/${mapping.basePath}`;
    if (path !== prefix && !path.startsWith(`${prefix}/`)) continue;
    const rest = path.slice(prefix.length) || '/';
    if (best === undefined || rest.length < best.rest.length) best = { mapping, rest };
  }
  return best;
}

/** Why a name leads to no custom domain through this endpoint, for people. */
function whyUnreachable(
  state: ApiGatewayState,
  { host, place, endpoint, nowMs }: HttpsRequest,
): { says: string; resource: string } | DomainName {
  const found = domainReachableFrom(state, endpoint.id, host, nowMs);
  if (typeof found === 'object') return found;
  const namesake = state.domainNames.values().find(({ domainName }) => domainName === host);
  if (namesake === undefined) return { resource: host, says: `${place.region} has no private domain name ${host}` };
  switch (found) {
    case 'domain-not-provisioned':
      return { resource: namesake.arn, says: `the domain name ${host} in ${place.region} is still being provisioned` };
    case 'association-not-effective':
      return {
        resource: namesake.arn,
        says: `the access association between ${endpoint.id} and ${host} is not in effect yet`,
      };
    case 'no-association':
      return { resource: namesake.arn, says: `${endpoint.id} has no access association with the domain name ${host}` };
  }
}

function certificateFault(
  world: World,
  domain: DomainName,
  { host, place, nowMs }: HttpsRequest,
): { says: string; expired: boolean } | undefined {
  const certificate = world.state(acm, place).certificates.get(domain.certificateArn);
  if (certificate === undefined)
    return { says: `the certificate ${domain.certificateArn} of ${host} does not exist`, expired: false };
  const status = statusOf(certificate, nowMs);
  if (status !== 'ISSUED')
    return { says: `the certificate ${certificate.arn} of ${host} is ${status}`, expired: status === 'EXPIRED' };
  if (!covers(certificate, host))
    return {
      says: `the certificate ${certificate.arn} is for ${certificate.names.join(', ')}, not for ${host}`,
      expired: false,
    };
  return undefined;
}

function byCustomDomain(world: World, trail: Trail, asked: HttpsRequest): Addressed | Broken {
  const { host, place, path, endpoint } = asked;
  const reached = whyUnreachable(world.state(apiGateway, place), asked);
  const evidence = { endpoint: endpoint.id, domainName: host };
  if ('says' in reached)
    // Without an association the endpoint presents API Gateway's own certificate, which is for other names.
    return trail.fail(
      'domain',
      place.region,
      reached.resource,
      reached.says,
      evidence,
      asked.serverName === host ? wrongName : gatewayAnswers.forbidden,
    );
  const known = { ...evidence, domainNameArn: reached.arn, certificate: reached.certificateArn };
  const fault = certificateFault(world, reached, asked);
  if (fault !== undefined && asked.serverName === host)
    return trail.fail(
      'domain',
      place.region,
      reached.certificateArn,
      fault.says,
      known,
      fault.expired ? { code: 'CERT_HAS_EXPIRED' } : wrongName,
    );
  const mapped = mappingFor(reached, path);
  if (mapped === undefined)
    return trail.fail(
      'domain',
      place.region,
      reached.arn,
      `the domain name ${host} has no base path mapping for ${path}`,
      {
        ...known,
        basePaths: [...reached.basePathMappings.keys()],
      },
      gatewayAnswers.forbidden,
    );
  const { mapping, rest } = mapped;
  const staged = mapping.stage === undefined ? firstSegment(rest) : { first: mapping.stage, rest };
  trail.pass('domain', place.region, reached.arn, () => ({
    says: `${host} (${mapping.basePath === '(none)' ? 'root' : mapping.basePath}) is mapped to API ${mapping.restApiId}, stage ${staged.first}`,
    evidence: {
      ...known,
      basePath: mapping.basePath,
      apiId: mapping.restApiId,
      stage: staged.first,
    },
  }));
  return { apiId: mapping.restApiId, stageName: staged.first, path: staged.rest, domain: reached };
}

/**
 * Reads the request's name: an API's own, an endpoint's with the API in a header, or a private custom domain's.
 *
 * Source    docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-test-invoke-url.html,
 *           docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains.html
 */
export function readDomain(world: World, trail: Trail, asked: HttpsRequest): Addressed | Broken {
  const { place, endpoint, host, serverName, headers, path } = asked;
  const inTls = readAwsName(`${serverName}.`);
  const evidence = { endpoint: endpoint.id, serverName, host };
  if (inTls !== undefined && inTls.region !== place.region)
    return trail.fail(
      'domain',
      place.region,
      endpoint.id,
      `${endpoint.id} has no certificate for ${serverName}, a name of ${inTls.region}`,
      evidence,
      wrongName,
    );
  const inHttp = host === serverName ? inTls : readAwsName(`${host}.`);
  const apiId =
    inHttp === undefined ? undefined : inHttp.kind === 'endpoint' ? headers['x-apigw-api-id'] : inHttp.apiId;
  if (inHttp === undefined) return byCustomDomain(world, trail, asked);
  if (apiId === undefined)
    return trail.fail(
      'domain',
      place.region,
      endpoint.id,
      `${host} names no API: an endpoint's own name needs a Host or x-apigw-api-id header`,
      evidence,
      gatewayAnswers.forbidden,
    );
  const { first, rest } = firstSegment(path);
  trail.pass('domain', place.region, endpoint.id, () => ({
    says: `${host} means API ${apiId}, stage ${first}`,
    evidence: {
      ...evidence,
      apiId,
      stage: first,
    },
  }));
  return { apiId, stageName: first, path: rest, domain: undefined };
}
