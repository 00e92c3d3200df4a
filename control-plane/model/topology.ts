import type { Declared, Fleet, Link, Member } from './fleet.ts';
import type { Region } from './region.ts';
import { linkName } from './target.ts';

/** Two clients have nothing to say to each other; under a hub, spokes have not either. */
const areLinked = ({ network: { topology } }: Fleet, a: Member, b: Member): boolean =>
  (a.role === 'serving' || b.role === 'serving') &&
  (topology.kind === 'mesh' || a.region === topology.hub || b.region === topology.hub);

/**
 * Every pair of members that reach each other through a peering, by sequence of the requester, then of the accepter.
 *
 * Members that are leaving keep their links here: what is to go must be named before it can be removed.
 */
export function linksOf({ fleet, members }: Declared): Link[] {
  const bySequence = members.toSorted((a, b) => a.sequence - b.sequence);
  return bySequence.flatMap((requester, index) =>
    bySequence
      .slice(index + 1)
      .filter((accepter) => areLinked(fleet, requester, accepter))
      .map((accepter) => ({ name: linkName(requester.region, accepter.region), requester, accepter })),
  );
}

/** The members that `region` is linked with, by sequence. */
export function peersOf({ fleet, members }: Declared, region: Region): Member[] {
  const self = members.find((member) => member.region === region);
  if (self === undefined) return [];
  return members
    .filter((member) => member.region !== region && areLinked(fleet, self, member))
    .toSorted((a, b) => a.sequence - b.sequence);
}

/** The links that `region` is an end of: as `linksOf`, without going through the whole mesh. */
export function linksAt(declared: Declared, region: Region): Link[] {
  const self = declared.members.find((member) => member.region === region);
  if (self === undefined) return [];
  return peersOf(declared, region).map((peer) => {
    const [requester, accepter] = self.sequence < peer.sequence ? [self, peer] : [peer, self];
    return { name: linkName(self.region, peer.region), requester, accepter };
  });
}
