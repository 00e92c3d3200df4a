import { z } from 'zod';
import { answered, read, write, writeUnlessAbsent } from '../model/aws-call.ts';
import { difference, missing } from '../model/drift.ts';
import { hasAllTags, isTagged, tagsMissing, tagsOf } from '../model/ownership.ts';
import { allPages } from '../model/pages.ts';
import { ref } from '../model/reference.ts';
import { keyOf } from '../model/target.ts';
import { tag } from './api-gateway-tags.ts';
import type { Kind } from './kind.ts';
import { memberTarget, servingMembers } from './member-target.ts';
import { apiGatewayTags, ownApiGatewayArn, taggedAtCreation } from './permission-scopes.ts';

const Desired = z.object({ domainNameArn: z.string(), endpointId: z.string() });
type Desired = z.infer<typeof Desired>;

interface Association {
  readonly arn: string;
  readonly domainNameArn: string;
  readonly endpointId: string;
  readonly hasAllTags: boolean;
}

/** The one in use first, then those whose endpoint or domain has since been replaced. Never empty. */
export interface ObservedAssociations {
  readonly associations: readonly [Association, ...Association[]];
}

const theDesired = (desired: Desired, observed: ObservedAssociations | undefined): Association | undefined =>
  observed?.associations.find(
    ({ domainNameArn, endpointId }) => domainNameArn === desired.domainNameArn && endpointId === desired.endpointId,
  );

/** Listed as an id or as an ARN; the id ends both. */
const endpointIdIn = (source: string): string => source.slice(source.lastIndexOf('/') + 1);

/**
 * The fleet's domain, reachable through the endpoint of one serving Region.
 *
 * It takes about 15 minutes until requests pass, and API Gateway shows no status meanwhile. So this kind cannot say
 * when it is ready, and does not claim to: views name a member only once requests have crossed (`inTraffic`).
 *
 * Desired   { domainNameArn, endpointId }. Neither can be changed: another endpoint or domain is another association
 * Observed  every association that is ours by tag, by the journal, or by leading from our endpoint to our domain
 * Faults    Conflict where the endpoint already leads to another private domain of the same name
 * Source    docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains-tutorial.html
 */
export const accessAssociation: Kind<Desired, ObservedAssociations> = {
  name: 'access-association',
  dependsOn: [],
  desired: Desired,
  permissions: {
    read: [{ actions: ['apigateway:GET'], resources: [ownApiGatewayArn('/domainnameaccessassociations')] }],
    write: [
      {
        actions: ['apigateway:POST'],
        resources: [ownApiGatewayArn('/domainnameaccessassociations')],
        conditions: taggedAtCreation,
      },
      { actions: ['apigateway:CreateAccessAssociation'], resources: [ownApiGatewayArn('/domainnames/*')] },
      apiGatewayTags,
      { actions: ['apigateway:DELETE'], resources: [ownApiGatewayArn('/domainnameaccessassociations/domainname/*')] },
    ],
  },

  *targets(declared) {
    for (const { region } of servingMembers(declared))
      yield memberTarget<Desired>('access-association', region, {
        domainNameArn: ref('domain-name', region, 'availableArn'),
        endpointId: ref('endpoint', region, 'id'),
      });
  },

  *survey(place) {
    const { region, declared } = place;
    const { name: fleet } = declared.fleet;
    const key = keyOf('access-association', region);
    const pages = yield* allPages(
      (position: string | undefined) =>
        read(region, 'api-gateway', 'getDomainNameAccessAssociations', { limit: 500, position, resourceOwner: 'SELF' }),
      ({ position }) => position,
    );
    const endpoint = place.known(keyOf('endpoint', region));
    const domain = place.known(keyOf('domain-name', region));
    const ours: Association[] = [];
    for (const found of pages.flatMap(({ items = [] }) => items)) {
      const { domainNameAccessAssociationArn: arn, domainNameArn, accessAssociationSource: source, tags } = found;
      if (arn === undefined || domainNameArn === undefined || source === undefined) continue;
      const endpointId = endpointIdIn(source);
      const isInUse = endpointId === endpoint && domain !== undefined && domainNameArn.endsWith(`+${domain}`);
      if (!isInUse && arn !== place.known(key) && !isTagged(tags, fleet, key)) continue;
      const association = { arn, domainNameArn, endpointId, hasAllTags: hasAllTags(tags, fleet, key) };
      if (isInUse) ours.unshift(association);
      else ours.push(association);
    }
    const [first, ...others] = ours;
    return first === undefined ? new Map() : new Map([[region, { associations: [first, ...others] }]]);
  },

  attributes: ({ associations: [{ arn }] }) => ({ id: arn }),

  diff(desired, observed) {
    if (observed === undefined) return missing(desired.endpointId);
    const present = theDesired(desired, observed);
    if (present !== undefined) return present.hasAllTags ? [] : [tagsMissing];
    const { domainNameArn, endpointId } = observed.associations[0];
    return difference('leads', desired, { domainNameArn, endpointId }, 'outage');
  },

  *apply({ desired, observed, place, key }) {
    const { region, declared } = place;
    const { domainNameArn, endpointId } = desired;
    const present = theDesired(desired, observed);
    if (present !== undefined) {
      yield* tag(place, key, present.arn);
      return { id: present.arn };
    }
    const created = yield* write(region, 'api-gateway', 'createDomainNameAccessAssociation', {
      domainNameArn,
      accessAssociationSourceType: 'VPCE',
      accessAssociationSource: endpointId,
      tags: tagsOf(declared.fleet.name, key),
    });
    return { id: answered(created.domainNameAccessAssociationArn, 'createDomainNameAccessAssociation') };
  },

  *remove({ observed, place }) {
    // The replaced ones too: API Gateway deletes no domain that still has an association.
    for (const { arn } of observed.associations)
      yield* writeUnlessAbsent(place.region, 'api-gateway', 'deleteDomainNameAccessAssociation', {
        domainNameAccessAssociationArn: arn,
      });
  },
};
