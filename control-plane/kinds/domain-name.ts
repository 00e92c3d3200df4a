import type { DomainName } from '@aws-sdk/client-api-gateway';
import { z } from 'zod';
import { accessPolicyText, canonicalPolicy } from '../model/access-policy.ts';
import { type Dialogue, type ReadCall, read, write, writeUnlessAbsent } from '../model/aws-call.ts';
import type { Drift } from '../model/drift.ts';
import { hasAllTags, isTagged, tagsOf } from '../model/ownership.ts';
import { allPages } from '../model/pages.ts';
import { ref } from '../model/reference.ts';
import { keyOf } from '../model/target.ts';
import { tag, tagsMissing } from './api-gateway-tags.ts';
import type { Kind, Place } from './kind.ts';
import { memberTarget, servingMembers } from './member-target.ts';

const LOOK_AGAIN_AFTER_SECONDS = 120;

const Desired = z.object({ domainName: z.string(), certificateArn: z.string(), endpointId: z.string() });
type Desired = z.infer<typeof Desired>;

export interface ObservedDomainName {
  readonly domainName: string;
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
    .filter(({ domainName, domainNameId }) => domainName === declared.fleet.domain && domainNameId !== undefined);
  return (
    named.find(({ domainNameId }) => domainNameId === place.known(key)) ??
    named.find(({ tags }) => isTagged(tags, declared.fleet.name, key))
  );
}

/**
 * The fleet's domain, as one serving Region answers to it: a private custom domain name of API Gateway.
 *
 * Desired   { domainName, certificateArn, endpointId }, open to that endpoint only
 * Observed  certificate, policy, tags and status, of the one that is ours
 * Faults    Throttled (one CreateDomainName per 30 s), Rejected (the certificate does not cover the name)
 * Bounds    about 15 minutes from creation to AVAILABLE, and as long again after a change of certificate
 * Source    docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains.html
 */
export const domainName: Kind<Desired, ObservedDomainName> = {
  name: 'domain-name',
  dependsOn: [],
  desired: Desired,

  *targets(declared) {
    for (const { region, certificateArn } of servingMembers(declared)) {
      // Admission refuses a serving member without one; with none, there is no domain to want.
      if (certificateArn === undefined) continue;
      const endpointId = ref('endpoint', region, 'id');
      yield memberTarget<Desired>('domain-name', region, {
        domainName: declared.fleet.domain,
        certificateArn,
        endpointId,
      });
    }
  },

  *survey(place) {
    const { region, declared } = place;
    const found = yield* findDomainName(place);
    if (found?.domainName === undefined || found.domainNameId === undefined || found.domainNameArn === undefined)
      return new Map();
    const { domainName, domainNameId, domainNameArn } = found;
    const { account, name } = declared.fleet;
    const attachedTo = `arn:aws:execute-api:${region}:${account}:/domainnames/${domainName}+${domainNameId}`;
    const observed: ObservedDomainName = {
      domainName,
      id: domainNameId,
      arn: domainNameArn,
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
    if (observed === undefined)
      return [{ field: 'existence', desired: desired.domainName, observed: undefined, impact: 'outage' }];
    const drift: Drift[] = [];
    const { certificateArn } = desired;
    if (observed.certificateArn !== certificateArn)
      drift.push({
        field: 'certificateArn',
        desired: certificateArn,
        observed: observed.certificateArn,
        impact: 'risk',
      });
    const policy = canonicalPolicy(accessPolicyText(desired.endpointId), '');
    // Unlike an API's, a domain's policy is in force at once.
    if (observed.policy !== policy)
      drift.push({ field: 'policy', desired: policy, observed: observed.policy, impact: 'outage' });
    return observed.hasAllTags ? drift : [...drift, tagsMissing];
  },

  settling: ({ status, statusMessage, domainName }) =>
    status === 'AVAILABLE'
      ? undefined
      : {
          because: `${domainName} is ${status}${statusMessage ? `: ${statusMessage}` : ''}; it takes about 15 minutes`,
          lookAgainAfterSeconds: LOOK_AGAIN_AFTER_SECONDS,
        },

  *apply({ desired, observed, drift, place, key }) {
    const { region, declared } = place;
    const { domainName, certificateArn } = desired;
    const policy = accessPolicyText(desired.endpointId);
    if (observed === undefined) {
      yield* write(region, 'api-gateway', 'createDomainName', {
        domainName,
        certificateArn,
        endpointConfiguration: { types: ['PRIVATE'] },
        securityPolicy: 'TLS_1_2', // the only one a private domain has
        policy,
        tags: tagsOf(declared.fleet.name, key),
      });
      return;
    }
    const values: Record<string, string> = { certificateArn, policy };
    const patchOperations = drift.flatMap(({ field }) => {
      const value = values[field];
      return value === undefined ? [] : [{ op: 'replace' as const, path: `/${field}`, value }];
    });
    const domainNameId = observed.id;
    if (patchOperations.length > 0)
      yield* write(region, 'api-gateway', 'updateDomainName', { domainName, domainNameId, patchOperations });
    if (drift.some(({ field }) => field === 'tags')) yield* tag(place, key, observed.arn);
  },

  *remove({ observed: { domainName, id }, place }) {
    // With the id: without it, a public domain of the same name would be deleted in its stead.
    yield* writeUnlessAbsent(place.region, 'api-gateway', 'deleteDomainName', { domainName, domainNameId: id });
  },
};
