import type { APIGateway, DomainName as DomainNameShape } from '@aws-sdk/client-api-gateway';
import { AwsError } from '../../aws-error.ts';
import type { WorldMs } from '../../clock.ts';
import { hasCome } from '../../horizon.ts';
import type { Call, Operations } from '../../service.ts';
import { acmHome, covers, statusOf } from '../acm/state.ts';
import { badRequest, notFound } from './answers.ts';
import { associationsOfOthers } from './anywhere.ts';
import { pageOf } from './paging.ts';
import { applyPatches, type Patches } from './patch.ts';
import { readPolicy } from './policy-document.ts';
import type { ApiGatewayState, DomainName } from './state.ts';

/** Quota "Private custom domain names per account per Region". */
const MOST_PRIVATE_DOMAINS = 50;

/** What a private domain has until its owner gives it a policy: nobody passes. */
const DENY_ALL = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' }],
});

const HOST_NAME = /^(?=.{1,253}$)((?!-)[a-z0-9-]{1,63}(?<!-)\.)+[a-z]{2,63}$/;

/**
 * The domain of a name and an id. Without the id a public domain is meant, of which there are none here.
 * Source: docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains.html
 */
export function domainNamed(
  { domainNames }: ApiGatewayState,
  { domainName, domainNameId }: { domainName: string | undefined; domainNameId?: string | undefined },
): DomainName {
  for (const domain of domainNames.values())
    if (domain.domainName === domainName && domain.domainNameId === domainNameId) return domain;
  return notFound('Invalid domain name identifier specified');
}

const statusOfDomain = (domain: DomainName, nowMs: WorldMs): 'PENDING' | 'UPDATING' | 'AVAILABLE' =>
  !hasCome(domain.provisionedAtMs, nowMs) ? 'PENDING' : hasCome(domain.availableAtMs, nowMs) ? 'AVAILABLE' : 'UPDATING';

const shapeOf = (domain: DomainName, nowMs: WorldMs): DomainNameShape => ({
  domainName: domain.domainName,
  domainNameId: domain.domainNameId,
  domainNameArn: domain.arn,
  certificateArn: domain.certificateArn,
  certificateUploadDate: new Date(domain.certificateUploadedAtMs),
  endpointConfiguration: { types: ['PRIVATE'], ipAddressType: 'dualstack' },
  domainNameStatus: statusOfDomain(domain, nowMs),
  securityPolicy: 'TLS_1_2',
  policy: domain.policy,
  ...(domain.managementPolicy !== undefined && { managementPolicy: domain.managementPolicy }),
  routingMode: domain.routingMode,
  ...(domain.tags.size > 0 && { tags: Object.fromEntries(domain.tags) }),
});

/** Refuses a certificate that is not there, not issued, or for other names. */
function requireCertificate(
  { world, place, nowMs }: Call<ApiGatewayState>,
  arn: string | undefined,
  domainName: string,
): string {
  if (arn === undefined) return badRequest('A certificate was not provided for the endpoint type PRIVATE.');
  const certificate = world.state(acmHome, place).certificates.get(arn);
  if (certificate === undefined) return badRequest(`Certificate ${arn} was not found in ${place.region}.`);
  if (statusOf(certificate, nowMs) !== 'ISSUED') return badRequest(`Certificate ${arn} is not issued, or has expired.`);
  if (!covers(certificate, domainName))
    return badRequest('The domain name to be created is not covered by the provided certificate.');
  return arn;
}

const patchesOf = (call: Call<ApiGatewayState>): Patches<DomainName> => ({
  'replace /policy': (domain, value) => void (domain.policy = readPolicy(value)),
  'replace /managementPolicy': (domain, value) => void (domain.managementPolicy = readPolicy(value)),
  'remove /managementPolicy': (domain) => void (domain.managementPolicy = undefined),
  'replace /certificateArn': (domain, value) => {
    if (statusOfDomain(domain, call.nowMs) !== 'AVAILABLE')
      badRequest(`Domain name ${domain.domainName} cannot be modified until its current update is complete.`);
    domain.certificateArn = requireCertificate(call, value, domain.domainName);
    domain.certificateUploadedAtMs = call.nowMs;
    domain.availableAtMs = call.nowMs + call.world.timings.domainNameMs;
  },
  'replace /securityPolicy': (_domain, value) => {
    if (value !== 'TLS_1_2') badRequest('Private custom domain names support the security policy TLS_1_2 only.');
  },
  'replace /routingMode': (domain, value) => {
    if (value !== 'BASE_PATH_MAPPING_ONLY')
      badRequest(`Routing mode ${value} needs routing rules, and there are none.`);
    domain.routingMode = 'BASE_PATH_MAPPING_ONLY';
  },
});

export const domainNameOperations: Operations<APIGateway, ApiGatewayState> = {
  /** Private domains only. Two of one name may stand in one account and Region, so asking twice makes two. */
  CreateDomainName(input, call) {
    const { state, nowMs, world, place } = call;
    const domainName = (input.domainName ?? '').toLowerCase();
    const types = input.endpointConfiguration?.types ?? ['EDGE'];
    if (types.length !== 1 || types[0] !== 'PRIVATE')
      badRequest(`Endpoint type ${types.join(', ')} is not available: custom domain names are PRIVATE here.`);
    if (domainName.startsWith('*'))
      badRequest('Wildcard custom domain names are not supported for private domain names.');
    if (!HOST_NAME.test(domainName)) badRequest(`Invalid domain name specified: ${input.domainName}`);
    if (input.securityPolicy !== undefined && input.securityPolicy !== 'TLS_1_2')
      badRequest('Private custom domain names support the security policy TLS_1_2 only.');
    const certificateArn = requireCertificate(call, input.certificateArn, domainName);
    if (state.domainNames.size >= MOST_PRIVATE_DOMAINS)
      throw new AwsError(
        'LimitExceededException',
        'Maximum number of private custom domain names for this account has been reached.',
      );
    const domainNameId = state.random.alphanumeric(10);
    const provisionedAtMs = nowMs + world.timings.domainNameMs;
    const domain: DomainName = {
      arn: `arn:aws:apigateway:${place.region}:${place.account}:/domainnames/${domainName}+${domainNameId}`,
      domainName,
      domainNameId,
      certificateArn,
      certificateUploadedAtMs: nowMs,
      policy: input.policy === undefined ? DENY_ALL : readPolicy(input.policy),
      managementPolicy: undefined,
      routingMode: 'BASE_PATH_MAPPING_ONLY',
      provisionedAtMs,
      availableAtMs: provisionedAtMs,
      tags: new Map(Object.entries(input.tags ?? {})),
      basePathMappings: new Map(),
    };
    state.domainNames.set(domain.arn, domain);
    return shapeOf(domain, nowMs);
  },

  GetDomainName: (input, { state, nowMs }) => shapeOf(domainNamed(state, input), nowMs),

  GetDomainNames({ resourceOwner, ...page }, { state, nowMs }) {
    const own = resourceOwner === 'OTHER_ACCOUNTS' ? [] : state.domainNames.values();
    const { items, ...rest } = pageOf(own, page, ({ arn }) => arn);
    return { ...rest, items: items.map((domain) => shapeOf(domain, nowMs)) };
  },

  UpdateDomainName({ patchOperations, ...which }, call) {
    const domain = domainNamed(call.state, which);
    // On a copy, so that a patch that is refused leaves nothing behind of those before it.
    const draft = { ...domain };
    applyPatches(draft, patchOperations, patchesOf(call));
    Object.assign(domain, draft);
    return shapeOf(domain, call.nowMs);
  },

  DeleteDomainName(input, { state, world }) {
    const { arn } = domainNamed(state, input);
    const associations = [...state.accessAssociations.values(), ...associationsOfOthers(world, state)];
    if (associations.some(({ domainNameArn }) => domainNameArn === arn))
      badRequest('The domain name has domain name access associations. Delete them first.');
    state.domainNames.delete(arn);
    return {};
  },
};
