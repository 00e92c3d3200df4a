import type { Subnet } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { answered, type Dialogue, type ReadCall, read, write, writeUnlessAbsent } from '../model/aws-call.ts';
import { cidrOf, formatCidr, overlaps } from '../model/cidr.ts';
import { missing } from '../model/drift.ts';
import type { Member } from '../model/fleet.ts';
import { tagsMissing } from '../model/ownership.ts';
import { allPages } from '../model/pages.ts';
import { ref } from '../model/reference.ts';
import { subnetsOf } from '../model/subnet-plan.ts';
import { keyOf } from '../model/target.ts';
import { firstThat, inVpc, isLeaving, memberAt, vpcIdOf } from './ec2-lists.ts';
import { bears, bearsAll, tag, tagAgain, tagged } from './ec2-tags.ts';
import type { Kind } from './kind.ts';
import { memberTarget } from './member-target.ts';
import { describes, ec2Arn, ownedByAFleet, taggedAtCreation, tagging } from './permission-scopes.ts';

const Desired = z.object({ vpcId: z.string(), zone: z.string(), cidr: z.string() });
type Desired = z.infer<typeof Desired>;

export interface ObservedSubnet {
  readonly id: string;
  readonly zone: string;
  readonly cidr: string;
  readonly hasAllTags: boolean;
}

const planOf = ({ cidrs: [primary], zones }: Member): { readonly zone: string; readonly cidr: string }[] =>
  primary === undefined
    ? []
    : subnetsOf(cidrOf(primary), zones).map(({ zone, block }) => ({ zone, cidr: formatCidr(block) }));

export const subnetName = (member: Member, zone: string): string => `${member.region}/${zone}`;

/**
 * Where a member's endpoint has its addresses: one subnet per zone, of its own or borrowed.
 *
 * Desired   { vpcId, zone: 'eu-west-1a', cidr }, cut from the VPC's primary block in the order of the zones
 * Observed  the same, by id, by tag, or by standing where ours should
 * Faults    Conflict (InvalidSubnet.Conflict) instead of a second subnet, should a creation be repeated: blocks are unique in a VPC
 * Source    docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html
 */
export const subnet: Kind<Desired, ObservedSubnet> = {
  name: 'subnet',
  dependsOn: [],
  desired: Desired,
  permissions: {
    read: [describes('Subnets', 'Vpcs')],
    write: [
      { actions: ['ec2:CreateSubnet'], resources: [ec2Arn('subnet')], conditions: taggedAtCreation },
      // Only in VPCs of the fleet's own: in borrowed ones it makes none.
      { actions: ['ec2:CreateSubnet'], resources: [ec2Arn('vpc')], conditions: ownedByAFleet },
      tagging('subnet'),
      { actions: ['ec2:DeleteSubnet'], resources: [ec2Arn('subnet')], conditions: ownedByAFleet },
    ],
  },

  *targets({ members }) {
    for (const member of members) {
      const { region, zones, borrowed } = member;
      const vpcId = ref('vpc', region, 'id');
      if (borrowed !== undefined)
        for (const zone of zones)
          yield { ...memberTarget<Desired>('subnet', region, vpcId, subnetName(member, zone)), borrowed: true };
      else
        for (const { zone, cidr } of planOf(member))
          yield memberTarget<Desired>('subnet', region, { vpcId, zone, cidr }, subnetName(member, zone));
    }
  },

  *survey(place): Dialogue<ReadCall, ReadonlyMap<string, ObservedSubnet>> {
    const { region } = place;
    const member = memberAt(place);
    const vpcId = yield* vpcIdOf(place);
    if (member === undefined || vpcId === undefined) return new Map();
    const pages = yield* allPages(
      (NextToken: string | undefined) =>
        read(region, 'ec2', 'describeSubnets', { Filters: inVpc(vpcId), MaxResults: 1_000, NextToken }),
      ({ NextToken }) => NextToken,
    );
    const subnets = pages.flatMap(({ Subnets = [] }) => Subnets);
    const observed = new Map<string, ObservedSubnet>();
    const note = (zone: string, hit: Subnet | undefined): void => {
      if (hit?.SubnetId === undefined) return;
      const name = subnetName(member, zone);
      const hasAllTags = bearsAll(place, keyOf('subnet', name), hit.Tags);
      observed.set(name, { id: hit.SubnetId, zone: hit.AvailabilityZone ?? '', cidr: hit.CidrBlock ?? '', hasAllTags });
    };
    if (member.borrowed !== undefined) {
      for (const [index, zone] of member.zones.entries())
        note(
          zone,
          subnets.find(({ SubnetId }) => SubnetId === member.borrowed?.subnetIds[index]),
        );
      return observed;
    }
    for (const { zone, cidr } of planOf(member)) {
      const key = keyOf('subnet', subnetName(member, zone));
      const block = cidrOf(cidr);
      const hit = firstThat(
        subnets,
        ({ SubnetId }) => SubnetId === place.known(key),
        ({ Tags }) => bears(place, key, Tags),
        // The VPC is ours and the block can be had once: whatever stands there is this one, or in its way.
        // While the member is leaving it is in nobody's way, and not ours to delete.
        ({ CidrBlock }) => CidrBlock !== undefined && !isLeaving(place) && overlaps(cidrOf(CidrBlock), block),
      );
      note(zone, hit);
    }
    return observed;
  },

  attributes: ({ id }) => ({ id }),

  conflict: (desired, { id, zone, cidr }) =>
    desired.zone === zone && desired.cidr === cidr
      ? undefined
      : `${id} (${cidr} in ${zone}) stands where ${desired.cidr} in ${desired.zone} should: delete it`,

  diff(desired, observed) {
    if (observed === undefined) return missing(desired.cidr);
    return observed.hasAllTags ? [] : [tagsMissing];
  },

  *apply({ key, desired, observed, place }) {
    if (observed !== undefined) {
      yield* tag(place, key, [observed.id]);
      return undefined;
    }
    const { Subnet: created } = yield* write(place.region, 'ec2', 'createSubnet', {
      VpcId: desired.vpcId,
      AvailabilityZone: desired.zone,
      CidrBlock: desired.cidr,
      TagSpecifications: tagged(place, key, 'subnet'),
    });
    return { id: answered(created?.SubnetId, 'createSubnet') };
  },

  *remove({ key, observed, place }) {
    yield* tagAgain(place, key, observed);
    yield* writeUnlessAbsent(place.region, 'ec2', 'deleteSubnet', { SubnetId: observed.id });
  },
};
