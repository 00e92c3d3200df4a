import type { Route53 } from '@aws-sdk/client-route-53';
import { AwsError } from '../../aws-error.ts';
import type { Call, Operations } from '../../service.ts';
import { bareId, delegationSet, hostedZoneShape, pageSize, submitChange, vpcShape, zoneNamed } from './answers.ts';
import { canonicalName, compareText, isDomainName, reversedLabels } from './names.ts';
import { acceptBatch, newRecordBook } from './record-book.ts';
import { associatedVpcs, type HostedZone, type Route53State, zonesAnywhere } from './state.ts';
import { associate, requireOwnVpc } from './vpc-associations.ts';

/** Every private zone names these four; a public one is given four of its own. */
const PRIVATE_NAME_SERVERS = [
  'ns-1536.awsdns-00.co.uk.',
  'ns-0.awsdns-00.com.',
  'ns-1024.awsdns-00.org.',
  'ns-512.awsdns-00.net.',
];
const DEFAULT_NS_TTL_SECONDS = 172_800;
const DEFAULT_SOA_TTL_SECONDS = 900;
/** Quota "hosted zones per account". */
const MOST_HOSTED_ZONES = 500;

const publicNameServers = ({ random }: Route53State): string[] =>
  ['com', 'net', 'org', 'co.uk'].map((top, index) => {
    const server = index * 512 + random.between(0, 512);
    return `ns-${server}.awsdns-${String(random.between(0, 64)).padStart(2, '0')}.${top}.`;
  });

/** The NS and SOA records that Route 53 makes with every zone and keeps for as long as it lives. */
function defaultRecords(zone: HostedZone): void {
  const [primary = ''] = zone.nameServers.filter((server) => server.endsWith('.com.'));
  const soa = `${primary} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400`;
  const records = [
    {
      Name: zone.name,
      Type: 'NS' as const,
      TTL: DEFAULT_NS_TTL_SECONDS,
      ResourceRecords: zone.nameServers.map((Value) => ({ Value })),
    },
    { Name: zone.name, Type: 'SOA' as const, TTL: DEFAULT_SOA_TTL_SECONDS, ResourceRecords: [{ Value: soa }] },
  ];
  acceptBatch(zone.records, new Map([[zone.name, records]]), zone.createdAtMs);
}

function requireFreeReference({ state }: Call<Route53State>, callerReference: string): void {
  if (state.zoneReferences.has(callerReference))
    throw new AwsError(
      'HostedZoneAlreadyExists',
      'A hosted zone has already been created with the specified caller reference.',
    );
  if (state.hostedZones.size >= MOST_HOSTED_ZONES)
    throw new AwsError('TooManyHostedZones', `Limits Exceeded: MAX_HOSTED_ZONES_BY_OWNER (${MOST_HOSTED_ZONES})`);
}

export const hostedZoneOperations: Operations<Route53, Route53State> = {
  CreateHostedZone({ Name, CallerReference, VPC, HostedZoneConfig }, call) {
    const { state, nowMs } = call;
    const name = canonicalName(Name ?? '');
    if (!isDomainName(name)) throw new AwsError('InvalidDomainName', `${Name} is not a valid domain name.`);
    if (CallerReference === undefined || CallerReference === '' || CallerReference.length > 128)
      throw new AwsError('InvalidInput', 'CallerReference must have 1 to 128 characters.');
    if (HostedZoneConfig?.PrivateZone === true && VPC === undefined)
      throw new AwsError(
        'InvalidInput',
        "When you're creating a private hosted zone (when you specify true for PrivateZone), you must also specify values for VPCId and VPCRegion.",
      );
    requireFreeReference(call, CallerReference);
    const vpc = VPC === undefined ? undefined : requireOwnVpc(call, VPC);
    const zone: HostedZone = {
      id: `Z${state.random.alphanumeric(20).toUpperCase()}`,
      name,
      callerReference: CallerReference,
      isPrivate: vpc !== undefined,
      nameServers: vpc === undefined ? publicNameServers(state) : PRIVATE_NAME_SERVERS,
      createdAtMs: nowMs,
      comment: HostedZoneConfig?.Comment,
      vpcs: [],
      authorizations: new Map(),
      records: newRecordBook(),
    };
    if (vpc !== undefined) associate(call, zone, vpc);
    defaultRecords(zone);
    state.hostedZones.set(zone.id, zone);
    state.zoneReferences.add(CallerReference);
    return {
      HostedZone: hostedZoneShape(zone),
      ChangeInfo: submitChange(call, undefined),
      // A private zone is delegated to by nobody, and Route 53 leaves its delegation set out.
      DelegationSet: zone.isPrivate ? undefined : delegationSet(zone),
      ...(vpc !== undefined && { VPC: vpcShape(vpc) }),
      Location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${zone.id}`,
    };
  },

  GetHostedZone({ Id }, { state }) {
    const zone = zoneNamed(state, Id);
    return {
      HostedZone: hostedZoneShape(zone),
      ...(zone.isPrivate ? { VPCs: associatedVpcs(zone).map(vpcShape) } : { DelegationSet: delegationSet(zone) }),
    };
  },

  ListHostedZones({ Marker, MaxItems, HostedZoneType }, { state }) {
    const most = pageSize(MaxItems, 100);
    const zones = [...state.hostedZones.values()]
      .filter((zone) => HostedZoneType !== 'PrivateHostedZone' || zone.isPrivate)
      .toSorted((a, b) => compareText(a.id, b.id));
    const from = Marker === undefined ? 0 : zones.findIndex((zone) => zone.id >= bareId(Marker));
    const page = from < 0 ? [] : zones.slice(from, from + most);
    const next = from < 0 ? undefined : zones[from + most];
    return {
      HostedZones: page.map(hostedZoneShape),
      Marker: Marker,
      IsTruncated: next !== undefined,
      ...(next !== undefined && { NextMarker: next.id }),
      MaxItems: most,
    };
  },

  ListHostedZonesByName({ DNSName, HostedZoneId, MaxItems }, { state }) {
    const most = pageSize(MaxItems, 100);
    if (HostedZoneId !== undefined && DNSName === undefined)
      throw new AwsError('InvalidInput', 'HostedZoneId may be specified only with DNSName.');
    const start = DNSName === undefined ? '' : reversedLabels(canonicalName(DNSName));
    const startId = bareId(HostedZoneId);
    const zones = [...state.hostedZones.values()]
      .map((zone) => ({ zone, order: reversedLabels(zone.name) }))
      .filter(({ zone, order }) => order > start || (order === start && zone.id >= startId))
      .toSorted((a, b) => compareText(a.order, b.order) || compareText(a.zone.id, b.zone.id))
      .map(({ zone }) => zone);
    const next = zones[most];
    return {
      HostedZones: zones.slice(0, most).map(hostedZoneShape),
      ...(DNSName !== undefined && { DNSName }),
      ...(HostedZoneId !== undefined && { HostedZoneId }),
      IsTruncated: next !== undefined,
      ...(next !== undefined && { NextDNSName: next.name, NextHostedZoneId: next.id }),
      MaxItems: most,
    };
  },

  /** Whosoever the zones are. Source: API_ListHostedZonesByVPC: "regardless of which AWS account or AWS service owns" them. */
  ListHostedZonesByVPC({ VPCId, VPCRegion, MaxItems, NextToken }, { world }) {
    const most = pageSize(MaxItems, 100);
    const zones = [...zonesAnywhere(world)]
      .filter(({ zone }) => associatedVpcs(zone).some((vpc) => vpc.vpcId === VPCId && vpc.vpcRegion === VPCRegion))
      .toSorted((a, b) => compareText(a.zone.id, b.zone.id));
    const from = NextToken === undefined ? 0 : zones.findIndex(({ zone }) => zone.id === NextToken);
    if (from < 0) throw new AwsError('InvalidPaginationToken', 'The pagination token is not valid.');
    const next = zones[from + most];
    return {
      HostedZoneSummaries: zones.slice(from, from + most).map(({ zone: { id, name }, account }) => ({
        HostedZoneId: id,
        Name: name,
        Owner: { OwningAccount: account },
      })),
      MaxItems: most,
      ...(next !== undefined && { NextToken: next.zone.id }),
    };
  },

  GetHostedZoneCount: (_input, { state }) => ({ HostedZoneCount: state.hostedZones.size }),

  UpdateHostedZoneComment({ Id, Comment }, { state }) {
    const zone = zoneNamed(state, Id);
    zone.comment = Comment;
    return { HostedZone: hostedZoneShape(zone) };
  },

  DeleteHostedZone({ Id }, call) {
    const { state } = call;
    const zone = zoneNamed(state, Id);
    for (const [name, sets] of zone.records.accepted)
      if (name !== zone.name || sets.some(({ Type }) => Type !== 'NS' && Type !== 'SOA'))
        throw new AwsError(
          'HostedZoneNotEmpty',
          'The specified hosted zone contains non-required resource record sets and so cannot be deleted.',
        );
    state.hostedZones.delete(zone.id);
    state.tags.delete(`hostedzone/${zone.id}`);
    return { ChangeInfo: submitChange(call, undefined) };
  },
};
