import type { Service } from '../../simulator/service.ts';
import { acm } from '../../simulator/services/acm/index.ts';
import { apiGateway } from '../../simulator/services/api-gateway/index.ts';
import { ec2 } from '../../simulator/services/ec2/index.ts';
import { route53 } from '../../simulator/services/route-53/index.ts';
import { known } from '../support/known.ts';
import { ServiceWorld, VIRGINIA } from './service-world.ts';

/** A world for the tests of one service of those that make a private API, with what they need of the others. */
export class PrivateApiWorld<Client, State> extends ServiceWorld<Client, State> {
  constructor(service: Service<Client, State>) {
    super(service, acm, apiGateway, ec2, route53);
  }

  async vpc(CidrBlock: string, region: string = VIRGINIA): Promise<string> {
    const { Vpc } = await this.ask(ec2, 'CreateVpc', { CidrBlock }, region);
    return known(Vpc?.VpcId);
  }

  /** An endpoint for execute-api in a VPC of its own, with its DNS name and the zone of that. */
  async endpoint(region: string = VIRGINIA): Promise<{ id: string; dnsName: string; zoneId: string }> {
    const VpcId = await this.vpc('10.0.0.0/16', region);
    const zone = { VpcId, CidrBlock: '10.0.0.0/24', AvailabilityZone: `${region}a` };
    const { Subnet } = await this.ask(ec2, 'CreateSubnet', zone, region);
    const { VpcEndpoint } = await this.ask(
      ec2,
      'CreateVpcEndpoint',
      {
        VpcId,
        VpcEndpointType: 'Interface',
        ServiceName: `com.amazonaws.${region}.execute-api`,
        SubnetIds: [known(Subnet?.SubnetId)],
        PrivateDnsEnabled: false,
      },
      region,
    );
    const [entry] = VpcEndpoint?.DnsEntries ?? [];
    return {
      id: known(VpcEndpoint?.VpcEndpointId),
      dnsName: known(entry?.DnsName),
      zoneId: known(entry?.HostedZoneId),
    };
  }

  /** An issued certificate; time passes until it is. */
  async certificate(DomainName: string, region: string = VIRGINIA): Promise<string> {
    const { CertificateArn } = await this.ask(acm, 'RequestCertificate', { DomainName }, region);
    await this.pass(60);
    return known(CertificateArn);
  }
}
