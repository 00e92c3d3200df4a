import { z } from 'zod';
import type { Dialogue, ReadCall } from '../model/aws-call.ts';
import type { Declared, Link } from '../model/fleet.ts';
import { tagsMissing } from '../model/ownership.ts';
import { optionalRef } from '../model/reference.ts';
import type { Region } from '../model/region.ts';
import { keyOf } from '../model/target.ts';
import { linksAt } from '../model/topology.ts';
import { describePeerings, isLeaving } from './ec2-lists.ts';
import { bearsAll, tag } from './ec2-tags.ts';
import type { Kind } from './kind.ts';
import { memberTarget } from './member-target.ts';
import { describes, tagging } from './permission-scopes.ts';

const Desired = z.object({ peeringIds: z.array(z.string().nullable()) });
type Desired = z.infer<typeof Desired>;

/** Ids of the peerings here that bear this target's tags. */
export interface ObservedPeeringTags {
  readonly taggedIds: readonly string[];
}

/** The links whose request this member accepted, but for those that are about to go. */
const acceptedBy = (declared: Declared, region: Region): Link[] =>
  linksAt(declared, region).filter(
    ({ requester, accepter }) => accepter.region === region && requester.phase !== 'leaving',
  );

const untagged = ({ peeringIds }: Desired, observed: ObservedPeeringTags | undefined): string[] =>
  peeringIds.filter((id) => id !== null && observed?.taggedIds.includes(id) !== true) as string[];

/**
 * The tags of all peerings that a member accepted, on its own side: tags stay in the Region that wrote them.
 *
 * One target for all of them and one value for all, so that a member of thirty links is tagged in one call.
 *
 * Desired   { peeringIds }, of those that are active
 * Observed  the ids that bear the tags
 * Source    docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html (tags),
 *           docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html (1,000 resources per call)
 */
export const peeringTags: Kind<Desired, ObservedPeeringTags> = {
  name: 'peering-tags',
  dependsOn: [],
  desired: Desired,
  permissions: {
    read: [describes('VpcPeeringConnections')],
    write: [tagging('vpc-peering-connection')],
  },

  *targets(declared) {
    for (const { region } of declared.members) {
      const links = acceptedBy(declared, region);
      if (links.length === 0) continue;
      // Optional: a link that cannot come up must not leave the others nameless.
      const peeringIds = links.map(({ name }) => optionalRef('peering', name, 'activeId'));
      yield memberTarget<Desired>('peering-tags', region, { peeringIds });
    }
  },

  *survey(place): Dialogue<ReadCall, ReadonlyMap<string, ObservedPeeringTags>> {
    const { region, declared } = place;
    // Tags go with what they are on.
    if (isLeaving(place) || acceptedBy(declared, region).length === 0) return new Map();
    const key = keyOf('peering-tags', region);
    const peerings = yield* describePeerings(region);
    const ids = peerings
      .filter(({ Tags }) => bearsAll(place, key, Tags))
      .flatMap((found) => found.VpcPeeringConnectionId ?? []);
    return new Map([[region, { taggedIds: ids }]]);
  },

  attributes: () => ({}),

  diff: (desired, observed) => (untagged(desired, observed).length === 0 ? [] : [tagsMissing]),

  *apply({ key, desired, observed, place }) {
    yield* tag(place, key, untagged(desired, observed));
  },

  *remove() {},
};
