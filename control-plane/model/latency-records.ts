import type { ResourceRecordSet, ResourceRecordSetRegion } from '@aws-sdk/client-route-53';
import type { Region } from './region.ts';
import { ANSWER_TTL_SECONDS, describeRecord, dnsName, isZonesOwn } from './zone.ts';

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
  /** Of the member's VPC endpoint, one in each of its subnets: '10.64.0.17,10.64.16.9'. */
  readonly addresses: string | null;
  /** Ids of what must be there before callers are sent that way. */
  readonly ready: readonly (string | null)[];
  /** What takes the record out of answers while the member is sick: `null` while there is none yet, left out where there can be none. */
  readonly healthCheckId?: string | null | undefined;
  /** Callers of this view are kept off it, for as long as somebody else answers them. */
  readonly isAvoided?: boolean | undefined;
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
  /** Members that stay in the view though callers should be moved off them, because it would be empty without them. */
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
 * Never deletes a record that is not withdrawn or avoided, and never leaves the view without a member that is neither: an
 * empty record set answers NXDOMAIN to everybody, and no automation that needs the name can repair it. Where only members
 * that are to be avoided answer, they stay: a sick one is better than none.
 */
export function recordChanges(desired: DesiredRecords, { ours }: ObservedRecords): RecordChanges {
  const present = new Map(ours.map((record) => [record.SetIdentifier, record]));
  const answers = (member: DesiredRecord): boolean =>
    present.has(member.region) || latencyRecord(desired.domain, member) !== undefined;

  const preferred = desired.members.filter(({ isAvoided }) => isAvoided !== true);
  const avoided = desired.members.filter(({ isAvoided }) => isAvoided === true);
  const isSteered = preferred.some(answers);
  const staying = isSteered ? preferred : desired.members;
  const upserts = staying
    .map((member) => latencyRecord(desired.domain, member))
    .filter((record) => record !== undefined)
    .filter((record) => !answersAlike(record, present.get(record.SetIdentifier)));

  const unwanted = [...desired.withdrawn, ...(isSteered ? avoided.map(({ region }) => region) : [])];
  const surplus = unwanted.map((region) => present.get(region)).filter((record) => record !== undefined);
  const spared = isSteered ? [] : avoided.filter(answers).map(({ region }) => region);
  if (staying.some(answers)) return { upserts, deletes: surplus, kept: spared };
  return { upserts, deletes: [], kept: surplus.map(({ SetIdentifier = '' }) => SetIdentifier) };
}

/** `undefined` while anything the record needs, or waits for, is not there. */
function latencyRecord(domain: string, member: DesiredRecord): ResourceRecordSet | undefined {
  const { region, addresses, ready, healthCheckId } = member;
  if (addresses === null || healthCheckId === null || ready.includes(null)) return undefined;
  return {
    Name: domain,
    Type: 'A',
    SetIdentifier: region,
    Region: region as ResourceRecordSetRegion,
    TTL: ANSWER_TTL_SECONDS,
    ResourceRecords: addresses.split(',').map((Value) => ({ Value })),
    ...(healthCheckId !== undefined && { HealthCheckId: healthCheckId }),
  };
}

const answersAlike = (wanted: ResourceRecordSet, present: ResourceRecordSet | undefined): boolean =>
  present !== undefined &&
  present.Region === wanted.Region &&
  present.HealthCheckId === wanted.HealthCheckId &&
  present.TTL === wanted.TTL &&
  answerIn(present) === answerIn(wanted);

/** What a record answers, for people and to compare: addresses in order, or the name that an alias stands for. */
export function answerIn(record: ResourceRecordSet | undefined): string | undefined {
  const { AliasTarget, ResourceRecords } = record ?? {};
  if (AliasTarget?.DNSName !== undefined) return dnsName(AliasTarget.DNSName);
  return ResourceRecords?.map(({ Value = '' }) => Value)
    .toSorted()
    .join(', ');
}

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
  if (upserts.length + deletes.length === 0 && kept.length > 0)
    return `${kept.join(', ')} stays in the view: without it, nobody would answer for ${desired.domain} there`;
  if (upserts.length + deletes.length === 0 && observed.foreign.length > 0)
    return `${list(observed.foreign)} is not the fleet's: left as it is`;
  return undefined;
}

const list = (records: readonly ResourceRecordSet[]): string => records.map(describeRecord).join(', ');

/** What of a view is not as declared: its record of one member. */
export const recordField = (region: Region): string => `record ${region}`;
