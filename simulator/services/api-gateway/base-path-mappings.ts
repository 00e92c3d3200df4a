import type { APIGateway } from '@aws-sdk/client-api-gateway';
import { AwsError } from '../../aws-error.ts';
import type { Operations } from '../../service.ts';
import { badRequest, basePathMappingShape, notFound } from './answers.ts';
import { domainNamed } from './domain-names.ts';
import { pageOf } from './paging.ts';
import { applyPatches, type Patches } from './patch.ts';
import type { ApiGatewayState, BasePathMapping, DomainName } from './state.ts';

/** How API Gateway names the mapping of everything that no other mapping takes. */
const ROOT = '(none)';

const basePath = (asked: string | undefined): string => {
  const path = asked === undefined || asked === '' ? ROOT : asked;
  if (path !== ROOT && !/^[\w.$!*'()+-]+$/.test(path))
    badRequest('Base path may only contain letters, numbers and one of "$-_.+!*\'()"'); // Several levels need a routing rule.
  return path;
};

const mappingNamed = (domain: DomainName, path: string | undefined): BasePathMapping =>
  domain.basePathMappings.get(basePath(path)) ?? notFound('Invalid base path mapping identifier specified');

/** Refuses a mapping to what is not there, or is not private as the domain is. */
function requireTarget(
  { restApis }: ApiGatewayState,
  { restApiId, stage }: Pick<BasePathMapping, 'restApiId' | 'stage'>,
): void {
  const api = restApis.get(restApiId) ?? badRequest('Invalid REST API identifier specified');
  if (!api.endpointTypes.includes('PRIVATE'))
    badRequest('Only private APIs can be mapped to private custom domain names.');
  if (stage !== undefined && !api.stages.has(stage)) badRequest('Invalid stage identifier specified');
}

interface Draft {
  basePath: string;
  restApiId: string;
  stage: string | undefined;
}

const patches: Patches<Draft> = {
  'replace /basePath': (mapping, value) => void (mapping.basePath = basePath(value)),
  'replace /restapiId': (mapping, value) => void (mapping.restApiId = value),
  'replace /stage': (mapping, value) => void (mapping.stage = value === '' ? undefined : value),
};

function requireFree(domain: DomainName, path: string): void {
  if (domain.basePathMappings.has(path))
    throw new AwsError('ConflictException', 'Base path already exists for this domain name');
}

export const basePathMappingOperations: Operations<APIGateway, ApiGatewayState> = {
  CreateBasePathMapping({ restApiId = '', stage, ...input }, { state }) {
    const domain = domainNamed(state, input);
    const mapping: BasePathMapping = {
      basePath: basePath(input.basePath),
      restApiId,
      stage: stage === '' ? undefined : stage,
    };
    requireTarget(state, mapping);
    requireFree(domain, mapping.basePath);
    domain.basePathMappings.set(mapping.basePath, mapping);
    return basePathMappingShape(mapping);
  },

  GetBasePathMapping: (input, { state }) =>
    basePathMappingShape(mappingNamed(domainNamed(state, input), input.basePath)),

  GetBasePathMappings({ domainName, domainNameId, ...page }, { state }) {
    const { basePathMappings } = domainNamed(state, { domainName, domainNameId });
    const { items, ...rest } = pageOf(basePathMappings.values(), page, (mapping) => mapping.basePath);
    return { ...rest, items: items.map(basePathMappingShape) };
  },

  UpdateBasePathMapping({ patchOperations, ...input }, { state }) {
    const domain = domainNamed(state, input);
    const before = mappingNamed(domain, input.basePath);
    const mapping: Draft = { ...before };
    applyPatches(mapping, patchOperations, patches);
    requireTarget(state, mapping);
    if (mapping.basePath !== before.basePath) requireFree(domain, mapping.basePath);
    domain.basePathMappings.delete(before.basePath);
    domain.basePathMappings.set(mapping.basePath, mapping);
    return basePathMappingShape(mapping);
  },

  DeleteBasePathMapping(input, { state }) {
    const domain = domainNamed(state, input);
    domain.basePathMappings.delete(mappingNamed(domain, input.basePath).basePath);
    return {};
  },
};
