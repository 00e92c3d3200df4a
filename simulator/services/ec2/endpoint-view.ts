import type { DnsEntry, State, VpcEndpoint } from '@aws-sdk/client-ec2';
import { endpointServiceNamed, endpointZoneIdOf, privateZoneIdOf } from './endpoint-services.ts';
import { stateOfEndpoint } from './endpoint-state.ts';
import type { FilterTable } from './filters.ts';
import { findAll } from './find.ts';
import { furtherPages, listed } from './listing.ts';
import type { Ec2Call, Operation } from './operation.ts';
import type { Endpoint } from './state.ts';
import { tagsOf } from './tags.ts';

/**
 * In the API's words; what is gone is in no list, but a repeated client token still answers with it.
 * The model capitalises these states. EC2 does not, and the SDK checks nothing.
 */
const apiStateOf = (endpoint: Endpoint, { nowMs }: Ec2Call): State => {
  const state = stateOfEndpoint(endpoint, nowMs);
  return (state === 'gone' ? 'deleted' : state) as string as State;
};

/**
 * The endpoint's own name first, then one per zone, then the name of its service where private DNS is on.
 *
 * Source    docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html, "DNS hostnames"
 */
function dnsEntriesOf(endpoint: Endpoint, region: string): DnsEntry[] {
  const { baseName, privateName } = endpointServiceNamed(endpoint.serviceName, region);
  const HostedZoneId = endpointZoneIdOf(region);
  const zones = [...endpoint.interfaces.values()].map(({ zone }) => zone).toSorted();
  return [
    { DnsName: `${endpoint.dnsLabel}.${baseName}`, HostedZoneId },
    ...zones.map((zone) => ({ DnsName: `${endpoint.dnsLabel}-${zone}.${baseName}`, HostedZoneId })),
    ...(endpoint.privateDnsEnabled ? [{ DnsName: privateName, HostedZoneId: privateZoneIdOf(endpoint) }] : []),
  ];
}

export function endpointView(endpoint: Endpoint, call: Ec2Call): VpcEndpoint {
  const { state, place } = call;
  return {
    VpcEndpointId: endpoint.id,
    VpcEndpointType: 'Interface',
    VpcId: endpoint.vpcId,
    ServiceName: endpoint.serviceName,
    ServiceRegion: place.region,
    State: apiStateOf(endpoint, call),
    PolicyDocument: endpoint.policyDocument,
    RouteTableIds: [],
    SubnetIds: [...endpoint.interfaces.keys()],
    Groups: [...endpoint.groupIds].map((id) => {
      const GroupName = state.securityGroups.get(id)?.name;
      return { GroupId: id, ...(GroupName !== undefined && { GroupName }) };
    }),
    IpAddressType: 'ipv4',
    DnsOptions: { DnsRecordIpType: 'ipv4' },
    PrivateDnsEnabled: endpoint.privateDnsEnabled,
    RequesterManaged: false,
    NetworkInterfaceIds: [...endpoint.interfaces.values()].map(({ id }) => id),
    DnsEntries: dnsEntriesOf(endpoint, place.region),
    CreationTimestamp: new Date(endpoint.createdAtMs),
    OwnerId: place.account,
    Tags: tagsOf(state, endpoint.id),
  };
}

const filters: FilterTable<Endpoint> = {
  'ip-address-type': () => 'ipv4',
  'service-name': ({ serviceName }) => serviceName,
  'service-region': (_endpoint, { place }) => place.region,
  'vpc-id': ({ vpcId }) => vpcId,
  'vpc-endpoint-id': ({ id }) => id,
  'vpc-endpoint-state': apiStateOf,
  'vpc-endpoint-type': () => 'Interface',
};

export const describeEndpoints: Operation<'DescribeVpcEndpoints'> = (input, call) => {
  const page = listed(findAll(call.state, 'endpoint', input.VpcEndpointIds), input, filters, call, {
    least: 1,
    most: 1_000,
  });
  return { VpcEndpoints: page.items.map((endpoint) => endpointView(endpoint, call)), ...furtherPages(page) };
};
