import type { Change, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { z } from 'zod';
import { write } from '../model/aws-call.ts';
import type { Drift } from '../model/drift.ts';
import { Fault } from '../model/faults.ts';
import type { Declared, Member } from '../model/fleet.ts';
import {
  answerIn,
  type ObservedRecords,
  recordChanges,
  recordConflict,
  recordField,
  sortRecords,
} from '../model/latency-records.ts';
import { markOf } from '../model/ownership.ts';
import { type Open, optionalRef, ref } from '../model/reference.ts';
import { GLOBAL_REGION, type Region } from '../model/region.ts';
import { linkName } from '../model/target.ts';
import { peersOf } from '../model/topology.ts';
import { describeRecord, NAMES_ARE_STALE_FOR_SECONDS, recordsOf, zoneIdIn } from '../model/zone.ts';
import { isSteered, NO_TRAFFIC_CHANGES } from '../traffic/traffic.ts';
import type { Kind } from './kind.ts';
import { anyZone } from './permission-scopes.ts';
import { findZone, zonesByName } from './view.ts';

const Item = z.object({
  region: z.string(),
  addresses: z.string().nullable(),
  ready: z.array(z.string().nullable()),
  healthCheckId: z.string().nullable().optional(),
  isAvoided: z.boolean(),
});
const Desired = z.object({
  zoneId: z.string(),
  domain: z.string(),
  members: z.array(Item),
  withdrawn: z.array(z.string()),
});
type Desired = z.infer<typeof Desired>;

const NOTHING: ObservedRecords = { ours: [], foreign: [] };

/**
 * What the fleet's domain resolves to for the callers of one member: one latency record for each serving member
 * they can reach, with the addresses of that member's endpoint. One target per view, so that a view changes in one batch.
 *
 * Desired   { members, withdrawn }. A member in neither, or not ready, keeps the record it has, or has not. One that these
 *           callers are steered away from has none here, while others answer; one that is drained keeps its own everywhere,
 *           and is left out of answers by its health check
 * Observed  every record of the zone but NS and SOA, sorted into ours and others'
 * Faults    Conflict (PriorRequestNotComplete; a record changed since it was looked at)
 * Bounds    1,000 records and 32,000 characters a batch, UPSERT counting twice: 100 members are well within
 * Source    docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
 */
export const records: Kind<Desired, ObservedRecords> = {
  name: 'records',
  isGlobal: true,
  dependsOn: [],
  staleForSeconds: NAMES_ARE_STALE_FOR_SECONDS,
  desired: Desired,
  permissions: {
    read: [zonesByName, { actions: ['route53:GetHostedZone', 'route53:ListResourceRecordSets'], resources: [anyZone] }],
    write: [
      { actions: ['route53:GetHostedZone'], resources: [anyZone] },
      {
        actions: ['route53:ChangeResourceRecordSets'],
        resources: [anyZone],
        // Names are a fleet's own, and not known when this is deployed.
        conditions: {
          'ForAllValues:StringEquals': {
            'route53:ChangeResourceRecordSetsRecordTypes': ['A'],
            'route53:ChangeResourceRecordSetsActions': ['UPSERT', 'DELETE'],
          },
        },
      },
    ],
  },

  *targets(declared) {
    for (const viewer of declared.members) {
      const { region } = viewer;
      const reachable = [viewer, ...peersOf(declared, region)].filter(({ role }) => role === 'serving');
      yield {
        kind: 'records',
        name: region,
        region,
        lease: `member/${region}`,
        owners: [region],
        // Of a member that is neither let in nor sent away yet, a view says nothing: its join need not look at views.
        concerns: [region, ...namedIn(reachable).filter((named) => named !== region)],
        want: wantOf(declared, region, reachable),
      };
    }
  },

  *survey(place) {
    const zone = yield* findZone(place);
    if (zone?.HostedZone?.Id === undefined) return new Map();
    const { fleet, members } = place.declared;
    const regions = new Set(members.map(({ region }) => region));
    const observed = sortRecords(yield* recordsOf(zoneIdIn(zone.HostedZone.Id)), fleet.domain, regions);
    const isEmpty = observed.ours.length + observed.foreign.length === 0;
    return new Map(isEmpty ? [] : [[place.region, observed]]);
  },

  attributes: () => ({}),

  conflict: recordConflict,

  holdsOthers: othersIn,

  diff(desired, observed = NOTHING) {
    const { upserts, deletes, kept } = recordChanges(desired, observed);
    const present = new Map(observed.ours.map((record) => [record.SetIdentifier, record]));
    const answerOf = (region: string | undefined): string | undefined => answerIn(present.get(region));
    const wrong = upserts.map((wanted): Drift => {
      const { SetIdentifier, HealthCheckId } = wanted;
      const there = present.get(SetIdentifier);
      if (answerIn(there) === answerIn(wanted) && there?.HealthCheckId !== HealthCheckId)
        return {
          field: `health check of record ${SetIdentifier}`,
          desired: HealthCheckId,
          observed: there?.HealthCheckId,
          impact: 'risk',
        };
      return {
        field: recordField(SetIdentifier ?? ''),
        desired: answerIn(wanted),
        observed: answerOf(SetIdentifier),
        impact: present.size === 0 || there !== undefined ? 'outage' : 'risk',
      };
    });
    const surplus = [...deletes.map(({ SetIdentifier }) => SetIdentifier), ...kept].map(
      (region): Drift => ({
        field: recordField(region ?? ''),
        desired: 'withdrawn',
        observed: answerOf(region),
        impact: 'risk',
      }),
    );
    return [...wrong, ...surplus];
  },

  *apply({ desired, observed = NOTHING, place, key }) {
    const { upserts, deletes } = recordChanges(desired, observed);
    const changes: Change[] = [
      ...upserts.map((record) => ({ Action: 'UPSERT' as const, ResourceRecordSet: record })),
      ...deletions(deletes),
    ];
    if (changes.length === 0) return;
    yield* write(GLOBAL_REGION, 'route-53', 'changeResourceRecordSets', {
      HostedZoneId: desired.zoneId,
      ChangeBatch: { Comment: markOf(place.declared.fleet.name, key), Changes: changes },
    });
  },

  *remove({ observed, place, key }) {
    const zone = yield* findZone(place);
    if (zone?.HostedZone?.Id === undefined) return;
    const says = othersIn(observed);
    if (says !== undefined) throw new Fault('Conflict', says);
    yield* write(GLOBAL_REGION, 'route-53', 'changeResourceRecordSets', {
      HostedZoneId: zoneIdIn(zone.HostedZone.Id),
      ChangeBatch: {
        Comment: markOf(place.declared.fleet.name, key),
        Changes: deletions(observed.ours),
      },
    });
  },
};

/** Once ours are gone, others' are all that is left. */
function othersIn({ ours, foreign }: ObservedRecords): string | undefined {
  if (ours.length > 0 || foreign.length === 0) return undefined;
  return `${foreign.map(describeRecord).join(', ')} is not the fleet's, and its zone is kept for it: delete it first`;
}

// Route 53 deletes a record only where every value given is the one it has: so, as it was observed.
const deletions = (surplus: readonly ResourceRecordSet[]): Change[] =>
  surplus.map((record) => ({ Action: 'DELETE', ResourceRecordSet: record }));

const answers = ({ phase, inTraffic }: Member): boolean => inTraffic && (phase === 'joining' || phase === 'joined');
const isGoing = ({ phase }: Member): boolean => phase === 'draining' || phase === 'leaving';

const namedIn = (reachable: readonly Member[]): Region[] =>
  reachable.filter((member) => answers(member) || isGoing(member)).map(({ region }) => region);

function wantOf(
  { fleet, traffic = NO_TRAFFIC_CHANGES }: Declared,
  viewer: Region,
  reachable: readonly Member[],
): Open<Desired> {
  const members = reachable.filter(answers);
  return {
    zoneId: ref('view', viewer, 'id'),
    domain: fleet.domain,
    members: members.map(({ region }) => ({
      region,
      addresses: optionalRef('endpoint', region, 'addresses'),
      // That its replica answers was proven before it was let into traffic; the link to it is this view's own matter.
      ready: region === viewer ? [] : [optionalRef('peering', linkName(viewer, region), 'activeId')],
      healthCheckId: optionalRef('health-check', region, 'checkId'),
      isAvoided: isSteered(traffic, viewer, region),
    })),
    // A member that goes and leaves its own callers nobody else to ask takes its view along, and not its record out of it.
    withdrawn: reachable
      .filter((member) => isGoing(member) && (member.region !== viewer || members.length > 0))
      .map(({ region }) => region),
  };
}
