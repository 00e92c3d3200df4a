import type { Route53, VPC } from '@aws-sdk/client-route-53';
import { AwsError } from '../../aws-error.ts';
import type { Call, Operations } from '../../service.ts';
import { ec2Home } from '../ec2/state.ts';
import { bareId, pageSize, submitChange, vpcShape, zoneNamed } from './answers.ts';
import { associatedVpcs, type HostedZone, type Route53State, zonesAnywhere } from './state.ts';

interface NamedVpc {
  readonly vpcId: string;
  readonly vpcRegion: string;
}

/** Source: docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html */
const MOST_VPCS = 300;
const MOST_AUTHORIZATIONS = 1_000;

const keyOf = ({ vpcId, vpcRegion }: NamedVpc): string => `${vpcRegion}/${vpcId}`;

function named(vpc: VPC | undefined): NamedVpc {
  const { VPCId: vpcId, VPCRegion: vpcRegion } = vpc ?? {};
  if (vpcId === undefined || vpcRegion === undefined)
    throw new AwsError('InvalidInput', 'You must specify values for VPCId and VPCRegion.');
  return { vpcId, vpcRegion };
}

const isOwn = ({ world, place }: Call<Route53State>, { vpcId, vpcRegion }: NamedVpc): boolean =>
  world.look(ec2Home, { account: place.account, region: vpcRegion }).vpcs.has(vpcId);

/** A VPC of the caller's account, in the Region it was named with: Route 53 does not search the others. */
export function requireOwnVpc(call: Call<Route53State>, vpc: VPC | undefined): NamedVpc {
  const asked = named(vpc);
  if (!isOwn(call, asked))
    throw new AwsError(
      'InvalidVPCId',
      `The VPC: ${asked.vpcId} in region ${asked.vpcRegion} that you provided does not exist.`,
    );
  return asked;
}

function privateZone(state: Route53State, id: string | undefined): HostedZone {
  return refusePublic(zoneNamed(state, id));
}

/** A private zone of the caller's own, or of whoever shares it with them. */
function sharedZone({ state, world }: Call<Route53State>, id: string | undefined): HostedZone {
  if (state.hostedZones.has(bareId(id))) return privateZone(state, id);
  for (const { zone } of zonesAnywhere(world)) if (zone.id === bareId(id)) return refusePublic(zone);
  return zoneNamed(state, id);
}

function refusePublic(zone: HostedZone): HostedZone {
  if (!zone.isPrivate)
    throw new AwsError(
      'PublicZoneVPCAssociation',
      "You're trying to associate a VPC with a public hosted zone. Amazon Route 53 doesn't support associating a VPC with a public hosted zone.",
    );
  return zone;
}

/**
 * Associates a VPC with a zone; its resolver answers from it `recordSyncMs` later.
 *
 * Faults  ConflictingDomainExists: another zone of that name has it, whosoever that zone is; LimitsExceeded
 */
export function associate({ nowMs, world }: Call<Route53State>, zone: HostedZone, vpc: NamedVpc): void {
  const key = keyOf(vpc);
  if (associatedVpcs(zone).length >= MOST_VPCS)
    throw new AwsError('LimitsExceeded', `${zone.id} is associated with ${MOST_VPCS} VPCs.`);
  for (const { zone: other } of zonesAnywhere(world))
    if (other.name === zone.name && associatedVpcs(other).some((associated) => keyOf(associated) === key))
      throw new AwsError(
        'ConflictingDomainExists',
        `The VPC that you chose, ${vpc.vpcId} in region ${vpc.vpcRegion}, is already associated with another private hosted zone that has an overlapping name space, ${zone.name}.`,
      );
  zone.vpcs = [
    ...zone.vpcs.filter(({ answersUntilMs }) => answersUntilMs === undefined || nowMs < answersUntilMs),
    { ...vpc, answersFromMs: nowMs + world.timings.recordSyncMs },
  ];
}

export const vpcAssociationOperations: Operations<Route53, Route53State> = {
  /**
   * By the account of the VPC. A zone of another account takes that account's authorization.
   *
   * Source  API_CreateVPCAssociationAuthorization: "use the account that created the VPC to submit" it
   */
  AssociateVPCWithHostedZone({ HostedZoneId, VPC, Comment }, call) {
    const zone = sharedZone(call, HostedZoneId);
    const vpc = requireOwnVpc(call, VPC);
    if (!call.state.hostedZones.has(zone.id) && !zone.authorizations.has(keyOf(vpc)))
      throw new AwsError(
        'NotAuthorizedException',
        `Associating ${vpc.vpcId} in region ${vpc.vpcRegion} with the hosted zone ${zone.id} has not been authorized.`,
      );
    associate(call, zone, vpc);
    return { ChangeInfo: submitChange(call, Comment) };
  },

  /**
   * By the account of either.
   *
   * Source  API_DisassociateVPCFromHostedZone: "using either the account that created the hosted zone or the account that
   *         created the Amazon VPC"
   */
  DisassociateVPCFromHostedZone({ HostedZoneId, VPC, Comment }, call) {
    const asked = named(VPC);
    const zone = isOwn(call, asked) ? sharedZone(call, HostedZoneId) : privateZone(call.state, HostedZoneId);
    const key = keyOf(asked);
    const associated = associatedVpcs(zone);
    if (!associated.some((vpc) => keyOf(vpc) === key))
      throw new AwsError(
        'VPCAssociationNotFound',
        `The VPC: ${VPC?.VPCId} and hosted zone ${zone.id} that you specified are not currently associated.`,
      );
    if (associated.length === 1)
      throw new AwsError(
        'LastVPCAssociation',
        'The VPC that you are trying to disassociate from the private hosted zone is the last VPC that is associated with the hosted zone.',
      );
    const answersUntilMs = call.nowMs + call.world.timings.recordSyncMs;
    zone.vpcs = zone.vpcs.map((vpc) =>
      keyOf(vpc) === key && vpc.answersUntilMs === undefined ? { ...vpc, answersUntilMs } : vpc,
    );
    return { ChangeInfo: submitChange(call, Comment) };
  },

  CreateVPCAssociationAuthorization({ HostedZoneId, VPC }, { state }) {
    const zone = privateZone(state, HostedZoneId);
    const vpc = named(VPC);
    if (zone.authorizations.size >= MOST_AUTHORIZATIONS && !zone.authorizations.has(keyOf(vpc)))
      throw new AwsError('TooManyVPCAssociationAuthorizations', 'Too many VPC association authorizations exist.');
    zone.authorizations.set(keyOf(vpc), vpc);
    return { HostedZoneId: zone.id, VPC: vpcShape(vpc) };
  },

  DeleteVPCAssociationAuthorization({ HostedZoneId, VPC }, { state }) {
    const zone = privateZone(state, HostedZoneId);
    if (!zone.authorizations.delete(keyOf(named(VPC))))
      throw new AwsError(
        'VPCAssociationAuthorizationNotFound',
        `The VPC: ${VPC?.VPCId} that you specified is not authorized to be associated with the hosted zone.`,
      );
    return {};
  },

  ListVPCAssociationAuthorizations({ HostedZoneId, MaxResults, NextToken }, { state }) {
    const zone = privateZone(state, HostedZoneId);
    const most = pageSize(MaxResults, 50);
    const all = [...zone.authorizations.values()];
    const from = NextToken === undefined ? 0 : all.findIndex((vpc) => keyOf(vpc) === NextToken);
    if (from < 0) throw new AwsError('InvalidPaginationToken', 'The pagination token is not valid.');
    const next = all[from + most];
    return {
      HostedZoneId: zone.id,
      VPCs: all.slice(from, from + most).map(vpcShape),
      ...(next !== undefined && { NextToken: keyOf(next) }),
    };
  },
};
