import type { ResourceRecordSet, ResourceRecordSetRegion } from '@aws-sdk/client-route-53';
import type { Region } from './region.ts';
import { describeRecord, dnsName, isZonesOwn } from './zone.ts';

/** What a view should answer, as far as it is known now. */
export interface DesiredRecords {
  readonly domain: string;
  /** Who answers callers. One whose references do not all resolve now is left exactly as it is in the zone. */
  readonly members: readonly DesiredRecord[];
  /** Whom callers are being moved off: their records go, and nobody else's. */
  readonly withdrawn: readonly Region[];
}

export interface DesiredRecord {
  readonly region: Region;
  /** The member's VPC endpoint: its own DNS name, and the zone that name is in. */
  readonly dnsName: string | null;
  readonly hostedZoneId: string | null;
  /** Ids of what must be there before callers are sent that way. */
  readonly ready: readonly (string | null)[];
}

/** A zone's records, but for those that are the zone's own. */
export interface ObservedRecords {
  /** At most one per member, by SetIdentifier. */
  readonly ours: readonly ResourceRecordSet[];
  readonly foreign: readonly ResourceRecordSet[];
}

/** One atomic batch, and why it may not do all that is wanted. */
export interface RecordChanges {
  readonly upserts: readonly ResourceRecordSet[];
  readonly deletes: readonly ResourceRecordSet[];
  /** Members that stay in the view against their will, because it would be empty without them. */
  readonly kept: readonly Region[];
}

/** Sorts a zone's records. Ours are the fleet's domain's, of type A, with a member's Region as their identifier. */
export function sortRecords(
  records: readonly ResourceRecordSet[],
  domain: string,
  members: ReadonlySet<Region>,
): ObservedRecords {
  const isOurs = ({ Name = '', Type, SetIdentifier }: ResourceRecordSet): boolean =>
    dnsName(Name) === dnsName(domain) && Type === 'A' && SetIdentifier !== undefined && members.has(SetIdentifier);
  const others = records.filter((record) => !isZonesOwn(record));
  return { ours: others.filter(isOurs), foreign: others.filter((record) => !isOurs(record)) };
}

/**
 * What would make a view as desired. Pure.
 *
 * Never deletes a record that is not withdrawn, and never leaves the view without a member that is not: an empty
 * record set answers NXDOMAIN to everybody, and no automation that needs the name can repair it.
 */
export function recordChanges(desired: DesiredRecords, { ours }: ObservedRecords): RecordChanges {
  const present = new Map(ours.map((record) => [record.SetIdentifier, record]));
  const upserts = desired.members
    .map((member) => latencyRecord(desired.domain, member))
    .filter((record) => record !== undefined)
    .filter((record) => !answersAlike(record, present.get(record.SetIdentifier)));
  const surplus = desired.withdrawn.map((region) => present.get(region)).filter((record) => record !== undefined);
  const answering = upserts.length > 0 || desired.members.some(({ region }) => present.has(region));
  if (answering || surplus.length === 0) return { upserts, deletes: surplus, kept: [] };
  return { upserts, deletes: [], kept: surplus.map(({ SetIdentifier = '' }) => SetIdentifier) };
}

/** `undefined` while anything the record needs, or waits for, is not there. */
function latencyRecord(domain: string, member: DesiredRecord): ResourceRecordSet | undefined {
  const { region, dnsName: DNSName, hostedZoneId: HostedZoneId, ready } = member;
  if (DNSName === null || HostedZoneId === null || ready.includes(null)) return undefined;
  return {
    Name: domain,
    Type: 'A',
    SetIdentifier: region,
    Region: region as ResourceRecordSetRegion,
    // Evaluating an endpoint's health says only whether the service itself is up: no help, and one more way to be empty.
    AliasTarget: { DNSName, HostedZoneId, EvaluateTargetHealth: false },
  };
}

const answersAlike = (wanted: ResourceRecordSet, present: ResourceRecordSet | undefined): boolean =>
  present !== undefined &&
  present.Region === wanted.Region &&
  present.HealthCheckId === undefined &&
  dnsName(present.AliasTarget?.DNSName ?? '') === dnsName(wanted.AliasTarget?.DNSName ?? '') &&
  present.AliasTarget?.HostedZoneId === wanted.AliasTarget?.HostedZoneId &&
  present.AliasTarget?.EvaluateTargetHealth === wanted.AliasTarget?.EvaluateTargetHealth;

/**
 * Why a view cannot be made as desired, or what in it is not ours; names every record it is about.
 *
 * Route 53 refuses one name and type under two routing policies, and two latency records for one Region.
 *
 * Source  docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-shared.html,
 *         docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html (SetIdentifier, Region)
 */
export function recordConflict(desired: DesiredRecords, observed: ObservedRecords): string | undefined {
  const { upserts, deletes, kept } = recordChanges(desired, observed);
  const isOfOurName = ({ Name = '', Type }: ResourceRecordSet): boolean =>
    dnsName(Name) === dnsName(desired.domain) && Type === 'A';
  const inTheWay = [...observed.foreign.filter(isOfOurName), ...observed.ours].filter(
    ({ Region, SetIdentifier }) =>
      Region === undefined ||
      upserts.some((wanted) => wanted.Region === Region && wanted.SetIdentifier !== SetIdentifier),
  );
  if (upserts.length > 0 && inTheWay.length > 0)
    return `${list(inTheWay)} stands where the fleet's latency records should: remove it, and they are put back`;
  if (kept.length > 0)
    return `${kept.join(', ')} stays in the view: without it, nobody would answer for ${desired.domain} there`;
  if (upserts.length + deletes.length === 0 && observed.foreign.length > 0)
    return `${list(observed.foreign)} is not the fleet's: left as it is`;
  return undefined;
}

const list = (records: readonly ResourceRecordSet[]): string => records.map(describeRecord).join(', ');
