import type { EC2 } from '@aws-sdk/client-ec2';
import { expect } from 'vitest';
import { AwsError } from '../../../simulator/aws-error.ts';
import { VirtualClock } from '../../../simulator/clocks/virtual-clock.ts';
import { rootOf } from '../../../simulator/principal.ts';
import type { InputOf, OutputOf } from '../../../simulator/service.ts';
import { ec2 } from '../../../simulator/services/ec2/index.ts';
import type { Ec2State } from '../../../simulator/services/ec2/state.ts';
import { route53 } from '../../../simulator/services/route-53/index.ts';
import { awsTimings } from '../../../simulator/timings.ts';
import { World } from '../../../simulator/world.ts';

export const ACCOUNT = '111122223333';
export const VIRGINIA = 'us-east-1';
export const IRELAND = 'eu-west-1';
export const SYDNEY = 'ap-southeast-2';

export type OperationName = Capitalize<Extract<keyof EC2, string>>;

/** EC2 of an empty world, and its clock. Calls are made in Virginia unless another Region is named. */
export class Ec2World {
  readonly clock = new VirtualClock();
  readonly world = new World({
    clock: this.clock,
    seed: 'ec2',
    timings: awsTimings,
    services: [ec2, route53],
    account: ACCOUNT,
  });

  async call<Name extends OperationName>(
    operation: Name,
    input: InputOf<EC2, Name>,
    region: string = VIRGINIA,
    account: string = ACCOUNT,
  ): Promise<OutputOf<EC2, Name>> {
    const place = { account, region };
    const principal = rootOf(account);
    const request = { service: 'ec2', operation, input: input as object, place, principal } as const;
    return this.world.invoke(request);
  }

  /** The code of the error that a call ends in. */
  async refusal<Name extends OperationName>(
    operation: Name,
    input: InputOf<EC2, Name>,
    region: string = VIRGINIA,
  ): Promise<string> {
    try {
      await this.call(operation, input, region);
    } catch (error) {
      if (error instanceof AwsError) return error.code;
      throw error;
    }
    return 'no error';
  }

  state(region: string = VIRGINIA): Ec2State {
    return this.world.state(ec2, { account: ACCOUNT, region });
  }

  pass(seconds: number): Promise<void> {
    return this.clock.runFor(seconds * 1_000);
  }

  async vpc(CidrBlock: string, region: string = VIRGINIA): Promise<string> {
    const { Vpc } = await this.call('CreateVpc', { CidrBlock }, region);
    return known(Vpc?.VpcId);
  }

  async subnet(VpcId: string, CidrBlock: string, AvailabilityZone = 'us-east-1a'): Promise<string> {
    const region = AvailabilityZone.slice(0, -1);
    const { Subnet } = await this.call('CreateSubnet', { VpcId, CidrBlock, AvailabilityZone }, region);
    return known(Subnet?.SubnetId);
  }

  async routeTable(VpcId: string, region: string = VIRGINIA): Promise<string> {
    const { RouteTable } = await this.call('CreateRouteTable', { VpcId }, region);
    return known(RouteTable?.RouteTableId);
  }

  async group(VpcId: string, GroupName: string, region: string = VIRGINIA): Promise<string> {
    const { GroupId } = await this.call('CreateSecurityGroup', { VpcId, GroupName, Description: 'test' }, region);
    return known(GroupId);
  }

  /** Requested in the first Region and, unless told otherwise, accepted in the second. */
  async peering(
    requester: { region: string; vpcId: string },
    accepter: { region: string; vpcId: string },
    until: 'requested' | 'pending' | 'active' = 'active',
  ): Promise<string> {
    const { VpcPeeringConnection } = await this.call(
      'CreateVpcPeeringConnection',
      { VpcId: requester.vpcId, PeerVpcId: accepter.vpcId, PeerRegion: accepter.region },
      requester.region,
    );
    const VpcPeeringConnectionId = known(VpcPeeringConnection?.VpcPeeringConnectionId);
    if (until === 'requested') return VpcPeeringConnectionId;
    await this.pass(3);
    if (until === 'pending') return VpcPeeringConnectionId;
    await this.call('AcceptVpcPeeringConnection', { VpcPeeringConnectionId }, accepter.region);
    await this.pass(3);
    return VpcPeeringConnectionId;
  }

  /** How a peering looks from a Region; 'absent' where it is not to be seen. */
  async peeringStatus(id: string, region: string = VIRGINIA): Promise<string> {
    const { VpcPeeringConnections } = await this.call('DescribeVpcPeeringConnections', {}, region);
    const found = VpcPeeringConnections?.find(({ VpcPeeringConnectionId }) => VpcPeeringConnectionId === id);
    return found?.Status?.Code ?? 'absent';
  }

  /** A table's routes as 'destination target state'. */
  async routes(id: string, region: string = VIRGINIA): Promise<string[]> {
    const { RouteTables } = await this.call('DescribeRouteTables', { RouteTableIds: [id] }, region);
    return (RouteTables?.[0]?.Routes ?? []).map(
      ({ DestinationCidrBlock, GatewayId, VpcPeeringConnectionId, NetworkInterfaceId, State }) =>
        `${DestinationCidrBlock} ${GatewayId ?? VpcPeeringConnectionId ?? NetworkInterfaceId} ${State}`,
    );
  }
}

/** The value, in tests where there must be one. */
export function known<Value>(value: Value | undefined): Value {
  expect(value).toBeDefined();
  return value as Value;
}
