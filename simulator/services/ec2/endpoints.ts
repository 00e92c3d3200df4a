import type { UnsuccessfulItem } from '@aws-sdk/client-ec2';
import { AwsError } from '../../aws-error.ts';
import { oncePerToken } from './client-tokens.ts';
import { refusePrivateDns } from './endpoint-private-dns.ts';
import { type EndpointService, endpointServiceNamed, zonesOffering } from './endpoint-services.ts';
import { stateOfEndpoint } from './endpoint-state.ts';
import { endpointView } from './endpoint-view.ts';
import { invalidValue, notSimulated, required } from './errors.ts';
import { find, notFound } from './find.ts';
import { newId } from './ids.ts';
import { addNetworkInterface, groupsIn, removeNetworkInterface } from './network-interfaces.ts';
import type { Ec2Call, Operation } from './operation.ts';
import type { Endpoint, Subnet } from './state.ts';
import { keepTags, tagsFor } from './tags.ts';

const FULL_ACCESS = JSON.stringify(
  { Statement: [{ Action: '*', Effect: 'Allow', Principal: '*', Resource: '*' }] },
  undefined,
  2,
);

/**
 * Makes an interface endpoint: at once a network interface in each subnet, `available` after a while. Private DNS is
 * on unless it is declined.
 *
 * Source    docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html;
 *           the default of private DNS: github.com/hashicorp/terraform-provider-aws/issues/37783
 */
export const createEndpoint: Operation<'CreateVpcEndpoint'> = (input, call) => {
  const endpoint = oncePerToken(call.state.clientTokens.endpoints, input, call.nowMs, () => makeEndpoint(input, call));
  return { VpcEndpoint: endpointView(endpoint, call), ...(input.ClientToken && { ClientToken: input.ClientToken }) };
};

function makeEndpoint(input: Parameters<typeof createEndpoint>[0], call: Ec2Call): Endpoint {
  const { state, place, world, nowMs } = call;
  // Without a type, AWS takes Gateway.
  if (input.VpcEndpointType !== 'Interface') throw notSimulated(`A ${input.VpcEndpointType ?? 'Gateway'} endpoint`);
  if (input.IpAddressType !== undefined && input.IpAddressType !== 'ipv4') throw notSimulated('IPv6');
  if (input.SubnetConfigurations !== undefined) throw notSimulated('SubnetConfigurations');
  if (input.ServiceRegion !== undefined && input.ServiceRegion !== place.region)
    throw new AwsError(
      'InvalidParameter',
      `The service is not available from ${place.region} in ${input.ServiceRegion}`,
    );
  const vpc = find(state, 'vpc', input.VpcId);
  const service = endpointServiceNamed(input.ServiceName, place.region);
  const subnets = subnetsIn(vpc.id, input.SubnetIds ?? [], [], call);
  refuseZonesWithout(service, subnets, call);
  const groups = groupsIn(vpc.id, input.SecurityGroupIds, state);
  const policyDocument = policyIn(input.PolicyDocument) ?? FULL_ACCESS;
  const privateDnsEnabled = input.PrivateDnsEnabled ?? true;
  if (privateDnsEnabled) refusePrivateDns(vpc, service.id, undefined, call);
  const tags = tagsFor('vpc-endpoint', input.TagSpecifications);
  const siblings = state.endpoints.values().filter(({ vpcId }) => vpcId === vpc.id);
  if ([...siblings].length >= state.quotas.interfaceEndpointsPerVpc)
    throw new AwsError('VpcEndpointLimitExceeded', 'The maximum number of VPC endpoints has been reached.');

  const id = newId('vpce', call);
  const endpoint: Endpoint = {
    id,
    vpcId: vpc.id,
    serviceName: service.id,
    createdAtMs: nowMs,
    availableAtMs: nowMs + world.timings.endpointAvailableMs,
    deletion: undefined,
    policyDocument,
    interfaces: new Map(),
    groupIds: new Set(groups.map((group) => group.id)),
    privateDnsEnabled,
    dnsLabel: `${id}-${world.random.alphanumeric(8)}`,
  };
  for (const subnet of subnets) addInterface(endpoint, subnet, call);
  state.endpoints.set(id, endpoint);
  keepTags(state, id, tags);
  return endpoint;
}

function addInterface(endpoint: Endpoint, subnet: Subnet, call: Ec2Call): void {
  const wanted = {
    type: 'vpc_endpoint',
    description: `VPC Endpoint Interface ${endpoint.id}`,
    groupIds: endpoint.groupIds,
    endpointId: endpoint.id,
  } as const;
  endpoint.interfaces.set(subnet.id, addNetworkInterface(subnet, wanted, call));
}

/** Source    github.com/terraform-aws-modules/terraform-aws-vpc/issues/462 (the error) */
function refuseZonesWithout(service: EndpointService, subnets: readonly Subnet[], call: Ec2Call): void {
  const offered = new Set(zonesOffering(service, call).map(({ name }) => name));
  const elsewhere = subnets.find(({ zone }) => !offered.has(zone));
  if (elsewhere !== undefined)
    throw new AwsError(
      'InvalidParameter',
      `The VPC endpoint service ${service.id} does not support the availability zone of the subnet: ${elsewhere.id}.`,
    );
}

/** The subnets named, if they are this VPC's and, with those already used, each in a zone of its own. */
function subnetsIn(vpcId: string, ids: readonly string[], used: readonly string[], { state }: Ec2Call): Subnet[] {
  const subnets = [...new Set(ids)].map((id) => find(state, 'subnet', id));
  const zones = new Set(used);
  for (const subnet of subnets) {
    if (subnet.vpcId !== vpcId)
      throw new AwsError('InvalidParameter', `Subnet ${subnet.id} and ${vpcId} belong to different networks`);
    if (zones.has(subnet.zone))
      throw new AwsError(
        'DuplicateSubnetsInSameZone',
        `Found another VPC endpoint subnet in the availability zone of ${subnet.id}`,
      );
    zones.add(subnet.zone);
  }
  return subnets;
}

function policyIn(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    JSON.parse(text);
  } catch {
    throw new AwsError('InvalidPolicyDocument', 'Policy Document parse failed');
  }
  return text;
}

/** All of the changes or none of them. */
export const modifyEndpoint: Operation<'ModifyVpcEndpoint'> = (input, call) => {
  const { state, nowMs } = call;
  const endpoint = find(state, 'endpoint', input.VpcEndpointId);
  const status = stateOfEndpoint(endpoint, nowMs);
  if (status === 'deleting' || status === 'gone')
    throw new AwsError('IncorrectState', `The VPC endpoint ${endpoint.id} is in the '${status}' state`);
  if (input.AddRouteTableIds !== undefined || input.RemoveRouteTableIds !== undefined)
    throw new AwsError('InvalidParameter', 'Route tables belong to Gateway endpoints only');
  if (input.SubnetConfigurations !== undefined) throw notSimulated('SubnetConfigurations');
  const vpc = find(state, 'vpc', endpoint.vpcId);
  const policyDocument = input.ResetPolicy === true ? FULL_ACCESS : policyIn(input.PolicyDocument);

  const leaving = new Set(input.RemoveSubnetIds);
  const staying = [...endpoint.interfaces.values()].filter(({ subnetId }) => !leaving.has(subnetId));
  const newSubnetIds = (input.AddSubnetIds ?? []).filter((id) => !endpoint.interfaces.has(id));
  const joining = subnetsIn(
    vpc.id,
    newSubnetIds,
    staying.map(({ zone }) => zone),
    call,
  );
  refuseZonesWithout(endpointServiceNamed(endpoint.serviceName, call.place.region), joining, call);
  for (const id of leaving) if (!endpoint.interfaces.has(id)) throw notFound('subnet', id);

  const groupIds = new Set(endpoint.groupIds);
  for (const id of input.RemoveSecurityGroupIds ?? []) if (!groupIds.delete(id)) throw notFound('security-group', id);
  for (const id of input.AddSecurityGroupIds ?? []) groupIds.add(id);
  if (groupIds.size === 0) throw invalidValue('', 'securityGroupId', 'An endpoint needs a security group.');
  groupsIn(vpc.id, [...groupIds], state);

  if (input.PrivateDnsEnabled === true) refusePrivateDns(vpc, endpoint.serviceName, endpoint.id, call);

  endpoint.policyDocument = policyDocument ?? endpoint.policyDocument;
  endpoint.privateDnsEnabled = input.PrivateDnsEnabled ?? endpoint.privateDnsEnabled;
  endpoint.groupIds.clear();
  for (const id of groupIds) endpoint.groupIds.add(id);
  for (const [subnetId, one] of endpoint.interfaces) {
    if (!leaving.has(subnetId)) continue;
    endpoint.interfaces.delete(subnetId);
    removeNetworkInterface(one, state);
  }
  for (const subnet of joining) addInterface(endpoint, subnet, call);
  return { Return: true };
};

/** Answers for each id on its own: what could not be deleted is listed, and the call succeeds. */
export const deleteEndpoints: Operation<'DeleteVpcEndpoints'> = (input, { state, world, nowMs }) => {
  const unsuccessful: UnsuccessfulItem[] = [];
  for (const id of required(input.VpcEndpointIds, 'vpcEndpointId')) {
    const endpoint = state.endpoints.get(id);
    if (endpoint === undefined) {
      const { code, message } = notFound('endpoint', id);
      unsuccessful.push({ ResourceId: id, Error: { Code: code, Message: message } });
    } else {
      endpoint.deletion ??= { goneAtMs: nowMs + world.timings.endpointDeletedMs };
    }
  }
  return { Unsuccessful: unsuccessful };
};
