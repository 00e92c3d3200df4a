import type { Bug } from './bug.ts';

/**
 * What is made, is made once, and found again by whoever comes after.
 *
 * Left out: that an endpoint is asked for without a token. It cannot matter alone: nobody makes the same call twice, since no
 * write is made again, and whoever comes after finds the first by its tags once its intent has had its minute. And that a VPC or a
 * peering is asked for without a second look just before: somebody else's would have another fence than the plan, and one's own
 * has an intent, younger than its minute, or shows, since no read is behind for longer than seconds.
 */
export const creations: readonly Bug[] = [
  {
    name: 'a VPC that has lost its tags is made once more',
    file: 'control-plane/kinds/vpc.ts',
    of: 'observed?.id ?? (yield* findVpc(place))?.VpcId ?? (yield* createVpc(place, desired.cidr));',
    instead: 'observed?.hasAllTags === true ? observed.id : (yield* createVpc(place, desired.cidr));',
    only: ['tags removed'],
  },
  {
    name: 'what does not show yet is made once more',
    file: 'control-plane/loop/diff.ts',
    of: 'return intendedAtMs !== undefined && look.nowMs - intendedAtMs < CREATION_GRACE_MS;',
    instead: 'return intendedAtMs !== undefined && look.nowMs - intendedAtMs < 0;',
    only: ['reads are stale', 'answers get lost', 'answers get lost'],
    anHour: 40,
    // While members join: that is when most is made.
    hours: 1.5,
  },
  {
    name: 'an intent is closed while what it made may not show yet',
    file: 'control-plane/loop/interrupted.ts',
    of: "const isClear = isThere || intent.action !== 'create' || ageMs > CREATION_GRACE_MS;",
    instead: "const isClear = isThere || intent.action !== 'create' || ageMs >= 0;",
    only: ['reads are stale', 'reads are stale', 'functions crash', 'functions are given up', 'join', 'join'],
    anHour: 60,
    // While members join: that is when most is made.
    hours: 1.5,
  },
  {
    name: 'what somebody has tagged is not taken up again',
    file: 'control-plane/model/ownership.ts',
    of: 'tags?.[FLEET_TAG] === fleet && tags[TARGET_TAG] === key;',
    instead: "tags?.[FLEET_TAG] === fleet && tags[TARGET_TAG] === key && tags['Name'] === undefined;",
    only: ['answers get lost'],
    anHour: 40,
    // While members join: that is when most is made.
    hours: 1.5,
  },
  {
    name: 'the token of an endpoint that is gone is used again',
    file: 'control-plane/kinds/endpoint.ts',
    of: 'const after = [memberAt(place)?.sequence, place.known(key), observed?.id];',
    instead: 'const after = [memberAt(place)?.sequence];',
    only: ['endpoint deleted'],
  },
  {
    name: 'a peering that nobody has accepted yet is asked for once more',
    file: 'control-plane/kinds/peering.ts',
    of: 'const present = observed ?? now?.byLink.get(target.name);',
    instead:
      "const present = observed?.status === 'pending-acceptance' ? undefined : (observed ?? now?.byLink.get(target.name));",
    only: ['peering deleted by its requester', 'peering deleted by its accepter'],
  },
  {
    name: 'only the first page of a list is read',
    file: 'control-plane/kinds/ec2-lists.ts',
    // The smallest that EC2 has, so that it takes no hundreds of peerings to show.
    of: `      read(region, 'ec2', 'describeVpcPeeringConnections', { MaxResults: 1_000, NextToken }),
    nextToken,`,
    instead: `      read(region, 'ec2', 'describeVpcPeeringConnections', { MaxResults: 5, NextToken }),
    () => undefined,`,
    only: ['peering deleted by its requester', 'peering deleted by its accepter'],
  },
  {
    name: 'a sequence is given twice',
    file: 'handlers/admit-member.ts',
    of: 'return { ...decision.admitted, sequence: state.lastSequence + 1, by: execution };',
    instead: 'return { ...decision.admitted, sequence: state.members.length + 1, by: execution };',
    only: ['leave', 'join'],
  },
];
