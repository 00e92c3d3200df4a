import { placeOfArn } from '../arn.ts';
import type { Place } from '../service.ts';
import { acmHome, covers, statusOf } from '../services/acm/state.ts';
import { domainReachableFrom, placeOfApi } from '../services/api-gateway/anywhere.ts';
import { apiGatewayHome, type BasePathMapping, type DomainName } from '../services/api-gateway/state.ts';
import type { World } from '../world.ts';
import { gatewayAnswers } from './answers.ts';
import { readAwsName } from './aws-names.ts';
import type { HttpsRequest } from './https-request.ts';
import type { Broken, Trail, WhatTheCallerSees } from './trail.ts';

/** Which API and stage a request is for, by its name and path. */
export interface Addressed {
  /** Whose the API is: the endpoint it is reached through may be another account's. */
  readonly place: Place;
  readonly apiId: string;
  readonly stageName: string;
  /** Within the stage: '/payments'. */
  readonly path: string;
  /** As the request's name is one of the API's own, or of a private custom domain. */
  readonly domain: DomainName | undefined;
}

const WRONG_NAME = { code: 'ERR_TLS_CERT_ALTNAME_INVALID' } as const satisfies WhatTheCallerSees;

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

const isNamed = (world: World, region: string, host: string): boolean =>
  world.placesOf(apiGatewayHome).some(
    (place) =>
      place.region === region &&
      world
        .state(apiGatewayHome, place)
        .domainNames.values()
        .some(({ domainName }) => domainName === host),
  );

/** The private domain of a name behind this endpoint, or why there is none to reach, for people. */
function findDomain(world: World, { host, place, endpoint, nowMs }: HttpsRequest): DomainName | string {
  const found = domainReachableFrom(world, place, endpoint.id, host, nowMs);
  switch (found) {
    case 'domain-not-provisioned':
      return `the domain name ${host} in ${place.region} is still being provisioned`;
    case 'association-not-effective':
      return `the access association between ${endpoint.id} and ${host} is not in effect yet`;
    case 'no-association':
      return isNamed(world, place.region, host)
        ? `${endpoint.id} has no access association with the domain name ${host}`
        : `${place.region} has no private domain name ${host}`;
    default:
      return found;
  }
}

/** What a client finds wrong with the certificate a domain presents; `undefined` where nothing is. */
function certificateFault(
  world: World,
  { arn, certificateArn }: DomainName,
  { host, nowMs }: HttpsRequest,
): { readonly says: string; readonly sees: WhatTheCallerSees } | undefined {
  const certificate = world.look(acmHome, placeOfArn(arn)).certificates.get(certificateArn);
  const named = `the certificate ${certificateArn} of ${host}`;
  if (certificate === undefined) return { says: `${named} does not exist`, sees: WRONG_NAME };
  const status = statusOf(certificate, nowMs);
  if (status === 'EXPIRED') return { says: `${named} has expired`, sees: { code: 'CERT_HAS_EXPIRED' } };
  if (status !== 'ISSUED') return { says: `${named} is ${status}`, sees: WRONG_NAME };
  return covers(certificate, host)
    ? undefined
    : { says: `${named} is for ${certificate.names.join(', ')} only`, sees: WRONG_NAME };
}

/** The endpoint's own place, as it is, where it is the same. */
const inPlace = (own: Place, other: Place): Place => (own.account === other.account ? own : other);

function byCustomDomain(world: World, trail: Trail, asked: HttpsRequest): Addressed | Broken {
  const { host, place, path, endpoint } = asked;
  const { region } = place;
  const domain = findDomain(world, asked);
  const inTls = asked.serverName === host;
  const known = { endpoint: endpoint.id, domainName: host };
  if (typeof domain === 'string')
    // Without an association the endpoint presents API Gateway's own certificate, which is for other names.
    return trail.fail('domain', region, host, domain, known, inTls ? WRONG_NAME : gatewayAnswers.forbidden);
  const { arn, certificateArn } = domain;
  const evidence = { ...known, domainNameArn: arn, certificate: certificateArn };
  const fault = inTls ? certificateFault(world, domain, asked) : undefined;
  if (fault !== undefined) return trail.fail('domain', region, certificateArn, fault.says, evidence, fault.sees);
  const mapped = mappingFor(domain, path);
  if (mapped === undefined) {
    const says = `the domain name ${host} has no base path mapping for ${path}`;
    const basePaths = [...domain.basePathMappings.keys()];
    return trail.fail('domain', region, arn, says, { ...evidence, basePaths }, gatewayAnswers.forbidden);
  }
  const { basePath, restApiId: apiId, stage: mappedStage } = mapped.mapping;
  // A mapping without a stage takes it from the path.
  const { first: stageName, rest } =
    mappedStage === undefined ? firstSegment(mapped.rest) : { first: mappedStage, rest: mapped.rest };
  trail.pass('domain', region, arn, () => ({
    says: `${host}${basePath === '(none)' ? '' : `/${basePath}`} is mapped to API ${apiId}, stage ${stageName}`,
    evidence: { ...evidence, basePath, apiId, stage: stageName },
  }));
  return { place: inPlace(place, placeOfArn(arn)), apiId, stageName, path: rest, domain };
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
  const fail = (says: string, sees: WhatTheCallerSees): Broken =>
    trail.fail('domain', place.region, endpoint.id, says, evidence, sees);
  if (inTls !== undefined && inTls.region !== place.region)
    return fail(`${endpoint.id} has no certificate for ${serverName}, a name of ${inTls.region}`, WRONG_NAME);
  const inHttp = host === serverName ? inTls : readAwsName(`${host}.`);
  if (inHttp === undefined) return byCustomDomain(world, trail, asked);
  const apiId = inHttp.kind === 'endpoint' ? headers['x-apigw-api-id'] : inHttp.apiId;
  if (apiId === undefined)
    return fail(
      `${host} names no API: an endpoint's own name needs a Host or x-apigw-api-id header`,
      gatewayAnswers.forbidden,
    );
  const { first: stageName, rest } = firstSegment(path);
  trail.pass('domain', place.region, endpoint.id, () => ({
    says: `${host} means API ${apiId}, stage ${stageName}`,
    evidence: { ...evidence, apiId, stage: stageName },
  }));
  // Where there is no such API, the endpoint's own account is as good as any to say so.
  const owner = placeOfApi(world, place, apiId) ?? place;
  return { place: owner, apiId, stageName, path: rest, domain: undefined };
}
