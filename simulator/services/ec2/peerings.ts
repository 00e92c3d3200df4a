import { AwsError } from '../../aws-error.ts';
import { overlap } from '../../ip.ts';
import { regions } from '../../regions.ts';
import { invalidValue, required } from './errors.ts';
import { find, notFound } from './find.ts';
import { newId } from './ids.ts';
import type { Ec2Call, Operation } from './operation.ts';
import { endPeering, failPeering, goneAt, isAccepted, isLive, statusOfPeering, turnDown } from './peering-status.ts';
import { peeringView } from './peering-view.ts';
import { isSideAt, isVisible } from './peering-visibility.ts';
import { ec2Home, type Peering, type PeeringStatus, type Vpc } from './state.ts';
import { keepTags, tagsFor } from './tags.ts';

const DAY_MS = 24 * 3_600_000;
const ACCEPTABLE_FOR_MS = 7 * DAY_MS;
const EXPIRED_SEEN_FOR_MS = 2 * DAY_MS;

/** A peering that is visible here, or AWS's complaint. */
function findPeering(id: string | undefined, { state, nowMs }: Ec2Call): Peering {
  const peering = find(state, 'peering', id);
  if (!isVisible(peering, state, nowMs)) throw notFound('peering', peering.id);
  return peering;
}

/**
 * Asks for a peering. Between VPCs that overlap in any CIDR, or with a VPC that is not there, it is made all the same
 * and goes to `failed`: with no client token and no error, the caller has to look. Asked for again, the other one is
 * answered with, whoever made it and whatever its tags; asked for the other way round, a second one is made, which can
 * only be accepted where the first is not.
 *
 * Source    docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcPeeringConnection.html: "between VPCs with
 *           overlapping CIDR blocks, the VPC peering connection has a status of failed";
 *           github.com/hashicorp/terraform-provider-aws/issues/27750 (again) and 44315 (the other way round)
 */
export const createPeering: Operation<'CreateVpcPeeringConnection'> = (input, call) => {
  const { state, place, world, nowMs } = call;
  const vpc = find(state, 'vpc', input.VpcId);
  const peerVpcId = required(input.PeerVpcId, 'peerVpcId');
  const account = input.PeerOwnerId ?? place.account;
  if (!/^\d{12}$/.test(account)) throw invalidValue(account, 'peerOwnerId');
  const region = input.PeerRegion ?? place.region;
  if (!regions.has(region)) throw invalidValue(region, 'peerRegion');
  const isHere = account === place.account && region === place.region;
  // Another Region's, often: a peering has a side in each.
  const there = world.state(ec2Home, { account, region });
  const peerVpc = there.vpcs.get(peerVpcId);
  if (peerVpc === undefined && isHere) throw notFound('vpc', peerVpcId);
  const tags = tagsFor('vpc-peering-connection', input.TagSpecifications);
  const before = askedBefore(vpc, peerVpcId, call);
  if (before !== undefined) return { VpcPeeringConnection: peeringView(before, call) };
  refuseTooManyOutstanding(call);

  const initiatedAtMs = nowMs + world.timings.peeringMs;
  const expiresAtMs = nowMs + ACCEPTABLE_FOR_MS;
  const peering: Peering = {
    id: newId('pcx', call),
    requester: { ...place, vpcId: vpc.id, cidrs: vpc.cidrs, allowRemoteDnsResolution: false },
    accepter: { account, region, vpcId: peerVpcId, cidrs: peerVpc?.cidrs, allowRemoteDnsResolution: false },
    createdAtMs: nowMs,
    initiatedAtMs,
    expiresAtMs,
    failed: false,
    rejectedAtMs: undefined,
    acceptedAtMs: undefined,
    activeAtMs: undefined,
    deletion: undefined,
    goneAtMs: goneAt(expiresAtMs + EXPIRED_SEEN_FOR_MS),
  };
  if (peerVpc === undefined || overlapOf(vpc, peerVpc)) failPeering(peering, nowMs, world.timings);
  state.peerings.set(peering.id, peering);
  vpc.peerings.add(peering);
  there.peerings.set(peering.id, peering);
  peerVpc?.peerings.add(peering);
  keepTags(state, peering.id, tags);
  return { VpcPeeringConnection: peeringView(peering, call) };
};

const overlapOf = (a: Vpc, b: Vpc): boolean =>
  a.cidrs.some((ours) => b.cidrs.some((theirs) => overlap(ours.cidr, theirs.cidr)));

const alreadyExists = (id: string): AwsError =>
  new AwsError('VpcPeeringConnectionAlreadyExists', `The vpc peering connection identified by ${id} already exists.`);

/** Every peering of two VPCs, whichever of them asked. */
const peeringsOfPair = (vpc: Vpc, peerVpcId: string): Peering[] =>
  [...vpc.peerings].filter(({ requester, accepter }) => requester.vpcId === peerVpcId || accepter.vpcId === peerVpcId);

/** The same request, if it is pending or has been accepted. That one that is being deleted is in the way is assumed. */
function askedBefore(vpc: Vpc, peerVpcId: string, { nowMs }: Ec2Call): Peering | undefined {
  const peerings = peeringsOfPair(vpc, peerVpcId);
  const leaving = peerings.find((peering) => statusOfPeering(peering, nowMs) === 'deleting');
  if (leaving !== undefined) throw alreadyExists(leaving.id);
  return peerings.find((peering) => peering.requester.vpcId === vpc.id && isLive(peering, nowMs) && !peering.failed);
}

function refuseTooManyOutstanding({ state, nowMs }: Ec2Call): void {
  const outstanding = [...state.peerings.values()].filter(
    (peering) => isSideAt(peering.requester, state) && isLive(peering, nowMs) && peering.acceptedAtMs === undefined,
  );
  if (outstanding.length >= state.quotas.outstandingPeerings)
    throw new AwsError(
      'OutstandingVpcPeeringConnectionLimitExceeded',
      'The maximum number of outstanding VPC peering connection requests has been reached.',
    );
}

const badTransition = (id: string, from: PeeringStatus, to: PeeringStatus): AwsError =>
  new AwsError(
    'InvalidStateTransition',
    `Invalid state transition for ${id}, attempted to transition from ${from} to ${to}`,
  );

/** An answer to a request is given in the accepter's Region and account. */
function refuseElsewhere(peering: Peering, verb: 'accept' | 'reject', { state, place }: Ec2Call): void {
  if (isSideAt(peering.accepter, state)) return;
  throw new AwsError(
    'OperationNotPermitted',
    peering.accepter.account === place.account
      ? `Incorrect region (${place.region}) specified for this request. VPC peering connection ${peering.id} must be ${verb}ed in region ${peering.accepter.region}`
      : `User ${place.account} cannot ${verb} peering ${peering.id}`,
  );
}

export const acceptPeering: Operation<'AcceptVpcPeeringConnection'> = (input, call) => {
  const { state, nowMs, world } = call;
  const peering = findPeering(input.VpcPeeringConnectionId, call);
  refuseElsewhere(peering, 'accept', call);
  const status = statusOfPeering(peering, nowMs);
  if (status !== 'pending-acceptance') throw badTransition(peering.id, status, 'provisioning');
  const { requester, accepter } = peering;
  const own = find(state, 'vpc', accepter.vpcId);
  if (peeringsOfPair(own, requester.vpcId).some((other) => isAccepted(other, nowMs))) throw alreadyExists(peering.id);
  const ends = [own, world.state(ec2Home, requester).vpcs.get(requester.vpcId)];
  for (const vpc of ends) {
    const active = [...(vpc?.peerings ?? [])].filter((other) => isAccepted(other, nowMs));
    if (active.length >= state.quotas.activePeeringsPerVpc)
      throw new AwsError(
        'ActiveVpcPeeringConnectionPerVpcLimitExceeded',
        `The maximum number of active VPC peering connections has been reached for ${vpc?.id}.`,
      );
  }
  peering.acceptedAtMs = nowMs;
  peering.activeAtMs = nowMs + world.timings.peeringMs;
  peering.goneAtMs = goneAt(Infinity);
  return { VpcPeeringConnection: peeringView(peering, call) };
};

export const rejectPeering: Operation<'RejectVpcPeeringConnection'> = (input, call) => {
  const peering = findPeering(input.VpcPeeringConnectionId, call);
  refuseElsewhere(peering, 'reject', call);
  const status = statusOfPeering(peering, call.nowMs);
  if (status !== 'pending-acceptance') throw badTransition(peering.id, status, 'rejected');
  turnDown(peering, call.nowMs, call.world.timings);
  return { Return: true };
};

/**
 * Either side deletes one that is accepted; a request is withdrawn by who made it. Between Regions it takes a moment,
 * during which it is `deleting` and carries nothing.
 *
 * Source    docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcPeeringConnection.html
 */
export const deletePeering: Operation<'DeleteVpcPeeringConnection'> = (input, call) => {
  const { place, nowMs, world } = call;
  const peering = findPeering(input.VpcPeeringConnectionId, call);
  if (!isLive(peering, nowMs)) throw badTransition(peering.id, statusOfPeering(peering, nowMs), 'deleting');
  if (!isAccepted(peering, nowMs) && peering.requester.account !== place.account)
    throw new AwsError('OperationNotPermitted', `User ${place.account} cannot delete request ${peering.id}`);
  endPeering(peering, place.account, nowMs, world.timings);
  return { Return: true };
};

/** Each side sets its own options, in its own Region, once the peering is active. */
export const modifyPeeringOptions: Operation<'ModifyVpcPeeringConnectionOptions'> = (input, call) => {
  const { state, nowMs } = call;
  const peering = findPeering(input.VpcPeeringConnectionId, call);
  if (statusOfPeering(peering, nowMs) !== 'active')
    throw new AwsError(
      'OperationNotPermitted',
      `Peering ${peering.id} is not active. Peering options can be added only to active peerings.`,
    );
  const { RequesterPeeringConnectionOptions: requested, AccepterPeeringConnectionOptions: accepted } = input;
  const changes = [
    { side: peering.requester, options: requested },
    { side: peering.accepter, options: accepted },
  ].filter(({ options }) => options !== undefined);
  for (const { side } of changes)
    if (!isSideAt(side, state))
      throw new AwsError(
        'OperationNotPermitted',
        `Options of ${side.vpcId} in ${peering.id} can be changed only by its owner in region ${side.region}`,
      );
  for (const { side, options } of changes)
    side.allowRemoteDnsResolution = options?.AllowDnsResolutionFromRemoteVpc ?? side.allowRemoteDnsResolution;
  return {
    ...(requested && { RequesterPeeringConnectionOptions: optionsOf(peering.requester.allowRemoteDnsResolution) }),
    ...(accepted && { AccepterPeeringConnectionOptions: optionsOf(peering.accepter.allowRemoteDnsResolution) }),
  };
};

const optionsOf = (AllowDnsResolutionFromRemoteVpc: boolean) => ({
  AllowDnsResolutionFromRemoteVpc,
  AllowEgressFromLocalClassicLinkToRemoteVpc: false,
  AllowEgressFromLocalVpcToRemoteClassicLink: false,
});
