import type { EC2 } from '@aws-sdk/client-ec2';
import type { InputOf } from '../../../simulator/service.ts';
import { ec2 } from '../../../simulator/services/ec2/index.ts';
import type { Ec2State } from '../../../simulator/services/ec2/state.ts';
import { route53 } from '../../../simulator/services/route-53/index.ts';
import { known } from '../../support/known.ts';
import { type NameIn, refusalCode, ServiceWorld, VIRGINIA } from '../service-world.ts';

export type OperationName = NameIn<EC2>;

/** EC2 of an empty world, and what its tests make there again and again. */
export class Ec2World extends ServiceWorld<EC2, Ec2State> {
  constructor() {
    super(ec2, route53);
  }

  /** The code of the error that a call ends in. */
  refusal<Name extends OperationName>(
    operation: Name,
    input: InputOf<EC2, Name>,
    region: string = VIRGINIA,
  ): Promise<string> {
    return refusalCode(this.call(operation, input, region));
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
