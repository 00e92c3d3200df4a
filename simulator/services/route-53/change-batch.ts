import type { Change, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { AwsError } from '../../aws-error.ts';
import type { Call } from '../../service.ts';
import { objectionToAlias } from './alias-target.ts';
import { recordSetCopy } from './answers.ts';
import { canonicalName, isDomainName, liesIn } from './names.ts';
import type { RecordsByName } from './record-book.ts';
import { objectionToValues } from './record-values.ts';
import { objectionTo, policyMembersOf } from './routing-policy.ts';
import { type HostedZone, healthCheckAnywhere, type Route53State } from './state.ts';

/** Quotas on one ChangeResourceRecordSets; an UPSERT counts twice. */
const MOST_RECORDS = 1_000;
const MOST_CHARACTERS = 32_000;

interface CheckedChange {
  readonly action: 'CREATE' | 'DELETE' | 'UPSERT';
  readonly set: ResourceRecordSet;
}

const told = (action: string | undefined, { Name, Type, SetIdentifier }: ResourceRecordSet): string =>
  `Change with [Action=${action}, Name=${canonicalName(Name ?? '')}, Type=${Type}, SetIdentifier=${SetIdentifier ?? 'null'}]`;

const refuse = (message: string): never => {
  throw new AwsError('InvalidInput', `Invalid request: ${message}`);
};

/** Refuses a change that is malformed whatever the zone holds. Route 53 stops at the first. */
function checked({ Action: action, ResourceRecordSet: given }: Change): CheckedChange {
  if (given?.Name === undefined || given.Type === undefined)
    throw new AwsError('InvalidInput', 'Invalid request: A change needs a ResourceRecordSet with Name and Type');
  if (action !== 'CREATE' && action !== 'DELETE' && action !== 'UPSERT')
    throw new AwsError(
      'InvalidInput',
      `Invalid request: Value '${action}' at 'Action' is not one of CREATE, DELETE, UPSERT`,
    );
  const where = told(action, given);
  const isAlias = given.AliasTarget !== undefined;
  const hasValues = given.TTL !== undefined && (given.ResourceRecords ?? []).length > 0;
  const expected =
    'Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId]';
  if (!isAlias && !hasValues) refuse(`${expected}, but found none in ${where}`);
  if (isAlias && (given.TTL !== undefined || given.ResourceRecords !== undefined))
    refuse(`${expected}, but found more than one in ${where}`);
  const members = policyMembersOf(given);
  const one =
    'Expected exactly one of [Weight, Region, Failover, GeoLocation, MultiValueAnswer, CidrRoutingConfig, or GeoProximityLocation]';
  if (given.SetIdentifier !== undefined && members.length === 0) refuse(`${one}, but found none in ${where}`);
  if (members.length > 1) refuse(`${one}, but found more than one in ${where}`);
  if (given.SetIdentifier === undefined && members.length > 0) refuse(`Missing field 'SetIdentifier' in ${where}`);
  if (isAlias && given.MultiValueAnswer !== undefined)
    refuse(`Expected ResourceRecords with MultiValueAnswer, but found AliasTarget in ${where}`);
  if (given.Weight !== undefined && (given.Weight < 0 || given.Weight > 255))
    refuse(`Weight must be between 0 and 255 in ${where}`);
  const { AliasTarget } = given;
  const DNSName = canonicalName(AliasTarget?.DNSName ?? '');
  const set = {
    ...recordSetCopy(given),
    Name: canonicalName(given.Name),
    ...(AliasTarget !== undefined && { AliasTarget: { ...AliasTarget, DNSName } }),
  };
  return { action, set };
}

const isSame = (a: Readonly<ResourceRecordSet>, b: Readonly<ResourceRecordSet>): boolean =>
  a.Type === b.Type && a.SetIdentifier === b.SetIdentifier;

/** What must be alike for a DELETE to mean this record set: everything, values in any order. */
function substance(set: Readonly<ResourceRecordSet>): string {
  const { AliasTarget, GeoLocation, CidrRoutingConfig, GeoProximityLocation } = set;
  return JSON.stringify([
    set.TTL,
    (set.ResourceRecords ?? []).map(({ Value = '' }) => Value).toSorted(),
    AliasTarget && [AliasTarget.HostedZoneId, AliasTarget.DNSName, AliasTarget.EvaluateTargetHealth],
    set.Weight,
    set.Region,
    set.Failover,
    set.MultiValueAnswer,
    set.HealthCheckId,
    GeoLocation && [GeoLocation.ContinentCode, GeoLocation.CountryCode, GeoLocation.SubdivisionCode],
    CidrRoutingConfig && [CidrRoutingConfig.CollectionId, CidrRoutingConfig.LocationName],
    GeoProximityLocation && [
      GeoProximityLocation.AWSRegion,
      GeoProximityLocation.LocalZoneGroup,
      GeoProximityLocation.Bias,
    ],
  ]);
}

function requireWithinQuota(changes: readonly Change[]): void {
  let records = 0;
  let characters = 0;
  for (const { Action, ResourceRecordSet: set } of changes) {
    const times = Action === 'UPSERT' ? 2 : 1;
    const values = set?.ResourceRecords ?? [];
    records += times * Math.max(1, values.length);
    characters += times * values.reduce((sum, { Value }) => sum + (Value?.length ?? 0), 0);
  }
  if (records > MOST_RECORDS)
    throw new AwsError('InvalidChangeBatch', `[Number of records limit of ${MOST_RECORDS} exceeded.]`);
  if (characters > MOST_CHARACTERS)
    throw new AwsError('InvalidChangeBatch', `[Number of characters limit of ${MOST_CHARACTERS} exceeded.]`);
}

/**
 * What a batch makes of the names it touches, all of it or none: one change at a time, and then the rules that the
 * records of one name must keep together, on what the whole batch would leave.
 *
 * Faults  InvalidInput (malformed), NoSuchHealthCheck, InvalidChangeBatch with every objection there is
 * Source  docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
 */
export function recordsAfter(call: Call<Route53State>, zone: HostedZone, changes: readonly Change[]): RecordsByName {
  if (changes.length === 0) throw new AwsError('InvalidInput', 'Invalid request: The request contains no changes');
  requireWithinQuota(changes);
  const batch = changes.map(checked);
  const objections: string[] = [];
  const after: RecordsByName = new Map();
  const setsAfter = (name: string): readonly Readonly<ResourceRecordSet>[] =>
    after.get(name) ?? zone.records.accepted.get(name) ?? [];
  for (const { action, set } of batch) {
    const objection = objectionToChange(call, zone, action, set, setsAfter(set.Name ?? ''));
    if (objection !== undefined) {
      objections.push(objection);
      continue;
    }
    const others = setsAfter(set.Name ?? '').filter((other) => !isSame(other, set));
    after.set(set.Name ?? '', action === 'DELETE' ? others : [...others, set]);
  }
  if (objections.length === 0)
    for (const { action, set } of batch) {
      if (action === 'DELETE') continue;
      const beside = setsAfter(set.Name ?? '');
      if (!beside.includes(set)) continue;
      const objection = objectionToCompany(zone, set, beside) ?? objectionToAlias(call, zone, set, setsAfter);
      if (objection !== undefined) objections.push(objection);
    }
  objections.push(...missingAtApex(setsAfter(zone.name)));
  if (objections.length > 0) throw new AwsError('InvalidChangeBatch', `[${objections.join(', ')}]`);
  return after;
}

function objectionToChange(
  { world }: Call<Route53State>,
  zone: HostedZone,
  action: CheckedChange['action'],
  set: ResourceRecordSet,
  sets: readonly Readonly<ResourceRecordSet>[],
): string | undefined {
  const { Name = '', Type, SetIdentifier, HealthCheckId } = set;
  const identified = SetIdentifier === undefined ? '' : `, set identifier='${SetIdentifier}'`;
  const which = `resource record set [name='${Name}', type='${Type}'${identified}]`;
  const before = sets.find((other) => isSame(other, set));
  if (!isDomainName(Name))
    return `FATAL problem: DomainLabelInvalid (Domain label is invalid) encountered with '${Name}'`;
  if (!liesIn(Name, zone.name)) return `RRSet with DNS name ${Name} is not permitted in zone ${zone.name}`;
  if (action === 'DELETE') {
    if (before === undefined) return `Tried to delete ${which} but it was not found`;
    return substance(before) === substance(set)
      ? undefined
      : `Tried to delete ${which} but the values provided do not match the current values`;
  }
  if (action === 'CREATE' && before !== undefined) return `Tried to create ${which} but it already exists`;
  if (HealthCheckId !== undefined && healthCheckAnywhere(world, HealthCheckId) === undefined)
    throw new AwsError('NoSuchHealthCheck', `No health check exists with the specified ID: ${HealthCheckId}.`);
  return objectionToValues(set);
}

/** Why a record set may not stand under its name beside the others there. */
function objectionToCompany(
  zone: HostedZone,
  set: ResourceRecordSet,
  beside: readonly Readonly<ResourceRecordSet>[],
): string | undefined {
  const { Name, Type } = set;
  if (Type === 'CNAME') {
    if (Name === zone.name)
      return `RRSet of type CNAME with DNS name ${Name} is not permitted at apex in zone ${zone.name}`;
    if (beside.some((other) => other.Type !== 'CNAME'))
      return `RRSet of type CNAME with DNS name ${Name} is not permitted as it conflicts with other records with the same DNS name in zone ${zone.name}`;
  } else if (beside.some((other) => other.Type === 'CNAME')) {
    return `RRSet of type ${Type} with DNS name ${Name} is not permitted because a conflicting RRSet of type  CNAME with the same DNS name already exists in zone ${zone.name}`;
  }
  return objectionTo(
    set,
    beside.filter((other) => other.Type === Type),
  );
}

function missingAtApex(apex: readonly Readonly<ResourceRecordSet>[]): string[] {
  const missing: string[] = [];
  if (!apex.some(({ Type }) => Type === 'SOA')) missing.push('A HostedZone must contain exactly one SOA record.');
  if (!apex.some(({ Type }) => Type === 'NS'))
    missing.push('A HostedZone must contain at least one NS record for the zone itself.');
  return missing;
}
