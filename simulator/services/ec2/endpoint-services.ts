import type { ServiceDetail } from '@aws-sdk/client-ec2';
import { AwsError } from '../../aws-error.ts';
import { remembered } from '../../data-plane/remembered.ts';
import { seededRandom } from '../../random.ts';
import { type Zone, zonesOf } from '../../regions.ts';
import { required } from './errors.ts';
import { furtherPages, listed } from './listing.ts';
import type { Ec2Call, Operation } from './operation.ts';

/** An AWS service that interface endpoints lead to. */
export interface EndpointService {
  /** 'com.amazonaws.eu-west-1.execute-api' */
  readonly id: string;
  /** 'execute-api': stands in the endpoint's own DNS names. */
  readonly label: string;
  /** 'vpce-svc-…' */
  readonly serviceId: string;
  /** 'execute-api.eu-west-1.vpce.amazonaws.com' */
  readonly baseName: string;
  /** What private DNS answers for; API Gateway's names are one label deeper. */
  readonly privateName: string;
}

/** The services that an API and what stands behind it commonly call. Source    docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html */
const labels = [
  'cloudformation',
  'dynamodb',
  'ec2',
  'events',
  'execute-api',
  'kms',
  'lambda',
  'logs',
  'monitoring',
  'secretsmanager',
  'sns',
  'sqs',
  'ssm',
  'states',
  'sts',
];

function endpointServicesOf(region: string): EndpointService[] {
  return labels.map((label) => ({
    id: `com.amazonaws.${region}.${label}`,
    label,
    serviceId: `vpce-svc-${serviceIdFrom(`endpoint service ${label} ${region}`)}`,
    baseName: `${label}.${region}.vpce.amazonaws.com`,
    privateName: `${label === 'execute-api' ? '*.' : ''}${label}.${region}.amazonaws.com`,
  }));
}

export function endpointServiceNamed(name: string | undefined, region: string): EndpointService {
  const wanted = required(name, 'serviceName');
  const service = endpointServicesOf(region).find(({ id }) => id === wanted);
  if (service === undefined)
    throw new AwsError('InvalidServiceName', `The Vpc Endpoint Service '${wanted}' does not exist`);
  return service;
}

/**
 * The hosted zone that the DNS names of a Region's endpoints are in, which aliases to them have to name.
 * AWS has one per Region and publishes no list: these are made up, and stay the same.
 */
export const endpointZoneIdOf = (region: string): string => zoneIdFrom(`endpoint zone of ${region}`);

/** The zone that AWS keeps for one endpoint's private DNS. */
export const privateZoneIdOf = ({ id }: { readonly id: string }): string => zoneIdFrom(`private zone of ${id}`);

const serviceIdFrom = remembered((seed) => seededRandom(seed).hex(17));
const zoneIdFrom = remembered((seed) => `Z${seededRandom(seed).alphanumeric(13).toUpperCase()}`);

/** Zones of the Region in which an endpoint of this service may lie: to each account its own. */
export const zonesOffering = ({ label }: { readonly label: string }, { place, state }: Ec2Call): Zone[] =>
  zonesOf(place.region).filter(({ name }) => state.zonesWithout.get(label)?.has(name) !== true);

export const describeEndpointServices: Operation<'DescribeVpcEndpointServices'> = (input, call) => {
  const { region } = call.place;
  const asked = input.ServiceNames ?? [];
  const services =
    asked.length > 0 ? asked.map((name) => endpointServiceNamed(name, region)) : endpointServicesOf(region);
  const page = listed(
    services,
    input,
    {
      owner: () => 'amazon',
      'service-name': ({ id }) => id,
      'service-region': () => region,
      'service-type': () => 'Interface',
      'supported-ip-address-types': () => 'ipv4',
    },
    call,
    { least: 1, most: 1_000 },
  );
  const detailOf = (service: EndpointService): ServiceDetail => ({
    ServiceName: service.id,
    ServiceId: service.serviceId,
    ServiceType: [{ ServiceType: 'Interface' }],
    ServiceRegion: region,
    AvailabilityZones: zonesOffering(service, call).map(({ name }) => name),
    AvailabilityZoneIds: zonesOffering(service, call).map(({ id }) => id),
    Owner: 'amazon',
    BaseEndpointDnsNames: [service.baseName],
    PrivateDnsName: service.privateName,
    PrivateDnsNames: [{ PrivateDnsName: service.privateName }],
    PrivateDnsNameVerificationState: 'verified',
    VpcEndpointPolicySupported: true,
    AcceptanceRequired: false,
    ManagesVpcEndpoints: false,
    SupportedIpAddressTypes: ['ipv4'],
    Tags: [],
  });
  return {
    ServiceNames: page.items.map(({ id }) => id),
    ServiceDetails: page.items.map(detailOf),
    ...furtherPages(page),
  };
};
