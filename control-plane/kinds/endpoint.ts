import type { DnsEntry, NetworkInterface, VpcEndpoint } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { answered, type Dialogue, type ReadCall, read, write } from '../model/aws-call.ts';
import { difference, missing } from '../model/drift.ts';
import type { Entrance, Standing } from '../model/entrance.ts';
import { Fault } from '../model/faults.ts';
import { canonicalJson, fingerprint } from '../model/fingerprint.ts';
import { tagsMissing } from '../model/ownership.ts';
import { allPages } from '../model/pages.ts';
import { ref } from '../model/reference.ts';
import { keyOf } from '../model/target.ts';
import { firstThat, inVpc, memberAt, vpcIdOf } from './ec2-lists.ts';
import { bears, bearsAll, tag, tagAgain, tagged } from './ec2-tags.ts';
import type { Kind, Place } from './kind.ts';
import { memberTarget, servingMembers } from './member-target.ts';
import { describes, ec2Arn, ownedByAFleet, taggedAtCreation, tagging } from './permission-scopes.ts';
import { endpointGroupName } from './security-group.ts';
import { subnetName } from './subnet.ts';

/** docs/aws-facts.md: an endpoint takes one to three minutes. */
const LOOK_AGAIN_AFTER_SECONDS = 15;

const Desired = z.object({
  vpcId: z.string(),
  serviceName: z.string(),
  subnetIds: z.array(z.string()),
  securityGroupIds: z.array(z.string()),
});
type Desired = z.infer<typeof Desired>;

export interface ObservedEndpoint {
  readonly id: string;
  /** As AWS writes it, in lower case: 'pending', 'available', 'deleting' ... */
  readonly state: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly hasPrivateDns: boolean;
  /** It lets everyone call everything: whom to let in is the API's own policy to say. */
  readonly hasDefaultPolicy: boolean;
  /** Absent while it is the default one. */
  readonly policy?: string;
  readonly dnsName: string | undefined;
  /** By id: where it has an address. */
  readonly interfaces: Readonly<Record<string, Standing>>;
  readonly hasAllTags: boolean;
}

const stateOf = ({ State }: VpcEndpoint): string => State?.toLowerCase() ?? 'unknown';
/** On its way out, or never to be: callers cannot count on it and a new one is wanted. */
const isEnding = (state: string): boolean => ['deleting', 'deleted', 'failed', 'rejected', 'expired'].includes(state);

const ALLOW_ALL = canonicalJson({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' });

function isDefaultPolicy(policy: string | undefined): boolean {
  if (policy === undefined) return true;
  const { Statement } = JSON.parse(policy) as { readonly Statement?: unknown };
  const statements = [Statement].flat();
  return statements.length === 1 && canonicalJson(statements[0]) === ALLOW_ALL;
}

/**
 * The endpoint's own name for the whole Region. Its own begin with its id, each zone's having the zone in it besides; the
 * service's names, which stand among them once somebody turns private DNS on, are shorter and lead elsewhere too.
 *
 * Source  docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html#interface-endpoint-dns-hostnames
 */
const ownName = ({ VpcEndpointId = '', DnsEntries = [] }: VpcEndpoint): DnsEntry | undefined =>
  DnsEntries.filter(({ DnsName }) => DnsName?.startsWith(`${VpcEndpointId}-`) === true).toSorted(
    (a, b) => (a.DnsName?.length ?? 0) - (b.DnsName?.length ?? 0),
  )[0];

function observe(
  endpoint: VpcEndpoint,
  interfaces: ObservedEndpoint['interfaces'],
  hasAllTags: boolean,
): ObservedEndpoint {
  const { PolicyDocument: policy } = endpoint;
  const hasDefaultPolicy = isDefaultPolicy(policy);
  return {
    id: answered(endpoint.VpcEndpointId, 'describeVpcEndpoints'),
    state: stateOf(endpoint),
    subnetIds: (endpoint.SubnetIds ?? []).toSorted(),
    securityGroupIds: (endpoint.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? []).toSorted(),
    hasPrivateDns: endpoint.PrivateDnsEnabled ?? false,
    hasDefaultPolicy,
    ...(!hasDefaultPolicy && policy !== undefined && { policy }),
    dnsName: ownName(endpoint)?.DnsName,
    interfaces,
    hasAllTags,
  };
}

/** `undefined` while nobody is let in: it is not available yet, or has no address. */
export function entranceOf({ state, dnsName, interfaces }: ObservedEndpoint): Entrance | undefined {
  const isThere = state === 'available' && Object.keys(interfaces).length > 0;
  return isThere && dnsName !== undefined ? { dnsName, interfaces } : undefined;
}

const without = (these: readonly string[], those: readonly string[]): string[] =>
  these.filter((id) => !those.includes(id));

const standing = ({ NetworkInterfaceId = '', SubnetId = '', PrivateIpAddress = '' }: NetworkInterface) =>
  [NetworkInterfaceId, { subnetId: SubnetId, address: PrivateIpAddress }] as const;

/** What stands in subnets for an endpoint: its addresses are in no other answer of AWS's. Read once, for they stay. */
function* interfacesOf(
  { region, entrance }: Place,
  { NetworkInterfaceIds: ids = [] }: VpcEndpoint,
): Dialogue<ReadCall, ObservedEndpoint['interfaces']> {
  const known = ids.flatMap((id) => {
    const interfaceThere = entrance?.interfaces[id];
    return interfaceThere === undefined ? [] : [[id, interfaceThere] as const];
  });
  if (known.length === ids.length) return Object.fromEntries(known);
  // By filter and not by id: one that was taken away meanwhile is no error.
  const pages = yield* allPages(
    (NextToken: string | undefined) =>
      read(region, 'ec2', 'describeNetworkInterfaces', {
        Filters: [{ Name: 'network-interface-id', Values: ids.toSorted() }],
        MaxResults: 1_000,
        NextToken,
      }),
    ({ NextToken }) => NextToken,
  );
  return Object.fromEntries(pages.flatMap(({ NetworkInterfaces = [] }) => NetworkInterfaces.map(standing)));
}

/**
 * The door of a serving member: an interface endpoint for execute-api, with an address in every zone.
 *
 * Desired   { vpcId, serviceName, subnetIds, securityGroupIds }; private DNS off, for it would hide every public API
 *           of the Region from the VPC; the default policy
 * Observed  the same, its state, its own name, and its address in each subnet, which views answer
 * Faults    Throttled (4 at once and one per 3 s: docs/aws-facts.md), Conflict while an earlier change is still under way
 * Bounds    1 to 3 minutes from creation to available; as long to go
 * Source    docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html (ClientToken),
 *           docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html (private DNS)
 */
export const endpoint: Kind<Desired, ObservedEndpoint> = {
  name: 'endpoint',
  dependsOn: [],
  desired: Desired,
  permissions: {
    read: [describes('VpcEndpoints', 'NetworkInterfaces', 'Vpcs')],
    write: [
      {
        actions: ['ec2:CreateVpcEndpoint'],
        resources: [ec2Arn('vpc-endpoint')],
        conditions: { ...taggedAtCreation, StringLike: { 'ec2:VpceServiceName': 'com.amazonaws.*.execute-api' } },
      },
      { actions: ['ec2:CreateVpcEndpoint'], resources: [ec2Arn('security-group')], conditions: ownedByAFleet },
      // Borrowed VPCs and subnets bear no tag of ours, and a group that somebody added is taken off, whoever's it is.
      { actions: ['ec2:CreateVpcEndpoint'], resources: [ec2Arn('vpc'), ec2Arn('subnet')] },
      { actions: ['ec2:ModifyVpcEndpoint'], resources: [ec2Arn('subnet'), ec2Arn('security-group')] },
      tagging('vpc-endpoint'),
      {
        actions: ['ec2:ModifyVpcEndpoint', 'ec2:DeleteVpcEndpoints'],
        resources: [ec2Arn('vpc-endpoint')],
        conditions: ownedByAFleet,
      },
    ],
  },

  *targets(declared) {
    for (const member of servingMembers(declared)) {
      const { region, zones } = member;
      yield memberTarget<Desired>('endpoint', region, {
        vpcId: ref('vpc', region, 'id'),
        serviceName: `com.amazonaws.${region}.execute-api`,
        subnetIds: zones.map((zone) => ref('subnet', subnetName(member, zone), 'id')),
        securityGroupIds: [ref('security-group', endpointGroupName(region), 'id')],
      });
    }
  },

  *survey(place): Dialogue<ReadCall, ReadonlyMap<string, ObservedEndpoint>> {
    const { region } = place;
    const vpcId = yield* vpcIdOf(place);
    if (vpcId === undefined) return new Map();
    const pages = yield* allPages(
      (NextToken: string | undefined) =>
        read(region, 'ec2', 'describeVpcEndpoints', { Filters: inVpc(vpcId), MaxResults: 1_000, NextToken }),
      ({ NextToken }) => NextToken,
    );
    const key = keyOf('endpoint', region);
    const isKnown = ({ VpcEndpointId }: VpcEndpoint): boolean => VpcEndpointId === place.known(key);
    const isMarked = ({ Tags }: VpcEndpoint): boolean => bears(place, key, Tags);
    const endpoints = pages
      .flatMap(({ VpcEndpoints = [] }) => VpcEndpoints)
      .filter((candidate) => stateOf(candidate) !== 'deleted');
    const alive = endpoints.filter((candidate) => !isEnding(stateOf(candidate)));
    const hit = firstThat(alive, isKnown, isMarked) ?? firstThat(endpoints, isKnown, isMarked);
    if (hit === undefined) return new Map();
    const interfaces = yield* interfacesOf(place, hit);
    return new Map([[region, observe(hit, interfaces, bearsAll(place, key, hit.Tags))]]);
  },

  attributes(observed): Record<string, string> {
    const { id, state } = observed;
    if (isEnding(state)) return {};
    const entrance = entranceOf(observed);
    if (entrance === undefined) return { id };
    const addresses = Object.values(entrance.interfaces).map(({ address }) => address);
    return { id, availableId: id, dnsName: entrance.dnsName, addresses: addresses.toSorted().join(',') };
  },

  diff(desired, observed) {
    if (observed === undefined) return missing(desired.serviceName);
    if (isEnding(observed.state)) return difference('state', 'available', observed.state, 'outage');
    const tags = observed.hasAllTags ? [] : [tagsMissing];
    // What is still being made takes no changes, and is being made as it was asked for.
    if (observed.state !== 'available') return tags;
    return [
      ...difference('securityGroupIds', desired.securityGroupIds.toSorted(), observed.securityGroupIds, 'outage'),
      ...difference('subnetIds', desired.subnetIds.toSorted(), observed.subnetIds, 'risk'),
      ...difference('hasPrivateDns', false, observed.hasPrivateDns, 'risk'),
      ...difference('hasDefaultPolicy', true, observed.hasDefaultPolicy, 'outage'),
      ...tags,
    ];
  },

  settling: ({ id, state }) =>
    state === 'available'
      ? undefined
      : { because: `${id} is ${state}`, lookAgainAfterSeconds: LOOK_AGAIN_AFTER_SECONDS },

  leaving: ({ id, state }) =>
    state === 'deleting'
      ? { because: `${id} is being deleted`, lookAgainAfterSeconds: LOOK_AGAIN_AFTER_SECONDS }
      : undefined,

  *apply({ key, desired, observed, drift, place }) {
    const { region, declared } = place;
    const {
      vpcId: VpcId,
      serviceName: ServiceName,
      subnetIds: SubnetIds,
      securityGroupIds: SecurityGroupIds,
    } = desired;
    if (observed === undefined || isEnding(observed.state)) {
      // By sequence, for a member that left a borrowed VPC and comes back to it.
      const after = [memberAt(place)?.sequence, place.known(key), observed?.id];
      const { VpcEndpoint: created } = yield* write(region, 'ec2', 'createVpcEndpoint', {
        VpcEndpointType: 'Interface',
        VpcId,
        ServiceName,
        SubnetIds,
        SecurityGroupIds,
        PrivateDnsEnabled: false,
        // Of its own after each one that is known to have been: a token that made an endpoint once answers with that one for good.
        ClientToken: fingerprint({ fleet: declared.fleet.name, key, VpcId, after }),
        TagSpecifications: tagged(place, key, 'vpc-endpoint'),
      });
      return { id: answered(created?.VpcEndpointId, 'createVpcEndpoint') };
    }
    const { id: VpcEndpointId } = observed;
    if (!observed.hasAllTags) yield* tag(place, key, [VpcEndpointId]);
    if (drift.some(({ field }) => field !== 'tags'))
      yield* write(region, 'ec2', 'modifyVpcEndpoint', {
        VpcEndpointId,
        AddSubnetIds: without(SubnetIds, observed.subnetIds),
        RemoveSubnetIds: without(observed.subnetIds, SubnetIds),
        AddSecurityGroupIds: without(SecurityGroupIds, observed.securityGroupIds),
        RemoveSecurityGroupIds: without(observed.securityGroupIds, SecurityGroupIds),
        ...(observed.hasPrivateDns && { PrivateDnsEnabled: false }),
        ...(!observed.hasDefaultPolicy && { ResetPolicy: true }),
      });
    return { id: VpcEndpointId };
  },

  *remove({ key, observed, place }) {
    const { id } = observed;
    const { region } = place;
    yield* tagAgain(place, key, observed);
    // This call does not fail as a whole: it answers with what it could not do.
    const { Unsuccessful = [] } = yield* write(region, 'ec2', 'deleteVpcEndpoints', { VpcEndpointIds: [id] });
    for (const { Error: error } of Unsuccessful)
      if (error?.Code?.endsWith('.NotFound') !== true)
        throw new Fault('Conflict', `deleteVpcEndpoints in ${region}: ${id}: ${error?.Code}: ${error?.Message}`);
  },
};
