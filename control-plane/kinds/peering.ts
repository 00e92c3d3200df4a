import type { VpcPeeringConnection } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { accountOf, inAccount } from '../model/accounts.ts';
import { answered, type Dialogue, type ReadCall, write, writeUnlessAbsent } from '../model/aws-call.ts';
import { difference, missing } from '../model/drift.ts';
import { Fault } from '../model/faults.ts';
import type { Link } from '../model/fleet.ts';
import { tagsMissing } from '../model/ownership.ts';
import { ref } from '../model/reference.ts';
import { keyOf } from '../model/target.ts';
import { linksAt, linksOf } from '../model/topology.ts';
import { describePeerings, firstThat, knownVpcId, vpcIdOf } from './ec2-lists.ts';
import { bears, bearsAll, tag, tagAgain, tagged } from './ec2-tags.ts';
import type { Kind, Place } from './kind.ts';
import { describes, ec2Arn, ownedByAFleet, peersVpcs, taggedAtCreation, tagging } from './permission-scopes.ts';

/** docs/aws-facts.md: 2 to 3 s to create, 3 to 7 s to accept. */
const LOOK_AGAIN_AFTER_SECONDS = 3;

/** Source: docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-peering */
const OUTSTANDING_REQUESTS = 25;

const Desired = z.object({
  requesterVpcId: z.string(),
  /** Where its account is not the requester's. */
  accepterAccount: z.string().optional(),
  accepterRegion: z.string(),
  accepterVpcId: z.string(),
});
type Desired = z.infer<typeof Desired>;

export interface ObservedPeering {
  readonly id: string;
  /** AWS's code: 'pending-acceptance', 'active', 'deleting' ... */
  readonly status: string;
  readonly statusMessage: string;
  /** By the journal or its tags; else somebody else joined the same two VPCs. */
  readonly isOurs: boolean;
  readonly hasAllTags: boolean;
}

const statusOf = ({ Status }: VpcPeeringConnection): string => Status?.Code ?? 'unknown';
const isOutstanding = (status: string): boolean => ['initiating-request', 'pending-acceptance'].includes(status);
const isAccepted = (status: string): boolean => ['provisioning', 'active'].includes(status);
const isAlive = (status: string): boolean => isOutstanding(status) || isAccepted(status);

/** A Region's peerings by what may still become of them. */
interface Peerings {
  readonly accepted: readonly VpcPeeringConnection[];
  readonly outstanding: readonly VpcPeeringConnection[];
  readonly dying: readonly VpcPeeringConnection[];
  readonly failed: readonly VpcPeeringConnection[];
}

const sorted = (peerings: readonly VpcPeeringConnection[]): Peerings => ({
  accepted: peerings.filter((peering) => isAccepted(statusOf(peering))),
  outstanding: peerings.filter((peering) => isOutstanding(statusOf(peering))),
  dying: peerings.filter((peering) => statusOf(peering) === 'deleting'),
  failed: peerings.filter((peering) => statusOf(peering) === 'failed'),
});

/**
 * The peering of one link: by its id, by its tags, or by being in the way of it, since of two VPCs one can be accepted, and
 * one be asked for by the same side. What the other side asked for is in nobody's way until it is accepted.
 */
function findPeering(
  place: Place,
  { name, requester, accepter }: Link,
  requesterVpcId: string | undefined,
  { accepted, outstanding, dying, failed }: Peerings,
): ObservedPeering | undefined {
  const key = keyOf('peering', name);
  const knownId = place.known(key);
  const isKnown = ({ VpcPeeringConnectionId: id }: VpcPeeringConnection): boolean => id === knownId;
  const isMarked = ({ Tags }: VpcPeeringConnection): boolean => bears(place, key, Tags);
  const accepterVpcId = knownVpcId(place, accepter);
  const leads = (from: string | undefined, to: string | undefined) => (peering: VpcPeeringConnection) =>
    ![from, to].includes(undefined) &&
    from === peering.RequesterVpcInfo?.VpcId &&
    to === peering.AccepterVpcInfo?.VpcId;
  const isSameRequest = leads(requesterVpcId, accepterVpcId);
  const isOfOtherSide = leads(accepterVpcId, requesterVpcId);

  // A link that is being removed takes with it what is proven to be the fleet's, and nothing else.
  const isGoing = requester.phase === 'leaving' || accepter.phase === 'leaving';
  const hit = isGoing
    ? firstThat([...accepted, ...outstanding, ...dying], isKnown, isMarked)
    : (firstThat(accepted, isKnown, isMarked, isSameRequest, isOfOtherSide) ??
      firstThat(outstanding, isKnown, isMarked, isSameRequest) ??
      firstThat([...dying, ...failed], isKnown, isMarked));
  return (
    hit && {
      id: answered(hit.VpcPeeringConnectionId, 'describeVpcPeeringConnections'),
      status: statusOf(hit),
      statusMessage: hit.Status?.Message ?? '',
      isOurs: isKnown(hit) || isMarked(hit),
      hasAllTags: bearsAll(place, key, hit.Tags),
    }
  );
}

/** What there is of this Region's links, and how many of its requests nobody has accepted yet. */
function* lookAt(
  place: Place,
): Dialogue<ReadCall, { readonly byLink: ReadonlyMap<string, ObservedPeering>; readonly outstanding: number }> {
  const links = linksAt(place.declared, place.region).filter(({ requester }) => requester.region === place.region);
  if (links.length === 0) return { byLink: new Map(), outstanding: 0 };
  const vpcId = yield* vpcIdOf(place);
  const peerings = yield* describePeerings(place.region);
  const byFate = sorted(peerings);
  const byLink = links.flatMap((link): [string, ObservedPeering][] => {
    const observed = findPeering(place, link, vpcId, byFate);
    return observed === undefined ? [] : [[link.name, observed]];
  });
  const outstanding = peerings.filter(
    (candidate) => isOutstanding(statusOf(candidate)) && candidate.RequesterVpcInfo?.Region === place.region,
  );
  return { byLink: new Map(byLink), outstanding: outstanding.length };
}

/**
 * The connection of a link: requested by the member that was there first, accepted by the one that came later, so that
 * a Region that joins has one request of each member outstanding, and not one of its own to each.
 *
 * Desired   { requesterVpcId, accepterRegion, accepterVpcId }, active; each side is its own account's
 * Observed  id, status and tags as the requester's side has them; the accepter's tags are the kind `peering-tags`
 * Faults    Conflict (one accepted peering per pair of VPCs), Rejected (50 peerings per VPC by default),
 *           Absent while the request has not reached the accepter yet: look again,
 *           Throttled where many join at once and 25 requests of one Region are outstanding: the rest go in a later round
 * Source    docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html#vpc-peering-lifecycle
 */
export const peering: Kind<Desired, ObservedPeering> = {
  name: 'peering',
  dependsOn: [],
  desired: Desired,
  permissions: {
    read: [describes('VpcPeeringConnections', 'Vpcs')],
    write: [
      describes('VpcPeeringConnections'),
      {
        actions: ['ec2:CreateVpcPeeringConnection'],
        resources: [ec2Arn('vpc-peering-connection')],
        conditions: { ...taggedAtCreation, ArnLike: { 'ec2:AccepterVpc': peersVpcs } },
      },
      // Borrowed VPCs bear no tag of ours.
      { actions: ['ec2:CreateVpcPeeringConnection', 'ec2:AcceptVpcPeeringConnection'], resources: [ec2Arn('vpc')] },
      // Tags exist on the side that wrote them: the accepter's has none yet. Requests of strangers' accounts are not accepted.
      {
        actions: ['ec2:AcceptVpcPeeringConnection'],
        resources: [ec2Arn('vpc-peering-connection')],
        conditions: { ArnLike: { 'ec2:RequesterVpc': peersVpcs } },
      },
      tagging('vpc-peering-connection'),
      {
        actions: ['ec2:DeleteVpcPeeringConnection'],
        resources: [ec2Arn('vpc-peering-connection')],
        conditions: ownedByAFleet,
      },
    ],
  },

  *targets(declared) {
    const { fleet } = declared;
    for (const { name, requester, accepter } of linksOf(declared)) {
      const account = accountOf(fleet, accepter);
      const both = [requester.region, accepter.region];
      yield {
        kind: 'peering',
        name,
        region: requester.region,
        lease: `link/${name}`,
        owners: both,
        concerns: both,
        want: {
          requesterVpcId: ref('vpc', requester.region, 'id'),
          ...(account !== accountOf(fleet, requester) && { accepterAccount: account }),
          accepterRegion: accepter.region,
          accepterVpcId: ref('vpc', accepter.region, 'id'),
        },
      };
    }
  },

  *survey(place) {
    return (yield* lookAt(place)).byLink;
  },

  attributes({ id, status, isOurs }): Record<string, string> {
    if (!isOurs || !isAlive(status)) return {};
    return status === 'active' ? { id, activeId: id } : { id };
  },

  conflict({ requesterVpcId, accepterVpcId }, { id, status, statusMessage, isOurs }) {
    if (!isOurs)
      return `${id} joins ${requesterVpcId} and ${accepterVpcId} already and is not the fleet's: delete it, or tag it as this target`;
    // Asking again would fail again: overlapping addresses do not go away by themselves.
    return status === 'failed' ? `${id} failed: ${statusMessage}` : undefined;
  },

  diff(_, observed) {
    if (observed === undefined) return missing('an active peering');
    const { status, hasAllTags } = observed;
    // The old one has to be gone before its two VPCs can have another.
    if (status === 'deleting') return [];
    return [
      ...(status === 'pending-acceptance' ? difference('status', 'active', status, 'outage') : []),
      ...(hasAllTags ? [] : [tagsMissing]),
    ];
  },

  settling: ({ id, status }) =>
    status === 'active'
      ? undefined
      : { because: `${id} is ${status}`, lookAgainAfterSeconds: LOOK_AGAIN_AFTER_SECONDS },

  leaving: ({ id, status }) =>
    status === 'deleting'
      ? { because: `${id} is being deleted`, lookAgainAfterSeconds: LOOK_AGAIN_AFTER_SECONDS }
      : undefined,

  *apply({ target, key, desired, observed, place }) {
    const { requesterVpcId, accepterAccount, accepterRegion, accepterVpcId } = desired;
    // Peering calls take no client token: a plan that is carried out twice must find what the first run made.
    const now = observed === undefined ? yield* lookAt(place) : undefined;
    const present = observed ?? now?.byLink.get(target.name);
    if (present === undefined) {
      if (now !== undefined && now.outstanding >= OUTSTANDING_REQUESTS)
        throw new Fault('Throttled', `${now.outstanding} peering requests of ${place.region} are yet to be accepted`);
      const { VpcPeeringConnection: created } = yield* write(place.region, 'ec2', 'createVpcPeeringConnection', {
        VpcId: requesterVpcId,
        PeerVpcId: accepterVpcId,
        PeerRegion: accepterRegion,
        ...(accepterAccount !== undefined && { PeerOwnerId: accepterAccount }),
        TagSpecifications: tagged(place, key, 'vpc-peering-connection'),
      });
      // EC2 answers with the peering that is there, without our tags, where somebody has asked for the same since our look.
      if (!bears(place, key, created?.Tags)) return undefined;
      // Accepted in a later round: the request takes seconds to reach the other Region, and asking sooner is a call in vain.
      return { id: answered(created?.VpcPeeringConnectionId, 'createVpcPeeringConnection') };
    }
    // Found only now, and not ours: the next look says whose it is.
    if (!present.isOurs) return undefined;
    if (!present.hasAllTags) yield* tag(place, key, [present.id]);
    if (present.status === 'pending-acceptance') {
      const VpcPeeringConnectionId = present.id;
      const accepting = write(accepterRegion, 'ec2', 'acceptVpcPeeringConnection', { VpcPeeringConnectionId });
      // The accepter's side is its own account's, whichever account the request came from.
      yield* accepterAccount === undefined
        ? accepting
        : inAccount(place.declared.fleet.name, accepterAccount, accepting);
    }
    return { id: present.id };
  },

  *remove({ key, observed, place }) {
    yield* tagAgain(place, key, observed);
    const VpcPeeringConnectionId = observed.id;
    yield* writeUnlessAbsent(place.region, 'ec2', 'deleteVpcPeeringConnection', { VpcPeeringConnectionId });
  },
};
