import type { GetHostedZoneResponse, VPCRegion } from '@aws-sdk/client-route-53';
import { z } from 'zod';
import {
  answered,
  type Dialogue,
  type ReadCall,
  read,
  readOrAbsent,
  write,
  writeUnlessAbsent,
} from '../model/aws-call.ts';
import { difference, missing } from '../model/drift.ts';
import { Fault } from '../model/faults.ts';
import { markOf } from '../model/ownership.ts';
import { allPages } from '../model/pages.ts';
import type { Permission } from '../model/permission.ts';
import { ref } from '../model/reference.ts';
import { GLOBAL_REGION } from '../model/region.ts';
import { keyOf } from '../model/target.ts';
import { describeRecord, isZonesOwn, NAMES_ARE_STALE_FOR_SECONDS, recordsOf, zoneIdIn } from '../model/zone.ts';
import { referenceStem } from './caller-reference.ts';
import type { Kind, Place } from './kind.ts';
import { memberTarget } from './member-target.ts';
import { anyZone, describes } from './permission-scopes.ts';

const Desired = z.object({ domain: z.string(), vpcId: z.string(), vpcRegion: z.string(), comment: z.string() });
type Desired = z.infer<typeof Desired>;

export interface ObservedView {
  readonly id: string;
  readonly comment: string | undefined;
  readonly vpcs: readonly { readonly vpcId: string | undefined; readonly vpcRegion: string | undefined }[];
}

export const zonesByName: Permission = {
  actions: ['route53:ListHostedZonesByName'],
  resources: ['*'],
  because: 'Route 53 defines no resource type for the list of zones',
};

const zoneWithId = (Id: string): Dialogue<ReadCall, GetHostedZoneResponse | undefined> =>
  readOrAbsent(GLOBAL_REGION, 'route-53', 'getHostedZone', { Id });

/** The member's zone: the journal's, or else the one of the fleet's domain that was made with our caller reference. */
export function* findZone(place: Place): Dialogue<ReadCall, GetHostedZoneResponse | undefined> {
  const known = place.known(keyOf('view', place.region));
  const zone = known === undefined ? undefined : yield* zoneWithId(known);
  if (zone !== undefined) return zone;
  const { domain } = place.declared.fleet;
  const name = `${domain}.`;
  const pages = yield* allPages(
    (from: { DNSName: string; HostedZoneId: string | undefined } = { DNSName: domain, HostedZoneId: undefined }) =>
      read(GLOBAL_REGION, 'route-53', 'listHostedZonesByName', from),
    // The list goes on through the alphabet; ours is over where another name begins.
    ({ NextDNSName, NextHostedZoneId }) =>
      NextDNSName === name ? { DNSName: NextDNSName, HostedZoneId: NextHostedZoneId } : undefined,
  );
  const ours = pages
    .flatMap(({ HostedZones = [] }) => HostedZones)
    .find(({ Name, CallerReference = '' }) => Name === name && CallerReference.startsWith(referenceStem(place)));
  return ours?.Id === undefined ? undefined : yield* zoneWithId(zoneIdIn(ours.Id));
}

/**
 * The fleet's domain as one member's callers see it: a private zone of that name, associated with that member's VPC.
 *
 * Desired   { domain, vpcId, vpcRegion, comment }
 * Observed  comment and associations, of the zone that is ours. A further VPC that somebody associated is theirs;
 *           the last association AWS lets nobody take away
 * Faults    Conflict where the zone was made a moment ago and does not show yet, or where another zone already
 *           answers for this name in the VPC
 * Source    docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html
 */
export const view: Kind<Desired, ObservedView> = {
  name: 'view',
  isGlobal: true,
  dependsOn: [],
  staleForSeconds: NAMES_ARE_STALE_FOR_SECONDS,
  desired: Desired,
  permissions: {
    read: [zonesByName, { actions: ['route53:GetHostedZone'], resources: [anyZone] }],
    write: [
      {
        actions: ['route53:CreateHostedZone'],
        resources: ['*'],
        // With a VPC, which public zones are made without.
        conditions: { Null: { 'route53:VPCs': 'false' } },
        because: 'Route 53 defines no resource type for a zone that is yet to be made',
      },
      { actions: ['route53:AssociateVPCWithHostedZone'], resources: [anyZone] },
      // Route 53 looks at the VPC in the name of whoever asked.
      describes('Vpcs'),
      {
        actions: ['route53:UpdateHostedZoneComment', 'route53:DeleteHostedZone', 'route53:ListResourceRecordSets'],
        resources: [anyZone],
      },
    ],
  },

  *targets({ fleet, members }) {
    for (const { region } of members)
      yield memberTarget<Desired>('view', region, {
        domain: fleet.domain,
        vpcId: ref('vpc', region, 'id'),
        vpcRegion: region,
        comment: markOf(fleet.name, keyOf('view', region)),
      });
  },

  *survey(place) {
    const zone = yield* findZone(place);
    if (zone?.HostedZone?.Id === undefined) return new Map();
    const vpcs = (zone.VPCs ?? []).map(({ VPCId: vpcId, VPCRegion: vpcRegion }) => ({ vpcId, vpcRegion }));
    const id = zoneIdIn(zone.HostedZone.Id);
    return new Map([[place.region, { id, comment: zone.HostedZone.Config?.Comment, vpcs }]]);
  },

  attributes: ({ id }) => ({ id }),

  diff({ domain, vpcId, vpcRegion, comment }, observed) {
    if (observed === undefined) return missing(domain);
    const ids = observed.vpcs.map((vpc) => vpc.vpcId);
    const isAssociated = observed.vpcs.some((vpc) => vpc.vpcId === vpcId && vpc.vpcRegion === vpcRegion);
    return [
      ...(isAssociated ? [] : difference('vpcId', vpcId, ids, 'outage')),
      ...difference('comment', comment, observed.comment, 'none'),
    ];
  },

  *apply({ desired, observed, drift, place, key }) {
    const VPC = { VPCId: desired.vpcId, VPCRegion: desired.vpcRegion as VPCRegion };
    const Comment = desired.comment;
    if (observed === undefined) {
      const member = place.declared.members.find(({ region }) => region === place.region);
      // Route 53 never takes a reference twice, not even that of a zone long deleted: who joins again has another
      // sequence, and a zone that replaces a lost one names it.
      const attempt = [member?.sequence, place.known(key)].filter((part) => part !== undefined).join('/after/');
      const { HostedZone } = yield* write(GLOBAL_REGION, 'route-53', 'createHostedZone', {
        Name: desired.domain,
        CallerReference: `${referenceStem(place)}${attempt}`,
        VPC,
        HostedZoneConfig: { Comment, PrivateZone: true },
      });
      return { id: zoneIdIn(answered(HostedZone?.Id, 'createHostedZone')) };
    }
    const { id } = observed;
    const drifted = new Set(drift.map(({ field }) => field));
    if (drifted.has('vpcId'))
      yield* write(GLOBAL_REGION, 'route-53', 'associateVPCWithHostedZone', { HostedZoneId: id, VPC });
    if (drifted.has('comment')) yield* write(GLOBAL_REGION, 'route-53', 'updateHostedZoneComment', { Id: id, Comment });
    return { id };
  },

  *remove({ observed: { id }, key }) {
    const foreign = (yield* recordsOf(id)).filter((record) => !isZonesOwn(record));
    if (foreign.length > 0)
      throw new Fault(
        'Conflict',
        `${key}: zone ${id} stays, for it holds records that are not the fleet's: ${foreign.map(describeRecord).join(', ')}`,
      );
    yield* writeUnlessAbsent(GLOBAL_REGION, 'route-53', 'deleteHostedZone', { Id: id });
  },
};
