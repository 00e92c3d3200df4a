import { beforeEach, describe, expect, test } from 'vitest';
import { known } from '../../support/known.ts';
import { IRELAND, VIRGINIA } from '../service-world.ts';
import { Ec2World } from './ec2-world.ts';

let aws: Ec2World;
beforeEach(() => {
  aws = new Ec2World();
});

describe('a VPC', () => {
  test('comes with a main table, a default ACL and a default group, and takes them along', async () => {
    const vpcId = await aws.vpc('10.0.5.9/16');
    const { Vpcs } = await aws.call('DescribeVpcs', { VpcIds: [vpcId] });
    expect(Vpcs).toMatchObject([{ CidrBlock: '10.0.0.0/16', State: 'available', IsDefault: false, Tags: [] }]);
    const { RouteTables } = await aws.call('DescribeRouteTables', {
      Filters: [{ Name: 'association.main', Values: ['true'] }],
    });
    expect(RouteTables).toMatchObject([
      {
        VpcId: vpcId,
        Associations: [{ Main: true }],
        Routes: [{ DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local', Origin: 'CreateRouteTable' }],
      },
    ]);
    const { SecurityGroups } = await aws.call('DescribeSecurityGroups', {});
    const groupId = known(SecurityGroups?.[0]?.GroupId);
    expect(SecurityGroups).toMatchObject([
      {
        GroupName: 'default',
        IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: groupId }], IpRanges: [] }],
        IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
      },
    ]);
    const { NetworkAcls } = await aws.call('DescribeNetworkAcls', {});
    expect(NetworkAcls?.[0]?.Entries?.map(({ RuleNumber, RuleAction }) => `${RuleNumber} ${RuleAction}`)).toEqual([
      '100 allow',
      '100 allow',
      '32767 deny',
      '32767 deny',
    ]);
    await aws.call('DeleteVpc', { VpcId: vpcId });
    const { vpcs, routeTables, routeTableAssociations, networkAcls, securityGroups } = aws.state();
    for (const left of [vpcs, routeTables, routeTableAssociations, networkAcls, securityGroups])
      expect(left.size).toBe(0);
  });

  test('belongs to its Region', async () => {
    const vpcId = await aws.vpc('10.0.0.0/16');
    expect(await aws.refusal('DescribeVpcs', { VpcIds: [vpcId] }, IRELAND)).toBe('InvalidVpcID.NotFound');
  });

  test('has DNS support and no DNS host names until told, one attribute a call', async () => {
    const VpcId = await aws.vpc('10.0.0.0/16');
    const attribute = async (Attribute: 'enableDnsSupport' | 'enableDnsHostnames') => {
      const { EnableDnsSupport, EnableDnsHostnames } = await aws.call('DescribeVpcAttribute', { VpcId, Attribute });
      return (EnableDnsSupport ?? EnableDnsHostnames)?.Value;
    };
    expect([await attribute('enableDnsSupport'), await attribute('enableDnsHostnames')]).toEqual([true, false]);
    await aws.call('ModifyVpcAttribute', { VpcId, EnableDnsHostnames: { Value: true } });
    expect(await attribute('enableDnsHostnames')).toBe(true);
    const both = { VpcId, EnableDnsHostnames: { Value: true }, EnableDnsSupport: { Value: true } };
    expect(await aws.refusal('ModifyVpcAttribute', both)).toBe('InvalidParameterCombination');
  });

  test.for([
    { CidrBlock: '10.0.0.0/15', code: 'InvalidVpc.Range', why: 'larger than /16' },
    { CidrBlock: '10.0.0.0/29', code: 'InvalidVpc.Range', why: 'smaller than /28' },
    { CidrBlock: 'ten', code: 'InvalidParameterValue', why: 'no block' },
    { CidrBlock: undefined, code: 'MissingParameter', why: 'no block named' },
  ])('of $CidrBlock is refused: $why', async ({ CidrBlock, code }) => {
    expect(await aws.refusal('CreateVpc', { CidrBlock })).toBe(code);
    expect(aws.state().vpcs.size).toBe(0);
  });

  test('is one of five until the quota is raised', async () => {
    for (let count = 0; count < 5; count += 1) await aws.vpc('10.0.0.0/16');
    expect(await aws.refusal('CreateVpc', { CidrBlock: '10.0.0.0/16' })).toBe('VpcLimitExceeded');
    aws.state().quotas.vpcs = 6;
    await aws.vpc('10.0.0.0/16');
  });

  test('that something is left in cannot be deleted', async () => {
    const VpcId = await aws.vpc('10.0.0.0/16');
    const others = await aws.vpc('10.1.0.0/16');
    const refused = async (why: string) =>
      expect(await aws.refusal('DeleteVpc', { VpcId }), why).toBe('DependencyViolation');
    const SubnetId = await aws.subnet(VpcId, '10.0.0.0/24');
    await refused('a subnet');
    await aws.call('DeleteSubnet', { SubnetId });
    const RouteTableId = await aws.routeTable(VpcId);
    await refused('a table of its own');
    await aws.call('DeleteRouteTable', { RouteTableId });
    const GroupId = await aws.group(VpcId, 'web');
    await refused('a group');
    await aws.call('DeleteSecurityGroup', { GroupId });
    const here = { region: VIRGINIA, vpcId: VpcId };
    const pcx = await aws.peering(here, { region: VIRGINIA, vpcId: others });
    await refused('an active peering');
    await aws.call('DeleteVpcPeeringConnection', { VpcPeeringConnectionId: pcx });
    await aws.call('DeleteVpc', { VpcId });
  });
});

describe('a secondary CIDR', () => {
  test('brings a local route and room for subnets, and leaves when they have', async () => {
    const VpcId = await aws.vpc('10.0.0.0/16');
    const table = await aws.routeTable(VpcId);
    const { CidrBlockAssociation } = await aws.call('AssociateVpcCidrBlock', { VpcId, CidrBlock: '10.9.0.0/16' });
    const AssociationId = known(CidrBlockAssociation?.AssociationId);
    expect(await aws.routes(table)).toEqual(['10.0.0.0/16 local active', '10.9.0.0/16 local active']);
    const SubnetId = await aws.subnet(VpcId, '10.9.1.0/24');
    expect(await aws.refusal('DisassociateVpcCidrBlock', { AssociationId })).toBe('DependencyViolation');
    await aws.call('DeleteSubnet', { SubnetId });
    await aws.call('DisassociateVpcCidrBlock', { AssociationId });
    expect(await aws.routes(table)).toEqual(['10.0.0.0/16 local active']);
  });

  test('is refused where it is in the way', async () => {
    const VpcId = await aws.vpc('10.0.0.0/16');
    const there = await aws.vpc('10.1.0.0/16', IRELAND);
    const third = await aws.vpc('10.2.0.0/16', IRELAND);
    const ends = [
      { region: VIRGINIA, vpcId: VpcId },
      { region: IRELAND, vpcId: there },
    ] as const;
    const pcx = await aws.peering(...ends);
    const route = { DestinationCidrBlock: '10.3.4.0/24', VpcPeeringConnectionId: pcx };
    await aws.call('CreateRoute', { RouteTableId: await aws.routeTable(VpcId), ...route });
    const refused = async (CidrBlock: string, why: string) =>
      expect(await aws.refusal('AssociateVpcCidrBlock', { VpcId, CidrBlock }), why).toBe('InvalidVpc.Range');
    await refused('10.0.128.0/17', 'its own primary one');
    await refused('10.1.128.0/17', 'the peer has it');
    await refused('10.3.0.0/16', 'a route leads to a part of it');
    await aws.call('AssociateVpcCidrBlock', { VpcId, CidrBlock: '10.3.4.0/28' });
    await aws.peering({ region: VIRGINIA, vpcId: VpcId }, { region: IRELAND, vpcId: third }, 'pending');
    await refused('10.200.0.0/16', 'it asks for a peering that is not accepted yet');
  });

  test('that an accepter adds over the requester lets the pending request fail', async () => {
    const here = { region: VIRGINIA, vpcId: await aws.vpc('10.0.0.0/16') };
    const there = { region: IRELAND, vpcId: await aws.vpc('10.1.0.0/16', IRELAND) };
    const pcx = await aws.peering(here, there, 'pending');
    await aws.call('AssociateVpcCidrBlock', { VpcId: there.vpcId, CidrBlock: '10.0.0.0/20' }, IRELAND);
    expect(await aws.peeringStatus(pcx)).toBe('failed');
  });

  test('is never the primary one when it is taken away', async () => {
    const vpcId = await aws.vpc('10.0.0.0/16');
    const AssociationId = known(aws.state().vpcs.get(vpcId)?.cidrs[0]?.id);
    expect(await aws.refusal('DisassociateVpcCidrBlock', { AssociationId })).toBe('OperationNotPermitted');
    expect(await aws.refusal('DisassociateVpcCidrBlock', { AssociationId: 'vpc-cidr-assoc-0' })).toBe(
      'InvalidVpcCidrBlockAssociationID.NotFound',
    );
  });
});

describe('a subnet', () => {
  test('has all its addresses but five', async () => {
    const VpcId = await aws.vpc('10.0.0.0/16');
    const { Subnet } = await aws.call('CreateSubnet', {
      VpcId,
      CidrBlock: '10.0.1.0/24',
      AvailabilityZoneId: 'use1-az2',
    });
    expect(Subnet).toMatchObject({ AvailabilityZone: 'us-east-1b', AvailableIpAddressCount: 251, State: 'available' });
  });

  test.for([
    { CidrBlock: '10.1.0.0/24', AvailabilityZone: 'us-east-1a', code: 'InvalidSubnet.Range', why: 'not in the VPC' },
    { CidrBlock: '10.0.0.0/15', AvailabilityZone: 'us-east-1a', code: 'InvalidSubnet.Range', why: 'larger than it' },
    { CidrBlock: '10.0.1.0/29', AvailabilityZone: 'us-east-1a', code: 'InvalidSubnet.Range', why: 'too small' },
    { CidrBlock: '10.0.0.128/25', AvailabilityZone: 'us-east-1a', code: 'InvalidSubnet.Conflict', why: 'overlap' },
    { CidrBlock: '10.0.1.0/24', AvailabilityZone: 'us-east-1z', code: 'InvalidParameterValue', why: 'no such zone' },
  ])('$CidrBlock in $AvailabilityZone is refused: $why', async ({ CidrBlock, AvailabilityZone, code }) => {
    const VpcId = await aws.vpc('10.0.0.0/16');
    await aws.subnet(VpcId, '10.0.0.0/24');
    expect(await aws.refusal('CreateSubnet', { VpcId, CidrBlock, AvailabilityZone })).toBe(code);
  });
});

test('34 Regions of three zones each', async () => {
  const { Regions } = await aws.call('DescribeRegions', {});
  expect(Regions).toHaveLength(34);
  const optIn = [{ Name: 'opt-in-status', Values: ['opted-in'] }];
  expect((await aws.call('DescribeRegions', { Filters: optIn })).Regions).toHaveLength(17);
  expect(await aws.refusal('DescribeRegions', { RegionNames: ['mars-north-1'] })).toBe('InvalidParameterValue');
  for (const { RegionName } of Regions ?? []) {
    const { AvailabilityZones } = await aws.call('DescribeAvailabilityZones', {}, RegionName);
    expect(AvailabilityZones?.map(({ ZoneName }) => ZoneName)).toEqual(['a', 'b', 'c'].map((z) => `${RegionName}${z}`));
    expect(AvailabilityZones?.[0]?.ZoneId).toMatch(/^[a-z]{3,5}\d-az1$/);
  }
});
