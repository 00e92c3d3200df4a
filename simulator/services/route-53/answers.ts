import type {
  ChangeInfo,
  DelegationSet,
  HostedZone as HostedZoneShape,
  ResourceRecordSet,
  VPC,
  VPCRegion,
} from '@aws-sdk/client-route-53';
import { AwsError } from '../../aws-error.ts';
import { hasCome } from '../../horizon.ts';
import type { Call } from '../../service.ts';
import type { Change, HostedZone, Route53State } from './state.ts';

/** 'Z0123…', whether the caller writes '/hostedzone/Z0123…' as Route 53 answers it, or the bare id. */
export const bareId = (id: string | undefined): string =>
  (id ?? '').replace(/^\/?(hostedzone|change|healthcheck)\//, '');

export function zoneNamed(state: Route53State, id: string | undefined): HostedZone {
  const zone = state.hostedZones.get(bareId(id));
  if (zone === undefined) throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${bareId(id)}`);
  return zone;
}

/** Records a change that is on its way to the name servers. */
export function submitChange({ state, nowMs, world }: Call<Route53State>, comment: string | undefined): ChangeInfo {
  const change: Change = {
    id: `C${state.random.alphanumeric(20).toUpperCase()}`,
    comment,
    submittedAtMs: nowMs,
    inSyncAtMs: nowMs + world.timings.recordSyncMs,
  };
  state.changes.set(change.id, change);
  return changeInfo(change, nowMs);
}

export const changeInfo = (change: Change, nowMs: number): ChangeInfo => ({
  Id: `/change/${change.id}`,
  Status: hasCome(change.inSyncAtMs, nowMs) ? 'INSYNC' : 'PENDING',
  SubmittedAt: new Date(change.submittedAtMs),
  ...(change.comment !== undefined && { Comment: change.comment }),
});

function recordSetCount(zone: HostedZone): number {
  let count = 0;
  for (const sets of zone.records.accepted.values()) count += sets.length;
  return count;
}

export const hostedZoneShape = (zone: HostedZone): HostedZoneShape => ({
  Id: `/hostedzone/${zone.id}`,
  Name: zone.name,
  CallerReference: zone.callerReference,
  Config: { ...(zone.comment !== undefined && { Comment: zone.comment }), PrivateZone: zone.isPrivate },
  ResourceRecordSetCount: recordSetCount(zone),
});

export const delegationSet = (zone: HostedZone): DelegationSet => ({
  NameServers: zone.nameServers.map((server) => server.replace(/\.$/, '')),
});

export const vpcShape = ({ vpcId, vpcRegion }: { readonly vpcId: string; readonly vpcRegion: string }): VPC => ({
  VPCRegion: vpcRegion as VPCRegion,
  VPCId: vpcId,
});

/** A copy: callers may change what they get, and what they gave. */
export const recordSetCopy = (set: Readonly<ResourceRecordSet>): ResourceRecordSet => ({
  ...set,
  ...(set.ResourceRecords !== undefined && { ResourceRecords: set.ResourceRecords.map(({ Value }) => ({ Value })) }),
  ...(set.AliasTarget !== undefined && { AliasTarget: { ...set.AliasTarget } }),
  ...(set.GeoLocation !== undefined && { GeoLocation: { ...set.GeoLocation } }),
  ...(set.CidrRoutingConfig !== undefined && { CidrRoutingConfig: { ...set.CidrRoutingConfig } }),
  ...(set.GeoProximityLocation !== undefined && { GeoProximityLocation: { ...set.GeoProximityLocation } }),
});

/** A page size as Route 53 takes it: at least 1; more than the most it gives is the most. */
export function pageSize(asked: number | undefined, most: number): number {
  if (asked === undefined) return most;
  if (!Number.isInteger(asked) || asked < 1)
    throw new AwsError(
      'InvalidInput',
      `1 validation error detected: Value '${asked}' at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1`,
    );
  return Math.min(asked, most);
}
