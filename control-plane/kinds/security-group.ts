import type { IpPermission, SecurityGroup } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { answered, type Dialogue, type ReadCall, write, writeUnlessAbsent } from '../model/aws-call.ts';
import { missing } from '../model/drift.ts';
import type { Member } from '../model/fleet.ts';
import { markOf, tagsMissing } from '../model/ownership.ts';
import { ref } from '../model/reference.ts';
import { keyOf } from '../model/target.ts';
import { describeSecurityGroups, firstThat, isLeaving, memberAt, vpcIdOf } from './ec2-lists.ts';
import { bears, bearsAll, tag, tagAgain, tagged } from './ec2-tags.ts';
import type { Kind, Place } from './kind.ts';
import { memberTarget } from './member-target.ts';
import { describes, ec2Arn, ownedByAFleet, taggedAtCreation, tagging } from './permission-scopes.ts';

const Desired = z.object({ vpcId: z.string(), groupName: z.string() });
type Desired = z.infer<typeof Desired>;

export interface ObservedSecurityGroup {
  readonly id: string;
  readonly groupName: string;
  /** By the journal, its tags or its description, which nobody can change. */
  readonly isOurs: boolean;
  /** Blocks that HTTPS comes in from, by the id of each group of the VPC: an endpoint may have got another one. */
  readonly letsIn: Readonly<Record<string, readonly string[]>>;
  readonly hasAllTags: boolean;
}

/** `endpoint`: of the endpoint of a serving member. `probe`: of the prober in every member. */
const uses = ['endpoint', 'probe'] as const;
type Use = (typeof uses)[number];

const nameOf = (region: string, use: Use): string => `${region}/${use}`;
export const endpointGroupName = (region: string): string => nameOf(region, 'endpoint');
export const probeGroupName = (region: string): string => nameOf(region, 'probe');
const awsNameOf = (fleet: string, use: Use): string => `landbridge-${fleet}-${use}`;

const usesOf = ({ role }: Member): readonly Use[] => uses.filter((use) => role === 'serving' || use !== 'endpoint');

const HTTPS = 443;
const admitsHttps = ({ IpProtocol, FromPort = -1, ToPort = -1 }: IpPermission): boolean =>
  IpProtocol === '-1' ||
  ((IpProtocol === 'tcp' || IpProtocol === '6') && (FromPort === -1 || (FromPort <= HTTPS && HTTPS <= ToPort)));

const httpsComesInFrom = ({ IpPermissions = [] }: SecurityGroup): readonly string[] =>
  IpPermissions.filter(admitsHttps).flatMap(({ IpRanges = [] }) => IpRanges.flatMap(({ CidrIp }) => CidrIp ?? []));

interface Hit {
  readonly group: SecurityGroup;
  readonly isOurs: boolean;
  /** Every group of the VPC. */
  readonly groups: readonly SecurityGroup[];
}

/** The group of this member's endpoint, or the one that has taken its name. */
export const findEndpointGroup = (place: Place): Dialogue<ReadCall, Hit | undefined> => findGroup(place, 'endpoint');

function* findGroup(place: Place, use: Use): Dialogue<ReadCall, Hit | undefined> {
  const { region, declared } = place;
  const { name: fleet } = declared.fleet;
  const vpcId = yield* vpcIdOf(place);
  if (vpcId === undefined) return undefined;
  const key = keyOf('security-group', nameOf(region, use));
  const groups = yield* describeSecurityGroups(region, vpcId);
  const ours = firstThat(
    groups,
    ({ GroupId }) => GroupId === place.known(key),
    ({ Tags }) => bears(place, key, Tags),
    ({ GroupName, Description }) => GroupName === awsNameOf(fleet, use) && Description === markOf(fleet, key),
  );
  if (ours !== undefined) return { group: ours, isOurs: true, groups };
  // Somebody else's is in the way of ours only while ours is wanted.
  if (isLeaving(place)) return undefined;
  const namesake = groups.find(({ GroupName }) => GroupName === awsNameOf(fleet, use));
  return namesake && { group: namesake, isOurs: false, groups };
}

/**
 * What stands before a member's endpoint: nobody gets in but by a `rule`. And around its prober: nobody gets in at all,
 * and it may ask whomever it likes, which a new group allows.
 *
 * Desired   { vpcId, groupName }
 * Observed  id, tags, whether it is ours or a namesake, and whom the groups of the VPC let in
 * Faults    Conflict (InvalidGroup.Duplicate) instead of a second group, should a creation be repeated: names are unique in a VPC
 * Source    docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
 */
export const securityGroup: Kind<Desired, ObservedSecurityGroup> = {
  name: 'security-group',
  dependsOn: [],
  desired: Desired,
  permissions: {
    read: [describes('SecurityGroups', 'Vpcs')],
    write: [
      { actions: ['ec2:CreateSecurityGroup'], resources: [ec2Arn('security-group')], conditions: taggedAtCreation },
      // Borrowed VPCs bear no tag of ours.
      { actions: ['ec2:CreateSecurityGroup'], resources: [ec2Arn('vpc')] },
      tagging('security-group'),
      { actions: ['ec2:DeleteSecurityGroup'], resources: [ec2Arn('security-group')], conditions: ownedByAFleet },
    ],
  },

  *targets({ fleet, members }) {
    for (const member of members) {
      const { region } = member;
      const vpcId = ref('vpc', region, 'id');
      for (const use of usesOf(member)) {
        const want = { vpcId, groupName: awsNameOf(fleet.name, use) };
        yield memberTarget<Desired>('security-group', region, want, nameOf(region, use));
      }
    }
  },

  *survey(place): Dialogue<ReadCall, ReadonlyMap<string, ObservedSecurityGroup>> {
    const { region } = place;
    const member = memberAt(place);
    const observed = new Map<string, ObservedSecurityGroup>();
    for (const use of member === undefined ? [] : usesOf(member)) {
      const hit = yield* findGroup(place, use);
      if (hit === undefined) continue;
      const { group, isOurs, groups } = hit;
      const name = nameOf(region, use);
      observed.set(name, {
        id: answered(group.GroupId, 'describeSecurityGroups'),
        groupName: group.GroupName ?? '',
        isOurs,
        letsIn: Object.fromEntries(groups.map((each) => [each.GroupId, httpsComesInFrom(each)])),
        hasAllTags: bearsAll(place, keyOf('security-group', name), group.Tags),
      });
    }
    return observed;
  },

  attributes: ({ id, isOurs }): Record<string, string> => (isOurs ? { id } : {}),

  conflict: (_, { id, groupName, isOurs }) =>
    isOurs ? undefined : `${id} is called ${groupName} and is not the fleet's: rename it or delete it`,

  diff(desired, observed) {
    if (observed === undefined) return missing(desired.groupName);
    return observed.hasAllTags ? [] : [tagsMissing];
  },

  *apply({ key, desired, observed, place }) {
    if (observed !== undefined) {
      yield* tag(place, key, [observed.id]);
      return undefined;
    }
    const { GroupId } = yield* write(place.region, 'ec2', 'createSecurityGroup', {
      VpcId: desired.vpcId,
      GroupName: desired.groupName,
      Description: markOf(place.declared.fleet.name, key),
      TagSpecifications: tagged(place, key, 'security-group'),
    });
    return { id: answered(GroupId, 'createSecurityGroup') };
  },

  /** Its rules go with it. */
  *remove({ key, observed, place }) {
    yield* tagAgain(place, key, observed);
    yield* writeUnlessAbsent(place.region, 'ec2', 'deleteSecurityGroup', { GroupId: observed.id });
  },
};
