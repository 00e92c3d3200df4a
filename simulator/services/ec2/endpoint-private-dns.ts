import { AwsError } from '../../aws-error.ts';
import { associatedVpcs, zonesAnywhere } from '../route-53/state.ts';
import { endpointServiceNamed } from './endpoint-services.ts';
import { stateOfEndpoint } from './endpoint-state.ts';
import type { Ec2Call } from './operation.ts';
import type { Vpc } from './state.ts';

/**
 * Refuses private DNS where the VPC's resolver could not serve it, or where the names are taken: by another endpoint
 * to the same service, or by a private hosted zone of the same name.
 *
 * Source    the texts are those that EC2 gave in github.com/hashicorp/terraform-provider-aws/issues/17535 and 17269
 */
export function refusePrivateDns(vpc: Vpc, serviceName: string, exceptEndpointId: string | undefined, call: Ec2Call) {
  const { state, place, world, nowMs } = call;
  if (!vpc.dnsSupport || !vpc.dnsHostnames)
    throw new AwsError(
      'InvalidParameter',
      `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${vpc.id}`,
    );
  const domain = endpointServiceNamed(serviceName, place.region).privateName.replace('*.', '');
  const isTakenByEndpoint = state.endpoints
    .values()
    .some(
      (other) =>
        other.vpcId === vpc.id &&
        other.serviceName === serviceName &&
        other.privateDnsEnabled &&
        other.id !== exceptEndpointId &&
        stateOfEndpoint(other, nowMs) !== 'gone',
    );
  const isTakenByZone = zonesAnywhere(world).some(
    ({ zone }) =>
      zone.isPrivate && zone.name === `${domain}.` && associatedVpcs(zone).some(({ vpcId }) => vpcId === vpc.id),
  );
  if (isTakenByEndpoint || isTakenByZone)
    throw new AwsError(
      'InvalidParameter',
      `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${domain} in the VPC ${vpc.id}`,
    );
}
