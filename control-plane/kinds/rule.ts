import type { IpPermission } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { type Dialogue, type ReadCall, write, writeUnlessAbsent } from '../model/aws-call.ts';
import { cidrOf, contains } from '../model/cidr.ts';
import { missing } from '../model/drift.ts';
import { isFault } from '../model/faults.ts';
import type { Declared, Member } from '../model/fleet.ts';
import { markOf } from '../model/ownership.ts';
import { ref } from '../model/reference.ts';
import type { Region } from '../model/region.ts';
import { keyOf, linkName } from '../model/target.ts';
import { peersOf } from '../model/topology.ts';
import { isLeaving, memberAt } from './ec2-lists.ts';
import type { Kind } from './kind.ts';
import { memberTarget, servingMembers } from './member-target.ts';
import { describes, ec2Arn, ownedByAFleet } from './permission-scopes.ts';
import { endpointGroupName, findEndpointGroup } from './security-group.ts';

const HTTPS = 443;

const Desired = z.object({ groupId: z.string(), cidr: z.string() });
type Desired = z.infer<typeof Desired>;

export interface ObservedRule {
  readonly groupId: string;
  readonly cidr: string;
}

export const ruleName = (region: Region, cidr: string): string => `${region}/${HTTPS}-${cidr}`;

/** Each member's blocks that lie outside of the supernet: found once for all, since every member admits them. */
function blocksOutside({ fleet, members }: Declared): ReadonlyMap<Region, readonly string[]> {
  const supernet = cidrOf(fleet.network.supernet);
  return new Map(
    members.map(({ region, cidrs }) => [region, cidrs.filter((cidr) => !contains(supernet, cidrOf(cidr)))]),
  );
}

/** Whom a member's endpoint lets in, and what for: the supernet in one rule, and what lies outside of it block by block. */
function* admittedBlocks(
  declared: Declared,
  { region }: Member,
  outside = blocksOutside(declared),
): Generator<{ cidr: string; peer?: Region }, void> {
  yield { cidr: declared.fleet.network.supernet };
  for (const cidr of outside.get(region) ?? []) yield { cidr };
  for (const peer of peersOf(declared, region))
    for (const cidr of outside.get(peer.region) ?? []) yield { cidr, peer: peer.region };
}

const permission = (cidr: string, description?: string): IpPermission => ({
  IpProtocol: 'tcp',
  FromPort: HTTPS,
  ToPort: HTTPS,
  IpRanges: [{ CidrIp: cidr, ...(description !== undefined && { Description: description }) }],
});

/**
 * An ingress rule of the endpoint's security group: HTTPS from addresses of the fleet.
 *
 * Desired   { groupId, cidr: '10.64.0.0/12' }
 * Observed  a rule for exactly that, whoever wrote it; wider ones are others' and neither counted nor touched
 * Faults    Rejected (60 rules per group by default)
 * Source    docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
 */
export const rule: Kind<Desired, ObservedRule> = {
  name: 'rule',
  dependsOn: [],
  desired: Desired,
  permissions: {
    read: [describes('SecurityGroups', 'Vpcs')],
    write: [
      {
        actions: ['ec2:AuthorizeSecurityGroupIngress', 'ec2:RevokeSecurityGroupIngress'],
        resources: [ec2Arn('security-group')],
        conditions: ownedByAFleet,
      },
    ],
  },

  *targets(declared) {
    const outside = blocksOutside(declared);
    for (const member of servingMembers(declared)) {
      const { region } = member;
      const groupId = ref('security-group', endpointGroupName(region), 'id');
      for (const { cidr, peer } of admittedBlocks(declared, member, outside)) {
        const target = memberTarget<Desired>('rule', region, { groupId, cidr }, ruleName(region, cidr));
        if (peer === undefined) yield target;
        else {
          const both = [region, peer];
          yield { ...target, lease: `link/${linkName(region, peer)}`, owners: both, concerns: both };
        }
      }
    }
  },

  *survey(place): Dialogue<ReadCall, ReadonlyMap<string, ObservedRule>> {
    const { region, declared } = place;
    const member = memberAt(place);
    // The group of a member that is leaving is deleted, and its rules with it: no call for each of them.
    if (member?.role !== 'serving' || isLeaving(place)) return new Map();
    const hit = yield* findEndpointGroup(place);
    if (hit?.group.GroupId === undefined || !hit.isOurs) return new Map();
    const ranges = (hit.group.IpPermissions ?? [])
      .filter(({ IpProtocol, FromPort, ToPort }) => IpProtocol === 'tcp' && FromPort === HTTPS && ToPort === HTTPS)
      .flatMap(({ IpRanges = [] }) => IpRanges);
    const observed = new Map<string, ObservedRule>();
    for (const { cidr, peer } of admittedBlocks(declared, member)) {
      const name = ruleName(region, cidr);
      const range = ranges.find(({ CidrIp }) => CidrIp === cidr);
      if (range === undefined) continue;
      // A rule that somebody else wrote serves as well as ours, and is not ours to revoke once the peer leaves.
      const isPeerLeaving = declared.members.some((other) => other.region === peer && other.phase === 'leaving');
      const isOurs = range.Description === markOf(declared.fleet.name, keyOf('rule', name));
      if (isOurs || !isPeerLeaving) observed.set(name, { groupId: hit.group.GroupId, cidr });
    }
    return observed;
  },

  attributes: () => ({}),

  diff: (desired, observed) => (observed === undefined ? missing(`HTTPS from ${desired.cidr}`) : []),

  *apply({ key, desired: { groupId: GroupId, cidr }, place: { region, declared } }) {
    const IpPermissions = [permission(cidr, markOf(declared.fleet.name, key))];
    try {
      yield* write(region, 'ec2', 'authorizeSecurityGroupIngress', { GroupId, IpPermissions });
    } catch (error) {
      // InvalidPermission.Duplicate: somebody was faster, and it is there.
      if (!isFault(error, 'Conflict')) throw error;
    }
  },

  *remove({ observed: { groupId: GroupId, cidr }, place: { region } }) {
    const IpPermissions = [permission(cidr)];
    yield* writeUnlessAbsent(region, 'ec2', 'revokeSecurityGroupIngress', { GroupId, IpPermissions });
  },
};
