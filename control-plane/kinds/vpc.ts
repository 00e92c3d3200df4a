import type { Vpc } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import {
  answered,
  type Dialogue,
  type ReadCall,
  readOrAbsent,
  type WriteCall,
  write,
  writeUnlessAbsent,
} from '../model/aws-call.ts';
import { difference, missing } from '../model/drift.ts';
import { tagsMissing } from '../model/ownership.ts';
import type { Region } from '../model/region.ts';
import { keyOf } from '../model/target.ts';
import { describeVpcs, firstThat, isProven, knownVpcId, memberAt } from './ec2-lists.ts';
import { bears, bearsAll, tag, tagAgain, tagged } from './ec2-tags.ts';
import type { Kind, Place } from './kind.ts';
import { memberTarget } from './member-target.ts';
import { describes, ec2Arn, ownedByAFleet, taggedAtCreation, tagging } from './permission-scopes.ts';

const Desired = z.object({ cidr: z.string() });
type Desired = z.infer<typeof Desired>;

export interface ObservedVpc {
  readonly id: string;
  /** The primary block: the only one that cannot be changed. */
  readonly cidr: string;
  readonly dnsSupport: boolean;
  readonly dnsHostnames: boolean;
  readonly hasAllTags: boolean;
}

function* findVpc(place: Place): Dialogue<ReadCall, Vpc | undefined> {
  const member = memberAt(place);
  if (member === undefined) return undefined;
  const vpcs = yield* describeVpcs(place.region);
  const known = knownVpcId(place, member);
  const isKnown = ({ VpcId }: Vpc): boolean => VpcId === known;
  if (member.borrowed !== undefined) return vpcs.find(isKnown);
  return firstThat(vpcs, isKnown, ({ Tags }) => bears(place, keyOf('vpc', place.region), Tags));
}

type Dns = Pick<ObservedVpc, 'dnsSupport' | 'dnsHostnames'>;

/** No private zone answers in a VPC without both: where a name was answered, they are on. */
const WORKING_DNS: Dns = { dnsSupport: true, dnsHostnames: true };

function* readDns(region: Region, VpcId: string): Dialogue<ReadCall, Dns> {
  const support = yield* readOrAbsent(region, 'ec2', 'describeVpcAttribute', { VpcId, Attribute: 'enableDnsSupport' });
  const names = yield* readOrAbsent(region, 'ec2', 'describeVpcAttribute', { VpcId, Attribute: 'enableDnsHostnames' });
  return {
    dnsSupport: support?.EnableDnsSupport?.Value ?? false,
    dnsHostnames: names?.EnableDnsHostnames?.Value ?? false,
  };
}

function* createVpc(place: Place, CidrBlock: string): Dialogue<WriteCall, string> {
  const TagSpecifications = tagged(place, keyOf('vpc', place.region), 'vpc');
  const created = yield* write(place.region, 'ec2', 'createVpc', { CidrBlock, TagSpecifications });
  return answered(created.Vpc?.VpcId, 'createVpc');
}

/**
 * The network of a member: its own, cut from the supernet, or a borrowed one.
 *
 * Desired   { cidr: '10.65.0.0/16' }, with DNS support and DNS hostnames, which private zones cannot do without
 * Observed  id, primary block, both attributes (unless the prober's requests by name show them), tags
 * Faults    Rejected (five VPCs per Region by default), Conflict at removal while somebody's things are still in it
 * Source    docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html#vpc-dns-support
 */
export const vpc: Kind<Desired, ObservedVpc> = {
  name: 'vpc',
  dependsOn: [],
  desired: Desired,
  permissions: {
    read: [describes('Vpcs'), { actions: ['ec2:DescribeVpcAttribute'], resources: [ec2Arn('vpc')] }],
    write: [
      describes('Vpcs'),
      { actions: ['ec2:CreateVpc'], resources: [ec2Arn('vpc')], conditions: taggedAtCreation },
      tagging('vpc'),
      { actions: ['ec2:ModifyVpcAttribute', 'ec2:DeleteVpc'], resources: [ec2Arn('vpc')], conditions: ownedByAFleet },
    ],
  },

  *targets({ members }) {
    for (const { region, cidrs, borrowed } of members) {
      const [cidr = ''] = cidrs;
      const target = memberTarget<Desired>('vpc', region, { cidr });
      yield borrowed === undefined ? target : { ...target, borrowed: true };
    }
  },

  *survey(place): Dialogue<ReadCall, ReadonlyMap<string, ObservedVpc>> {
    const { region } = place;
    const vpcFound = yield* findVpc(place);
    if (vpcFound?.VpcId === undefined) return new Map();
    const { VpcId, CidrBlock = '', Tags } = vpcFound;
    const dns = isProven(place, 'names') ? WORKING_DNS : yield* readDns(region, VpcId);
    const observed = {
      id: VpcId,
      cidr: CidrBlock,
      ...dns,
      hasAllTags: bearsAll(place, keyOf('vpc', region), Tags),
    };
    return new Map([[region, observed]]);
  },

  attributes: ({ id, cidr }) => ({ id, cidr }),

  conflict: (desired, { id, cidr }) =>
    desired.cidr === cidr
      ? undefined
      : `${id} is marked as the fleet's and has ${cidr} instead of ${desired.cidr}: delete it, or take its tags off`,

  diff(desired, observed) {
    if (observed === undefined) return missing(desired.cidr);
    return [
      ...difference('dnsSupport', true, observed.dnsSupport, 'outage'),
      ...difference('dnsHostnames', true, observed.dnsHostnames, 'outage'),
      ...(observed.hasAllTags ? [] : [tagsMissing]),
    ];
  },

  *apply({ key, desired, observed, place }) {
    const { region } = place;
    // CreateVpc takes no client token: a plan that is carried out twice must find what the first run made.
    const VpcId = observed?.id ?? (yield* findVpc(place))?.VpcId ?? (yield* createVpc(place, desired.cidr));
    if (observed?.hasAllTags === false) yield* tag(place, key, [VpcId]);
    // One attribute per call; support first, for hostnames depend on it. A new VPC has support already.
    if (observed?.dnsSupport === false)
      yield* write(region, 'ec2', 'modifyVpcAttribute', { VpcId, EnableDnsSupport: { Value: true } });
    if (observed?.dnsHostnames !== true)
      yield* write(region, 'ec2', 'modifyVpcAttribute', { VpcId, EnableDnsHostnames: { Value: true } });
    return { id: VpcId };
  },

  *remove({ key, observed, place }) {
    yield* tagAgain(place, key, observed);
    yield* writeUnlessAbsent(place.region, 'ec2', 'deleteVpc', { VpcId: observed.id });
  },
};
