import type { RouteTable, SecurityGroup, Vpc, VpcPeeringConnection } from '@aws-sdk/client-ec2';
import type { Proven } from '../health/proven.ts';
import { type Dialogue, type ReadCall, read } from '../model/aws-call.ts';
import type { Member } from '../model/fleet.ts';
import { allPages } from '../model/pages.ts';
import type { Region } from '../model/region.ts';
import { keyOf } from '../model/target.ts';
import { bears } from './ec2-tags.ts';
import type { Place } from './kind.ts';

/*
 * Lists that more than one kind reads. Asked in the same words, so that an observation makes each call once;
 * and by pages, because EC2 gives paged and filtered calls the larger of its two buckets (docs/aws-facts.md).
 */

interface Page {
  readonly NextToken?: string | undefined;
}
const nextToken = ({ NextToken }: Page): string | undefined => NextToken;
export const inVpc = (vpcId: string): { Name: string; Values: string[] }[] => [{ Name: 'vpc-id', Values: [vpcId] }];

export function* describeVpcs(region: Region): Dialogue<ReadCall, Vpc[]> {
  const pages = yield* allPages(
    (NextToken: string | undefined) => read(region, 'ec2', 'describeVpcs', { MaxResults: 1_000, NextToken }),
    nextToken,
  );
  return pages.flatMap(({ Vpcs = [] }) => Vpcs);
}

export function* describeRouteTables(region: Region, vpcId: string): Dialogue<ReadCall, RouteTable[]> {
  const pages = yield* allPages(
    (NextToken: string | undefined) =>
      read(region, 'ec2', 'describeRouteTables', { Filters: inVpc(vpcId), MaxResults: 100, NextToken }),
    nextToken,
  );
  return pages.flatMap(({ RouteTables = [] }) => RouteTables);
}

export function* describeSecurityGroups(region: Region, vpcId: string): Dialogue<ReadCall, SecurityGroup[]> {
  const pages = yield* allPages(
    (NextToken: string | undefined) =>
      read(region, 'ec2', 'describeSecurityGroups', { Filters: inVpc(vpcId), MaxResults: 1_000, NextToken }),
    nextToken,
  );
  return pages.flatMap(({ SecurityGroups = [] }) => SecurityGroups);
}

/** Every peering of the Region, whichever side asked for it: an ended one stays in this list for a while. */
export function* describePeerings(region: Region): Dialogue<ReadCall, VpcPeeringConnection[]> {
  const pages = yield* allPages(
    (NextToken: string | undefined) =>
      read(region, 'ec2', 'describeVpcPeeringConnections', { MaxResults: 1_000, NextToken }),
    nextToken,
  );
  return pages.flatMap(({ VpcPeeringConnections = [] }) => VpcPeeringConnections);
}

/** This Region in the fleet, or `undefined` when it is not in it. */
export const memberAt = ({ region, declared }: Place): Member | undefined =>
  declared.members.find((member) => member.region === region);

/** What is being removed is looked for by what proves it ours, never by the place it stands in. */
export const isLeaving = (place: Place): boolean => memberAt(place)?.phase === 'leaving';

/** Whether the member's prober shows this, and nobody need ask AWS. What is being removed is looked at itself. */
export const isProven = (place: Place, what: keyof Proven): boolean =>
  place.proven?.[what] === true && !isLeaving(place);

/** The id of a member's VPC as far as it is known without a call: the fleet file's, or the journal's. */
export const knownVpcId = (place: Place, member: Member): string | undefined =>
  member.borrowed?.vpcId ?? place.known(keyOf('vpc', member.region));

/** The id of this Region's VPC, looked up by its tags only where it is not known. */
export function* vpcIdOf(place: Place): Dialogue<ReadCall, string | undefined> {
  const member = memberAt(place);
  if (member === undefined) return undefined;
  const known = knownVpcId(place, member);
  if (known !== undefined) return known;
  const key = keyOf('vpc', member.region);
  return (yield* describeVpcs(place.region)).find(({ Tags }) => bears(place, key, Tags))?.VpcId;
}

/** The first that bears the first mark, or else the second, and so on: an id before tags, for tags can be copied. */
export function firstThat<Item>(items: readonly Item[], ...marks: ((item: Item) => boolean)[]): Item | undefined {
  for (const mark of marks) {
    const item = items.find(mark);
    if (item !== undefined) return item;
  }
  return undefined;
}
