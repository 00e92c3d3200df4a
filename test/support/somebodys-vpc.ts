import { type Dialogue, type ReadCall, read, type WriteCall, write } from '../../control-plane/model/aws-call.ts';

export interface Lent {
  readonly vpcId: string;
  readonly routeTableIds: readonly string[];
  readonly subnetIds: readonly string[];
}

/** A VPC of somebody's, as one finds them: a block in the supernet's range and one outside, two zones, a table each. */
export function* somebodysVpc(region: string): Dialogue<ReadCall | WriteCall, Lent> {
  const { Vpc } = yield* write(region, 'ec2', 'createVpc', { CidrBlock: '10.75.0.0/16' });
  const VpcId = Vpc?.VpcId ?? '';
  yield* write(region, 'ec2', 'modifyVpcAttribute', { VpcId, EnableDnsHostnames: { Value: true } });
  yield* write(region, 'ec2', 'associateVpcCidrBlock', { VpcId, CidrBlock: '172.20.0.0/16' });
  yield* write(region, 'ec2', 'createTags', { Resources: [VpcId], Tags: [{ Key: 'Name', Value: 'theirs' }] });
  const { InternetGateway } = yield* write(region, 'ec2', 'createInternetGateway', {});
  const InternetGatewayId = InternetGateway?.InternetGatewayId ?? '';
  yield* write(region, 'ec2', 'attachInternetGateway', { InternetGatewayId, VpcId });
  const { AvailabilityZones = [] } = yield* read(region, 'ec2', 'describeAvailabilityZones', {});
  const routeTableIds: string[] = [];
  const subnetIds: string[] = [];
  for (const [index, CidrBlock] of ['10.75.0.0/20', '172.20.0.0/20'].entries()) {
    const { Subnet } = yield* write(region, 'ec2', 'createSubnet', {
      VpcId,
      CidrBlock,
      AvailabilityZone: AvailabilityZones[index]?.ZoneName,
    });
    const SubnetId = Subnet?.SubnetId ?? '';
    const { RouteTable } = yield* write(region, 'ec2', 'createRouteTable', { VpcId });
    const RouteTableId = RouteTable?.RouteTableId ?? '';
    yield* write(region, 'ec2', 'associateRouteTable', { RouteTableId, SubnetId });
    yield* write(region, 'ec2', 'createRoute', {
      RouteTableId,
      DestinationCidrBlock: '0.0.0.0/0',
      GatewayId: InternetGatewayId,
    });
    routeTableIds.push(RouteTableId);
    subnetIds.push(SubnetId);
  }
  return { vpcId: VpcId, routeTableIds, subnetIds };
}
