import type { ResourceRecordSet } from '@aws-sdk/client-route-53';

type RecordSet = Readonly<ResourceRecordSet>;

/** How Route 53 chooses among the record sets of one name and type. */
export type RoutingPolicy =
  | 'simple'
  | 'weighted'
  | 'latency'
  | 'failover'
  | 'geolocation'
  | 'multivalue answer'
  | 'cidr'
  | 'geoproximity';

/** Each routing policy but simple has one member of a record set to itself. */
const policyMembers = {
  Weight: 'weighted',
  Region: 'latency',
  Failover: 'failover',
  GeoLocation: 'geolocation',
  MultiValueAnswer: 'multivalue answer',
  CidrRoutingConfig: 'cidr',
  GeoProximityLocation: 'geoproximity',
} as const satisfies Partial<Record<keyof ResourceRecordSet, RoutingPolicy>>;

type PolicyMember = keyof typeof policyMembers;
const isPolicyMember = (name: string): name is PolicyMember => name in policyMembers;

export const policyMembersOf = (set: RecordSet): PolicyMember[] =>
  Object.keys(policyMembers)
    .filter(isPolicyMember)
    .filter((member) => set[member] !== undefined);

export function policyOf(set: RecordSet): RoutingPolicy {
  const [member] = policyMembersOf(set);
  return member === undefined ? 'simple' : policyMembers[member];
}

/** What no two record sets of one name, type and policy may share, told as Route 53 would. */
function claimOf(set: RecordSet): string | undefined {
  if (set.Region !== undefined) return `region ${set.Region}`;
  if (set.Failover !== undefined) return `failover ${set.Failover}`;
  const { ContinentCode, CountryCode, SubdivisionCode } = set.GeoLocation ?? {};
  if (set.GeoLocation !== undefined)
    return `location ${[ContinentCode, CountryCode, SubdivisionCode].filter((code) => code !== undefined).join('/')}`;
  return undefined;
}

const SAME_NAME_QUOTA = 100;

/**
 * Why a record set may not stand beside others of its name and type; undefined where it may.
 *
 * One policy only under a name and type, simple records alone, no two for one Region, role or place, one TTL for
 * weighted ones.
 * Source: docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html; the texts are those that Route 53
 * gave in github.com/kubernetes-sigs/external-dns/issues/3141 and github.com/aws/aws-sdk-go-v2/issues/518
 */
export function objectionTo(set: RecordSet, sameNameAndType: readonly RecordSet[]): string | undefined {
  const others = sameNameAndType.filter(({ SetIdentifier }) => SetIdentifier !== set.SetIdentifier);
  if (others.length === 0) return undefined;
  const it = `RRSet with DNS name ${set.Name}, type ${set.Type}`;
  const policy = policyOf(set);
  if (policy === 'simple') return `${it} cannot be created as other RRSets exist with the same name and type.`;
  const identified = `${it}, SetIdentifier ${set.SetIdentifier} cannot be created as`;
  if (others.some((other) => policyOf(other) !== policy))
    return `${identified} a non-${policy} set exists with the same name and type.`;
  const claim = claimOf(set);
  if (claim !== undefined && others.some((other) => claimOf(other) === claim))
    return `${identified} a ${policy} set with ${claim} exists with the same name and type.`;
  if (policy === 'weighted' && others.some(({ TTL }) => TTL !== set.TTL))
    return `${identified} weighted sets must contain the same TTL.`;
  if (others.length >= SAME_NAME_QUOTA)
    return `${identified} ${SAME_NAME_QUOTA} ${policy} sets exist with the same name and type.`;
  return undefined;
}
