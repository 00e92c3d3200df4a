import type { HealthCheck, HealthCheckConfig, HealthCheckRegion } from '@aws-sdk/client-route-53';
import { z } from 'zod';
import { BIT_IS_GOOD, CHECKED_FROM } from '../model/agents.ts';
import {
  answered,
  type Dialogue,
  type ReadCall,
  read,
  type WriteCall,
  write,
  writeUnlessAbsent,
} from '../model/aws-call.ts';
import { difference, missing } from '../model/drift.ts';
import { fingerprint } from '../model/fingerprint.ts';
import { ec2TagsOf, tagsMissing } from '../model/ownership.ts';
import { allPages } from '../model/pages.ts';
import { ref } from '../model/reference.ts';
import { GLOBAL_REGION } from '../model/region.ts';
import { keyOf, type TargetKey } from '../model/target.ts';
import { referenceStem } from './caller-reference.ts';
import { firstThat, memberAt } from './ec2-lists.ts';
import type { Kind, Place } from './kind.ts';
import { memberTarget, servingMembers } from './member-target.ts';

const Desired = z.object({ host: z.string() });
type Desired = z.infer<typeof Desired>;

/** Route 53's fastest pace, and the fewest failures that are not a hiccup: half a minute from the first to the verdict. */
const PACE = { RequestInterval: 10, FailureThreshold: 3 };

/** What can be changed of a check, as we want it; its type and its pace never can. */
const settingsFor = (host: string) => ({
  FullyQualifiedDomainName: host,
  Port: 443,
  ResourcePath: '/',
  SearchString: BIT_IS_GOOD,
  EnableSNI: true,
  Inverted: false,
  Disabled: false,
  FailureThreshold: PACE.FailureThreshold,
  Regions: CHECKED_FROM.toSorted() as HealthCheckRegion[],
});
type Settings = ReturnType<typeof settingsFor>;

export interface ObservedHealthCheck {
  readonly id: string;
  /** The journal knows it, which it does once its tags are written: they are for people's eyes, and not read back. */
  readonly isTagged: boolean;
  readonly settings: { readonly [Field in keyof Settings]: Settings[Field] | null };
}

const observe = (id: string, isTagged: boolean, config: Partial<HealthCheckConfig> = {}): ObservedHealthCheck => ({
  id,
  isTagged,
  settings: {
    FullyQualifiedDomainName: config.FullyQualifiedDomainName ?? null,
    Port: config.Port ?? null,
    ResourcePath: config.ResourcePath ?? null,
    SearchString: config.SearchString ?? null,
    EnableSNI: config.EnableSNI ?? null,
    Inverted: config.Inverted ?? false,
    Disabled: config.Disabled ?? false,
    FailureThreshold: config.FailureThreshold ?? null,
    Regions: config.Regions?.toSorted() ?? null,
  },
});

/** A reference has room for 64 characters, and a check's id alone takes 36: one that replaces another is named by a print of it. */
const REPLACEMENT_DIGITS = 12;

function referenceFor(place: Place, key: TargetKey): string {
  // Who joins again has another sequence.
  const sequence = memberAt(place)?.sequence;
  const after = place.known(key);
  const attempt = after === undefined ? sequence : fingerprint({ sequence, after }).slice(0, REPLACEMENT_DIGITS);
  return `${referenceStem(place)}${attempt}`;
}

function* createHealthCheck(place: Place, key: TargetKey, host: string): Dialogue<WriteCall, string> {
  const { HealthCheck: made } = yield* write(GLOBAL_REGION, 'route-53', 'createHealthCheck', {
    CallerReference: referenceFor(place, key),
    HealthCheckConfig: { Type: 'HTTPS_STR_MATCH', ...PACE, ...settingsFor(host) },
  });
  return answered(made?.Id, 'createHealthCheck');
}

/**
 * What takes a member out of every view within half a minute, with nobody's help: Route 53 asks its health bit every ten
 * seconds, from three Regions, and after three failures in a row leaves out the records that name this check.
 *
 * Desired   { host }: the bit's own name, asked by HTTPS from the fewest Regions that Route 53 allows, with the string that a
 *           good answer holds
 * Observed  the same, of the check that the journal knows, or that was made with our caller reference. Route 53 takes no tags
 *           at creation: who died before they were written left a check that the journal does not know
 * Faults    Conflict (HealthCheckAlreadyExists) where the check was made a moment ago and does not show yet
 * Bounds    200 checks per account; one creation per two seconds (docs/aws-facts.md)
 * Source    docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHealthCheck.html (CallerReference),
 *           docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export const healthCheck: Kind<Desired, ObservedHealthCheck> = {
  name: 'health-check',
  isControlPlanes: true,
  isGlobal: true,
  dependsOn: [],
  desired: Desired,
  permissions: {
    read: [
      {
        actions: ['route53:ListHealthChecks'],
        resources: ['*'],
        because: 'Route 53 defines no resource type for the list of health checks',
      },
    ],
    write: [
      {
        actions: ['route53:CreateHealthCheck'],
        resources: ['*'],
        because:
          'Route 53 defines no resource type for a health check that is yet to be made, and takes no tags with it',
      },
      {
        actions: ['route53:UpdateHealthCheck', 'route53:DeleteHealthCheck', 'route53:ChangeTagsForResource'],
        resources: ['arn:aws:route53:::healthcheck/*'],
      },
    ],
  },

  *targets(declared) {
    for (const { region } of servingMembers(declared))
      yield memberTarget<Desired>('health-check', region, { host: ref('bit-url', region, 'host') });
  },

  *survey(place): Dialogue<ReadCall, ReadonlyMap<string, ObservedHealthCheck>> {
    const { region } = place;
    // One list for the whole fleet: asked in the same words for every member, it is made once a look.
    const pages = yield* allPages(
      (Marker: string | undefined) => read(GLOBAL_REGION, 'route-53', 'listHealthChecks', { Marker }),
      ({ IsTruncated, NextMarker }) => (IsTruncated === true ? NextMarker : undefined),
    );
    const checks = pages.flatMap(({ HealthChecks = [] }) => HealthChecks);
    const known = place.known(keyOf('health-check', region));
    const found = firstThat<HealthCheck>(
      checks,
      ({ Id }) => Id === known,
      ({ CallerReference }) => CallerReference?.startsWith(referenceStem(place)) === true,
    );
    return new Map(
      found?.Id === undefined ? [] : [[region, observe(found.Id, found.Id === known, found.HealthCheckConfig)]],
    );
  },

  attributes: ({ id, isTagged }): Record<string, string> => ({ checkId: id, ...(isTagged && { id }) }),

  diff({ host }, observed) {
    if (observed === undefined) return missing(host, 'risk');
    const wrong = Object.entries(settingsFor(host)).flatMap(([field, value]) =>
      difference(field, value, observed.settings[field as keyof Settings], 'risk'),
    );
    return observed.isTagged ? wrong : [...wrong, tagsMissing];
  },

  *apply({ key, desired: { host }, observed, drift, place }) {
    const id = observed?.id ?? (yield* createHealthCheck(place, key, host));
    if (observed !== undefined && drift.some(({ field }) => field !== tagsMissing.field))
      yield* write(GLOBAL_REGION, 'route-53', 'updateHealthCheck', { HealthCheckId: id, ...settingsFor(host) });
    if (observed?.isTagged !== true)
      yield* write(GLOBAL_REGION, 'route-53', 'changeTagsForResource', {
        ResourceType: 'healthcheck',
        ResourceId: id,
        AddTags: ec2TagsOf(place.declared.fleet.name, key),
      });
    return { id };
  },

  *remove({ observed: { id: HealthCheckId } }) {
    yield* writeUnlessAbsent(GLOBAL_REGION, 'route-53', 'deleteHealthCheck', { HealthCheckId });
  },
};
