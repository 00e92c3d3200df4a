import { z } from 'zod';
import { read, write, writeUnlessAbsent } from '../model/aws-call.ts';
import { difference, missing } from '../model/drift.ts';
import { isFault } from '../model/faults.ts';
import { allPages } from '../model/pages.ts';
import { ref } from '../model/reference.ts';
import { findDomainName } from './domain-name.ts';
import type { Kind } from './kind.ts';
import { memberTarget, servingMembers } from './member-target.ts';
import { apiGatewayArn } from './permission-scopes.ts';

/** API Gateway's word for no base path: the whole domain. */
const ROOT = '(none)';

const Desired = z.object({
  domainName: z.string(),
  domainNameId: z.string(),
  restApiId: z.string(),
  stage: z.string(),
});
type Desired = z.infer<typeof Desired>;

export interface ObservedMapping {
  readonly domainName: string;
  readonly domainNameId: string;
  readonly restApiId: string | undefined;
  readonly stage: string | undefined;
}

/**
 * What the fleet's domain stands for in one serving Region: all of it is the API's stage.
 *
 * Created as soon as the domain has an id: a mapping does not wait for the domain to be AVAILABLE.
 *
 * Desired   { domainName, domainNameId, restApiId, stage }
 * Observed  the mapping of the root; mappings of other paths are not the fleet's
 * Source    docs.aws.amazon.com/apigateway/latest/api/API_CreateBasePathMapping.html
 */
export const basePathMapping: Kind<Desired, ObservedMapping> = {
  name: 'base-path-mapping',
  dependsOn: [],
  desired: Desired,
  permissions: {
    read: [
      {
        actions: ['apigateway:GET'],
        resources: ['/domainnames', '/domainnames/*/basepathmappings'].map(apiGatewayArn),
      },
    ],
    write: [
      { actions: ['apigateway:POST'], resources: [apiGatewayArn('/domainnames/*/basepathmappings')] },
      {
        actions: ['apigateway:PATCH', 'apigateway:DELETE'],
        resources: [apiGatewayArn('/domainnames/*/basepathmappings/*')],
      },
    ],
  },

  *targets(declared) {
    for (const { region } of servingMembers(declared))
      yield memberTarget<Desired>('base-path-mapping', region, {
        domainName: declared.fleet.domain,
        domainNameId: ref('domain-name', region, 'id'),
        restApiId: ref('rest-api', region, 'id'),
        stage: ref('stage', region, 'name'),
      });
  },

  *survey(place) {
    const { region } = place;
    const domain = yield* findDomainName(place);
    if (domain?.domainName === undefined || domain.domainNameId === undefined) return new Map();
    const { domainName, domainNameId } = domain;
    try {
      const pages = yield* allPages(
        (position: string | undefined) =>
          read(region, 'api-gateway', 'getBasePathMappings', { domainName, domainNameId, limit: 500, position }),
        ({ position }) => position,
      );
      const root = pages.flatMap(({ items = [] }) => items).find(({ basePath }) => basePath === ROOT);
      if (root === undefined) return new Map();
      return new Map([[region, { domainName, domainNameId, restApiId: root.restApiId, stage: root.stage }]]);
    } catch (fault) {
      if (isFault(fault, 'Absent')) return new Map(); // the domain went between the two reads
      throw fault;
    }
  },

  attributes: ({ domainNameId }) => ({ id: `${domainNameId}/${ROOT}` }),

  diff(desired, observed) {
    if (observed === undefined) return missing(desired.domainName);
    return [
      ...difference('restApiId', desired.restApiId, observed.restApiId, 'outage'),
      ...difference('stage', desired.stage, observed.stage, 'outage'),
    ];
  },

  *apply({ desired, observed, place: { region } }) {
    const { domainName, domainNameId, restApiId, stage } = desired;
    const which = { domainName, domainNameId, basePath: ROOT };
    if (observed === undefined)
      yield* write(region, 'api-gateway', 'createBasePathMapping', { ...which, restApiId, stage });
    else
      yield* write(region, 'api-gateway', 'updateBasePathMapping', {
        ...which,
        patchOperations: [
          { op: 'replace', path: '/restapiId', value: restApiId },
          { op: 'replace', path: '/stage', value: stage },
        ],
      });
  },

  *remove({ observed: { domainName, domainNameId }, place }) {
    const which = { domainName, domainNameId, basePath: ROOT };
    yield* writeUnlessAbsent(place.region, 'api-gateway', 'deleteBasePathMapping', which);
  },
};
