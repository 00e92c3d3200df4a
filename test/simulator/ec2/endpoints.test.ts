import { beforeEach, describe, expect, test } from 'vitest';
import { ec2Home } from '../../../simulator/services/ec2/state.ts';
import { route53 } from '../../../simulator/services/route-53/index.ts';
import { known } from '../../support/known.ts';
import { VIRGINIA } from '../service-world.ts';
import { Ec2World } from './ec2-world.ts';

const ServiceName = 'com.amazonaws.us-east-1.execute-api';

let aws: Ec2World;
let vpcId: string;
let subnets: string[];
beforeEach(async () => {
  aws = new Ec2World();
  vpcId = await aws.vpc('10.0.0.0/16');
  subnets = [await aws.subnet(vpcId, '10.0.0.0/24'), await aws.subnet(vpcId, '10.0.1.0/24', 'us-east-1b')];
});

const wanted = () => ({
  VpcId: vpcId,
  ServiceName,
  VpcEndpointType: 'Interface' as const,
  SubnetIds: subnets,
  PrivateDnsEnabled: false,
});

const create = async (more: object = {}): Promise<string> => {
  const { VpcEndpoint } = await aws.call('CreateVpcEndpoint', { ...wanted(), ...more });
  return known(VpcEndpoint?.VpcEndpointId);
};

const described = async () => known((await aws.call('DescribeVpcEndpoints', {})).VpcEndpoints);

describe('an interface endpoint', () => {
  test('has its interfaces and names at once, and is available after a while', async () => {
    const id = await create();
    const [pending] = await described();
    expect(pending).toMatchObject({
      VpcEndpointId: id,
      State: 'pending',
      SubnetIds: subnets,
      PrivateDnsEnabled: false,
    });
    const names = pending?.DnsEntries?.map(({ DnsName }) => DnsName?.replace(/-[0-9a-z]{8}(?=[-.])/, ''));
    expect(names).toEqual([
      `${id}.execute-api.us-east-1.vpce.amazonaws.com`,
      `${id}-us-east-1a.execute-api.us-east-1.vpce.amazonaws.com`,
      `${id}-us-east-1b.execute-api.us-east-1.vpce.amazonaws.com`,
    ]);
    expect(new Set(pending?.DnsEntries?.map(({ HostedZoneId }) => HostedZoneId)).size).toBe(1);
    const { NetworkInterfaces } = await aws.call('DescribeNetworkInterfaces', {});
    expect(
      NetworkInterfaces?.map(({ PrivateIpAddress, SubnetId, Status }) => `${PrivateIpAddress} ${SubnetId} ${Status}`),
    ).toEqual([`10.0.0.4 ${subnets[0]} in-use`, `10.0.1.4 ${subnets[1]} in-use`]);
    await aws.pass(90);
    expect((await described())[0]?.State).toBe('available');
  });

  test('holds its subnets and groups until it is gone', async () => {
    const GroupId = await aws.group(vpcId, 'endpoint');
    const id = await create({ SecurityGroupIds: [GroupId] });
    await aws.pass(90);
    const { Unsuccessful } = await aws.call('DeleteVpcEndpoints', { VpcEndpointIds: [id, 'vpce-0'] });
    expect(Unsuccessful).toMatchObject([{ ResourceId: 'vpce-0', Error: { Code: 'InvalidVpcEndpointId.NotFound' } }]);
    expect((await described())[0]?.State).toBe('deleting');
    expect(await aws.refusal('DeleteSubnet', { SubnetId: subnets[0] })).toBe('DependencyViolation');
    expect(await aws.refusal('DeleteSecurityGroup', { GroupId })).toBe('DependencyViolation');
    await aws.pass(30);
    expect(await described()).toEqual([]);
    expect(aws.state().networkInterfaces.size).toBe(0);
    await aws.call('DeleteSubnet', { SubnetId: subnets[0] });
    await aws.call('DeleteSecurityGroup', { GroupId });
    expect(await aws.refusal('DescribeVpcEndpoints', { VpcEndpointIds: [id] })).toBe('InvalidVpcEndpointId.NotFound');
  });

  test('is made once per client token, even after it was deleted', async () => {
    const token = { ClientToken: 'once' };
    const id = await create(token);
    expect(await create(token)).toBe(id);
    expect(await aws.refusal('CreateVpcEndpoint', { ...wanted(), ...token, SubnetIds: [] })).toBe(
      'IdempotentParameterMismatch',
    );
    await aws.call('DeleteVpcEndpoints', { VpcEndpointIds: [id] });
    await aws.pass(30);
    const { VpcEndpoint } = await aws.call('CreateVpcEndpoint', { ...wanted(), ...token });
    expect(VpcEndpoint).toMatchObject({ VpcEndpointId: id, State: 'deleted' });
    expect(await described()).toEqual([]);
    expect(await create({ ClientToken: 'again' })).not.toBe(id);
  });

  test('changes its subnets, groups and policy, all or nothing', async () => {
    const VpcEndpointId = await create();
    const GroupId = await aws.group(vpcId, 'endpoint');
    const own = known(aws.state().vpcs.get(vpcId)).defaultSecurityGroupId;
    const [a = '', b = ''] = subnets;
    const c = await aws.subnet(vpcId, '10.0.2.0/24', 'us-east-1c');
    const PolicyDocument = '{"Statement":[]}';
    const change = { VpcEndpointId, AddSecurityGroupIds: [GroupId], RemoveSecurityGroupIds: [own], PolicyDocument };
    expect(await aws.refusal('ModifyVpcEndpoint', { ...change, AddSubnetIds: ['subnet-0'] })).toBe(
      'InvalidSubnetID.NotFound',
    );
    expect((await described())[0]).toMatchObject({ Groups: [{ GroupId: own }], SubnetIds: [a, b] });
    await aws.call('ModifyVpcEndpoint', { ...change, AddSubnetIds: [c], RemoveSubnetIds: [a] });
    expect((await described())[0]).toMatchObject({
      Groups: [{ GroupId, GroupName: 'endpoint' }],
      SubnetIds: [b, c],
      PolicyDocument,
    });
    const { NetworkInterfaces } = await aws.call('DescribeNetworkInterfaces', {
      Filters: [{ Name: 'group-id', Values: [GroupId] }],
    });
    expect(NetworkInterfaces?.map(({ SubnetId }) => SubnetId)).toEqual([b, c]);
    const { Subnets } = await aws.call('DescribeSubnets', {});
    expect(Subnets?.map(({ AvailableIpAddressCount }) => AvailableIpAddressCount)).toEqual([251, 250, 250]);
    const none = { VpcEndpointId, RemoveSecurityGroupIds: [GroupId] };
    expect(await aws.refusal('ModifyVpcEndpoint', none)).toBe('InvalidParameterValue');
  });

  test('is refused with its reason', async () => {
    const twin = await aws.subnet(vpcId, '10.0.3.0/24');
    const stranger = await aws.vpc('10.5.0.0/16');
    const theirs = await aws.group(stranger, 'theirs');
    // biome-ignore format: a table is read down its columns
    const rows = [
      { more: { ServiceName: 'com.amazonaws.us-east-1.nonsense' }, code: 'InvalidServiceName' },
      { more: { ServiceName: 'com.amazonaws.eu-west-1.execute-api' }, code: 'InvalidServiceName' },
      { more: { VpcId: 'vpc-0' }, code: 'InvalidVpcID.NotFound' },
      { more: { SubnetIds: [...subnets, twin] }, code: 'DuplicateSubnetsInSameZone' },
      { more: { VpcId: stranger }, code: 'InvalidParameter' },
      { more: { SecurityGroupIds: ['sg-0'] }, code: 'InvalidGroup.NotFound' },
      { more: { SecurityGroupIds: [theirs] }, code: 'InvalidParameter' },
      { more: { PolicyDocument: '{' }, code: 'InvalidPolicyDocument' },
      { more: { VpcEndpointType: 'Gateway' as const }, code: 'UnsupportedOperation' },
      { more: { PrivateDnsEnabled: true }, code: 'InvalidParameter' },
      { more: { PrivateDnsEnabled: undefined }, code: 'InvalidParameter' },
    ];
    for (const { more, code } of rows)
      expect(await aws.refusal('CreateVpcEndpoint', { ...wanted(), ...more }), JSON.stringify(more)).toBe(code);
    aws.state().quotas.interfaceEndpointsPerVpc = 0;
    expect(await aws.refusal('CreateVpcEndpoint', wanted())).toBe('VpcEndpointLimitExceeded');
    expect(aws.state().networkInterfaces.size, 'nothing is left behind').toBe(0);
  });
});

describe('private DNS', () => {
  beforeEach(() => aws.call('ModifyVpcAttribute', { VpcId: vpcId, EnableDnsHostnames: { Value: true } }));

  test('is on unless declined, and gives the service its name in the VPC', async () => {
    await create({ PrivateDnsEnabled: undefined });
    const [endpoint] = await described();
    expect(endpoint?.PrivateDnsEnabled).toBe(true);
    expect(endpoint?.DnsEntries?.at(-1)?.DnsName).toBe('*.execute-api.us-east-1.amazonaws.com');
  });

  test('of one service is taken by one endpoint', async () => {
    const first = await create({ PrivateDnsEnabled: true });
    const VpcEndpointId = await create();
    const enable = { VpcEndpointId, PrivateDnsEnabled: true };
    expect(await aws.refusal('ModifyVpcEndpoint', enable)).toBe('InvalidParameter');
    await aws.call('ModifyVpcEndpoint', { VpcEndpointId: first, PrivateDnsEnabled: false });
    await aws.call('ModifyVpcEndpoint', enable);
  });

  test('is taken, too, by a private zone of that name', async () => {
    await aws.ask(route53, 'CreateHostedZone', {
      Name: 'execute-api.us-east-1.amazonaws.com',
      CallerReference: 'mine',
      VPC: { VPCRegion: VIRGINIA, VPCId: vpcId },
    });
    expect(await aws.refusal('CreateVpcEndpoint', { ...wanted(), PrivateDnsEnabled: true })).toBe('InvalidParameter');
  });
});

test('services are listed by their names in this Region', async () => {
  const { ServiceDetails } = await aws.call('DescribeVpcEndpointServices', { ServiceNames: [ServiceName] });
  expect(ServiceDetails).toMatchObject([
    { ServiceName, PrivateDnsName: '*.execute-api.us-east-1.amazonaws.com', Owner: 'amazon' },
  ]);
  expect(await aws.refusal('DescribeVpcEndpointServices', { ServiceNames: ['x'] })).toBe('InvalidServiceName');
});

test('a service is not offered in every zone: which they are is listed, and no endpoint of it lies in another', async () => {
  const { zonesWithout } = aws.world.state(ec2Home, { account: aws.world.account, region: VIRGINIA });
  zonesWithout.set('execute-api', new Set([`${VIRGINIA}a`]));
  const Filters = [{ Name: 'service-name', Values: [ServiceName] }];
  const { ServiceDetails } = await aws.call('DescribeVpcEndpointServices', { Filters });
  expect(ServiceDetails?.map(({ AvailabilityZones }) => AvailabilityZones)).toEqual([[`${VIRGINIA}b`, `${VIRGINIA}c`]]);
  const [first = '', ...others] = subnets;
  expect(await aws.refusal('CreateVpcEndpoint', wanted())).toBe('InvalidParameter');
  const { VpcEndpoint } = await aws.call('CreateVpcEndpoint', { ...wanted(), SubnetIds: others });
  const VpcEndpointId = VpcEndpoint?.VpcEndpointId;
  expect(await aws.refusal('ModifyVpcEndpoint', { VpcEndpointId, AddSubnetIds: [first] })).toBe('InvalidParameter');
});

test('an interface of an endpoint is not its subnet owner’s to delete', async () => {
  await create();
  const [one] = aws.state().networkInterfaces.keys();
  expect(await aws.refusal('DeleteNetworkInterface', { NetworkInterfaceId: one })).toBe('OperationNotPermitted');
});

test('a subnet runs out of addresses', async () => {
  const SubnetId = await aws.subnet(vpcId, '10.0.9.0/28');
  for (let count = 0; count < 11; count += 1) await aws.call('CreateNetworkInterface', { SubnetId });
  expect(await aws.refusal('CreateNetworkInterface', { SubnetId })).toBe('InsufficientFreeAddressesInSubnet');
  const taken = { SubnetId, PrivateIpAddress: '10.0.9.5' };
  expect(await aws.refusal('CreateNetworkInterface', taken)).toBe('InvalidIPAddress.InUse');
});
