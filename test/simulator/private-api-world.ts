import type { ACM } from '@aws-sdk/client-acm';
import type { APIGateway } from '@aws-sdk/client-api-gateway';
import type { EC2 } from '@aws-sdk/client-ec2';
import type { Route53 } from '@aws-sdk/client-route-53';
import { expect } from 'vitest';
import { AwsError } from '../../simulator/aws-error.ts';
import { VirtualClock } from '../../simulator/clocks/virtual-clock.ts';
import { rootOf } from '../../simulator/principal.ts';
import type { InputOf, OutputOf } from '../../simulator/service.ts';
import { acm } from '../../simulator/services/acm/index.ts';
import { apiGateway } from '../../simulator/services/api-gateway/index.ts';
import { ec2 } from '../../simulator/services/ec2/index.ts';
import { route53 } from '../../simulator/services/route-53/index.ts';
import { awsTimings } from '../../simulator/timings.ts';
import { World } from '../../simulator/world.ts';

export const ACCOUNT = '111122223333';
export const VIRGINIA = 'us-east-1';
export const IRELAND = 'eu-west-1';

interface Clients {
  acm: ACM;
  'api-gateway': APIGateway;
  ec2: EC2;
  'route-53': Route53;
}
type NameIn<Service extends keyof Clients> = Capitalize<Extract<keyof Clients[Service], string>>;

/** A world with what a private API needs: networks, names, certificates, gateways. Calls go to Virginia by default. */
export class PrivateApiWorld {
  readonly clock = new VirtualClock();
  readonly world = new World({
    clock: this.clock,
    seed: 'private-api',
    timings: awsTimings,
    services: [acm, apiGateway, ec2, route53],
    account: ACCOUNT,
  });

  async call<Service extends keyof Clients, Name extends NameIn<Service>>(
    service: Service,
    operation: Name,
    input: InputOf<Clients[Service], Name>,
    region: string = VIRGINIA,
  ): Promise<OutputOf<Clients[Service], Name>> {
    const place = { account: ACCOUNT, region };
    const request = { service, operation, input: input as object, place, principal: rootOf(ACCOUNT) } as const;
    return (await this.world.invoke(request)) as OutputOf<Clients[Service], Name>;
  }

  pass(seconds: number): Promise<void> {
    return this.clock.runFor(seconds * 1_000);
  }

  async vpc(CidrBlock: string, region: string = VIRGINIA): Promise<string> {
    const { Vpc } = await this.call('ec2', 'CreateVpc', { CidrBlock }, region);
    return known(Vpc?.VpcId);
  }

  /** An endpoint for execute-api in a VPC of its own, with its DNS name and the zone of that. */
  async endpoint(region: string = VIRGINIA): Promise<{ id: string; dnsName: string; zoneId: string }> {
    const VpcId = await this.vpc('10.0.0.0/16', region);
    const zone = { VpcId, CidrBlock: '10.0.0.0/24', AvailabilityZone: `${region}a` };
    const { Subnet } = await this.call('ec2', 'CreateSubnet', zone, region);
    const { VpcEndpoint } = await this.call(
      'ec2',
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
    const { CertificateArn } = await this.call('acm', 'RequestCertificate', { DomainName }, region);
    await this.pass(60);
    return known(CertificateArn);
  }
}

/** 'Code: message' of the error that a call ends in. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'no error';
}

/** The value, in tests where there must be one. */
export function known<Value>(value: Value | undefined): Value {
  expect(value).toBeDefined();
  return value as Value;
}
