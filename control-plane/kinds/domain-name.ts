import type { DomainName } from '@aws-sdk/client-api-gateway';
import { z } from 'zod';
import { accessPolicyText, canonicalPolicy } from '../model/access-policy.ts';
import { accountAt } from '../model/accounts.ts';
import { answered, type Dialogue, type ReadCall, read, write, writeUnlessAbsent } from '../model/aws-call.ts';
import { difference, missing } from '../model/drift.ts';
import { hasAllTags, isTagged, tagsMissing, tagsOf } from '../model/ownership.ts';
import { allPages } from '../model/pages.ts';
import { ref } from '../model/reference.ts';
import { keyOf } from '../model/target.ts';
import { tag } from './api-gateway-tags.ts';
import type { Kind, Place } from './kind.ts';
import { memberTarget, servingMembers } from './member-target.ts';
import {
  apiGatewayArn,
  apiGatewayTags,
  ownApiGatewayArn,
  ownedByAFleet,
  servicesOwnRole,
  taggedAtCreation,
} from './permission-scopes.ts';

const LOOK_AGAIN_AFTER_SECONDS = 120;

const Desired = z.object({ domain: z.string(), certificateArn: z.string(), endpointId: z.string() });
type Desired = z.infer<typeof Desired>;

export interface ObservedDomainName {
  readonly domain: string;
  readonly id: string;
  readonly arn: string;
  readonly status: string;
  readonly statusMessage: string | undefined;
  readonly certificateArn: string | undefined;
  /** In canonical form: see `canonicalPolicy`. */
  readonly policy: string;
  readonly hasAllTags: boolean;
}

/** The member's private domain. One account may have several of one name in a Region; their ids tell them apart. */
export function* findDomainName(place: Place): Dialogue<ReadCall, DomainName | undefined> {
  const { region, declared } = place;
  const key = keyOf('domain-name', region);
  const pages = yield* allPages(
    (position: string | undefined) =>
      read(region, 'api-gateway', 'getDomainNames', { limit: 500, position, resourceOwner: 'SELF' }),
    ({ position }) => position,
  );
  const named = pages
    .flatMap(({ items = [] }) => items)
    .filter((item) => item.domainName === declared.fleet.domain && item.domainNameId !== undefined);
  return (
    named.find(({ domainNameId }) => domainNameId === place.known(key)) ??
    named.find(({ tags }) => isTagged(tags, declared.fleet.name, key))
  );
}

/**
 * The fleet's domain, as one serving Region answers to it: a private custom domain name of API Gateway.
 *
 * Desired   { domain, certificateArn, endpointId }, open to that endpoint only
 * Observed  certificate, policy, tags and status, of the one that is ours
 * Faults    Throttled (one CreateDomainName per 30 s), Rejected (the certificate does not cover the name)
 * Bounds    about 15 minutes from creation to AVAILABLE, and as long again after a change of certificate
 * Source    docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains.html
 */
export const domainName: Kind<Desired, ObservedDomainName> = {
  name: 'domain-name',
  dependsOn: [],
  desired: Desired,
  permissions: {
    read: [{ actions: ['apigateway:GET'], resources: [apiGatewayArn('/domainnames')] }],
    write: [
      { actions: ['apigateway:POST'], resources: [apiGatewayArn('/domainnames')], conditions: taggedAtCreation },
      {
        actions: ['apigateway:UpdateDomainNamePolicy'],
        resources: [apiGatewayArn('/domainnames'), ownApiGatewayArn('/domainnames/*')],
      },
      apiGatewayTags,
      {
        actions: ['apigateway:PATCH', 'apigateway:DELETE'],
        resources: [ownApiGatewayArn('/domainnames/*')],
        conditions: ownedByAFleet,
      },
      servicesOwnRole('ops.apigateway.amazonaws.com', 'AWSServiceRoleForAPIGateway'),
    ],
  },

  *targets(declared) {
    for (const { region, certificateArn } of servingMembers(declared)) {
      // Admission refuses a serving member without one; with none, there is no domain to want.
      if (certificateArn === undefined) continue;
      const endpointId = ref('endpoint', region, 'id');
      yield memberTarget<Desired>('domain-name', region, { domain: declared.fleet.domain, certificateArn, endpointId });
    }
  },

  *survey(place) {
    const { region, declared } = place;
    const found = yield* findDomainName(place);
    if (found?.domainNameId === undefined || found.domainNameArn === undefined) return new Map();
    const { domain, name } = declared.fleet;
    const attachedTo = `arn:aws:execute-api:${region}:${accountAt(declared, region)}:/domainnames/${domain}+${found.domainNameId}`;
    const observed: ObservedDomainName = {
      domain,
      id: found.domainNameId,
      arn: found.domainNameArn,
      status: found.domainNameStatus ?? 'AVAILABLE',
      statusMessage: found.domainNameStatusMessage,
      certificateArn: found.certificateArn,
      policy: canonicalPolicy(found.policy, attachedTo),
      hasAllTags: hasAllTags(found.tags, name, keyOf('domain-name', region)),
    };
    return new Map([[region, observed]]);
  },

  attributes: ({ id, arn, status }) => ({ id, arn, ...(status === 'AVAILABLE' && { availableArn: arn }) }),

  diff(desired, observed) {
    if (observed === undefined) return missing(desired.domain);
    const policy = canonicalPolicy(accessPolicyText(desired.endpointId), '');
    return [
      ...difference('certificateArn', desired.certificateArn, observed.certificateArn, 'risk'),
      ...difference('policy', policy, observed.policy, 'outage'), // unlike an API's, in force at once
      ...(observed.hasAllTags ? [] : [tagsMissing]),
    ];
  },

  settling: ({ status, statusMessage, domain }) =>
    status === 'AVAILABLE'
      ? undefined
      : {
          because: `${domain} is ${status}${statusMessage ? `: ${statusMessage}` : ''}; it takes about 15 minutes`,
          lookAgainAfterSeconds: LOOK_AGAIN_AFTER_SECONDS,
        },

  *apply({ desired, observed, drift, place, key }) {
    const { region, declared } = place;
    const { domain, certificateArn } = desired;
    const policy = accessPolicyText(desired.endpointId);
    if (observed === undefined) {
      const { domainNameId } = yield* write(region, 'api-gateway', 'createDomainName', {
        domainName: domain,
        certificateArn,
        endpointConfiguration: { types: ['PRIVATE'] },
        securityPolicy: 'TLS_1_2', // the only one a private domain has
        policy,
        tags: tagsOf(declared.fleet.name, key),
      });
      return { id: answered(domainNameId, 'createDomainName') };
    }
    const values: Record<string, string> = { certificateArn, policy };
    const patchOperations = drift.flatMap(({ field }) => {
      const value = values[field];
      return value === undefined ? [] : [{ op: 'replace' as const, path: `/${field}`, value }];
    });
    const which = { domainName: domain, domainNameId: observed.id };
    // First: nothing may be changed that bears no fleet's tag.
    if (!observed.hasAllTags) yield* tag(place, key, observed.arn);
    if (patchOperations.length > 0)
      yield* write(region, 'api-gateway', 'updateDomainName', { ...which, patchOperations });
    return { id: observed.id };
  },

  *remove({ key, observed, place }) {
    const { domain, id } = observed;
    if (!observed.hasAllTags) yield* tag(place, key, observed.arn);
    // With the id: without it, a public domain of the same name would be deleted in its stead.
    yield* writeUnlessAbsent(place.region, 'api-gateway', 'deleteDomainName', { domainName: domain, domainNameId: id });
  },
};
