import { beforeEach, describe, expect, test } from 'vitest';
import { known } from '../../support/known.ts';
import { Ec2World } from './ec2-world.ts';

let aws: Ec2World;
let vpcId: string;
let GroupId: string;
beforeEach(async () => {
  aws = new Ec2World();
  vpcId = await aws.vpc('10.0.0.0/16');
  GroupId = await aws.group(vpcId, 'web');
});

const https = (CidrIp: string, Description?: string) => ({
  IpProtocol: 'tcp',
  FromPort: 443,
  ToPort: 443,
  IpRanges: [{ CidrIp, ...(Description !== undefined && { Description }) }],
});
const group = async () => {
  const { SecurityGroups } = await aws.call('DescribeSecurityGroups', { GroupIds: [GroupId] });
  return known(SecurityGroups?.[0]);
};
const rulesIn = async () => {
  const Filters = [{ Name: 'group-id', Values: [GroupId] }];
  const { SecurityGroupRules } = await aws.call('DescribeSecurityGroupRules', { Filters });
  return known(SecurityGroupRules).filter(({ IsEgress }) => IsEgress === false);
};

describe('rules of a security group', () => {
  test('are gathered by protocol and ports, in canonical form', async () => {
    const { SecurityGroupRules } = await aws.call('AuthorizeSecurityGroupIngress', {
      GroupId,
      IpPermissions: [https('10.0.0.1/8', 'all of us'), https('192.168.0.0/16')],
    });
    expect(SecurityGroupRules).toMatchObject([
      { CidrIpv4: '10.0.0.0/8', Description: 'all of us', IsEgress: false, IpProtocol: 'tcp', FromPort: 443 },
      { CidrIpv4: '192.168.0.0/16' },
    ]);
    expect((await group()).IpPermissions).toEqual([
      {
        IpProtocol: 'tcp',
        FromPort: 443,
        ToPort: 443,
        IpRanges: [{ CidrIp: '10.0.0.0/8', Description: 'all of us' }, { CidrIp: '192.168.0.0/16' }],
        Ipv6Ranges: [],
        PrefixListIds: [],
        UserIdGroupPairs: [],
      },
    ]);
  });

  test('exist once, whatever their description, and all of a call or none', async () => {
    await aws.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [https('10.0.0.0/8')] });
    const again = { GroupId, IpPermissions: [https('172.16.0.0/12'), https('10.0.0.0/8', 'again')] };
    expect(await aws.refusal('AuthorizeSecurityGroupIngress', again)).toBe('InvalidPermission.Duplicate');
    expect(await rulesIn()).toHaveLength(1);
    const twice = { GroupId, IpPermissions: [https('172.16.0.0/12'), https('172.16.0.0/12')] };
    expect(await aws.refusal('AuthorizeSecurityGroupIngress', twice)).toBe('InvalidPermission.Duplicate');
  });

  test('are revoked by their terms or by id', async () => {
    const IpPermissions = [https('10.0.0.0/8')];
    await aws.call('AuthorizeSecurityGroupIngress', {
      GroupId,
      IpPermissions: [...IpPermissions, https('172.16.0.0/12')],
    });
    await aws.call('RevokeSecurityGroupIngress', { GroupId, IpPermissions });
    expect(await aws.refusal('RevokeSecurityGroupIngress', { GroupId, IpPermissions })).toBe(
      'InvalidPermission.NotFound',
    );
    const SecurityGroupRuleIds = [known((await rulesIn())[0]?.SecurityGroupRuleId)];
    expect(await aws.refusal('RevokeSecurityGroupEgress', { GroupId, SecurityGroupRuleIds }), 'the wrong way').toBe(
      'InvalidPermission.NotFound',
    );
    const answer = await aws.call('RevokeSecurityGroupIngress', { GroupId, SecurityGroupRuleIds });
    expect(answer.RevokedSecurityGroupRules).toMatchObject([{ CidrIpv4: '172.16.0.0/12' }]);
    expect(await rulesIn()).toEqual([]);
    const gone = { GroupId, SecurityGroupRuleIds };
    expect(await aws.refusal('RevokeSecurityGroupIngress', gone)).toBe('InvalidSecurityGroupRuleId.NotFound');
  });

  test('are changed in place, and described anew', async () => {
    await aws.call('AuthorizeSecurityGroupIngress', {
      GroupId,
      IpPermissions: [https('10.0.0.0/8'), https('172.16.0.0/12')],
    });
    const [first] = await rulesIn();
    const SecurityGroupRuleId = known(first?.SecurityGroupRuleId);
    const modify = (CidrIpv4: string) => ({
      GroupId,
      SecurityGroupRules: [
        { SecurityGroupRuleId, SecurityGroupRule: { IpProtocol: '6', FromPort: 443, ToPort: 444, CidrIpv4 } },
      ],
    });
    await aws.call('ModifySecurityGroupRules', modify('10.0.0.0/9'));
    expect((await rulesIn())[0]).toMatchObject({
      SecurityGroupRuleId,
      CidrIpv4: '10.0.0.0/9',
      IpProtocol: 'tcp',
      ToPort: 444,
    });
    await aws.call('UpdateSecurityGroupRuleDescriptionsIngress', {
      GroupId,
      SecurityGroupRuleDescriptions: [{ SecurityGroupRuleId, Description: 'by id' }],
      IpPermissions: [https('172.16.0.0/12', 'by terms')],
    });
    expect((await rulesIn()).map(({ Description }) => Description)).toEqual(['by id', 'by terms']);
  });

  test('may refer to groups, which then cannot go', async () => {
    const callers = await aws.group(vpcId, 'callers');
    const UserIdGroupPairs = [{ GroupId: callers }];
    await aws.call('AuthorizeSecurityGroupIngress', {
      GroupId,
      IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs }],
    });
    expect((await group()).IpPermissions).toMatchObject([{ IpProtocol: '-1', UserIdGroupPairs }]);
    expect(await aws.refusal('DeleteSecurityGroup', { GroupId: callers })).toBe('DependencyViolation');
    await aws.call('DeleteSecurityGroup', { GroupId });
    await aws.call('DeleteSecurityGroup', { GroupId: callers });
  });

  test('are refused where they make no sense', async () => {
    const tcp = { IpProtocol: 'tcp', IpRanges: [{ CidrIp: '10.0.0.0/8' }] };
    // biome-ignore format: a table is read down its columns
    const rows = [
      { permission: { ...tcp, FromPort: 444, ToPort: 443 }, code: 'InvalidParameterValue', why: 'ports backwards' },
      { permission: { ...tcp, FromPort: 0, ToPort: 65_536 }, code: 'InvalidParameterValue', why: 'no such port' },
      { permission: tcp, code: 'MissingParameter', why: 'no ports' },
      { permission: https('10.0.0.0/40'), code: 'InvalidParameterValue', why: 'no such block' },
      { permission: { IpProtocol: 'carrier-pigeon' }, code: 'InvalidParameterValue', why: 'no such protocol' },
      { permission: { IpProtocol: '-1' }, code: 'InvalidParameterValue', why: 'nobody named' },
      { permission: { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-0' }] }, code: 'InvalidGroup.NotFound', why: 'no such group' },
    ];
    for (const { permission, code, why } of rows)
      expect(await aws.refusal('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [permission] }), why).toBe(
        code,
      );
    aws.state().quotas.rulesPerSecurityGroup = 1;
    const two = { GroupId, IpPermissions: [https('10.0.0.0/8'), https('172.16.0.0/12')] };
    expect(await aws.refusal('AuthorizeSecurityGroupIngress', two)).toBe('RulesPerSecurityGroupLimitExceeded');
    expect(await rulesIn()).toEqual([]);
  });

  test('are found by group filters', async () => {
    await aws.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [https('10.64.0.0/12')] });
    const found = async (Name: string, Value: string) => {
      const { SecurityGroups } = await aws.call('DescribeSecurityGroups', { Filters: [{ Name, Values: [Value] }] });
      return SecurityGroups?.map(({ GroupName }) => GroupName);
    };
    expect(await found('ip-permission.cidr', '10.64.0.0/12')).toEqual(['web']);
    expect(await found('ip-permission.from-port', '443')).toEqual(['web']);
    expect(await found('egress.ip-permission.cidr', '0.0.0.0/0')).toEqual(['default', 'web']);
    expect(await found('group-name', 'we?')).toEqual(['web']);
  });
});

test.for([
  { more: { GroupName: 'web' }, code: 'InvalidGroup.Duplicate', why: 'one name once in a VPC' },
  { more: { GroupName: 'default' }, code: 'InvalidParameterValue', why: 'reserved' },
  { more: { GroupName: 'sg-web' }, code: 'InvalidParameterValue', why: 'looks like an id' },
  { more: { Description: undefined }, code: 'MissingParameter', why: 'a description is required' },
  { more: { VpcId: undefined }, code: 'VPCIdNotSpecified', why: 'there is no default VPC' },
  { more: { VpcId: 'vpc-0' }, code: 'InvalidVpcID.NotFound', why: 'no such VPC' },
])('a group is refused: $why', async ({ more, code }) => {
  const input = { VpcId: vpcId, GroupName: 'other', Description: 'test', ...more };
  expect(await aws.refusal('CreateSecurityGroup', input)).toBe(code);
});

test('the default group stays', async () => {
  const own = known(aws.state().vpcs.get(vpcId)).defaultSecurityGroupId;
  expect(await aws.refusal('DeleteSecurityGroup', { GroupId: own })).toBe('CannotDelete');
});

describe('a network ACL', () => {
  test('keeps its entries in the order of their numbers, each way on its own', async () => {
    const { NetworkAcl } = await aws.call('CreateNetworkAcl', { VpcId: vpcId });
    const NetworkAclId = known(NetworkAcl?.NetworkAclId);
    const entry = (RuleNumber: number, RuleAction: 'allow' | 'deny') => ({
      NetworkAclId,
      RuleNumber,
      RuleAction,
      Egress: false,
      Protocol: 'tcp',
      CidrBlock: '10.0.0.0/8',
      PortRange: { From: 443, To: 443 },
    });
    await aws.call('CreateNetworkAclEntry', entry(200, 'allow'));
    await aws.call('CreateNetworkAclEntry', entry(100, 'deny'));
    await aws.call('CreateNetworkAclEntry', { ...entry(100, 'allow'), Egress: true });
    expect(await aws.refusal('CreateNetworkAclEntry', entry(100, 'allow'))).toBe('NetworkAclEntryAlreadyExists');
    expect(await aws.refusal('ReplaceNetworkAclEntry', entry(150, 'allow'))).toBe('InvalidNetworkAclEntry.NotFound');
    expect(await aws.refusal('CreateNetworkAclEntry', entry(32_767, 'allow'))).toBe('InvalidParameterValue');
    const ingress = () =>
      aws
        .state()
        .networkAcls.get(NetworkAclId)
        ?.entries.filter(({ egress }) => !egress)
        .map(({ number, action, protocol }) => `${number} ${action} ${protocol}`);
    expect(ingress()).toEqual(['100 deny 6', '200 allow 6']);
    await aws.call('ReplaceNetworkAclEntry', entry(100, 'allow'));
    await aws.call('DeleteNetworkAclEntry', { NetworkAclId, RuleNumber: 200, Egress: false });
    expect(ingress()).toEqual(['100 allow 6']);
  });

  test('holds the subnets put under it', async () => {
    const SubnetId = await aws.subnet(vpcId, '10.0.0.0/24');
    const { NetworkAcl } = await aws.call('CreateNetworkAcl', { VpcId: vpcId });
    const NetworkAclId = known(NetworkAcl?.NetworkAclId);
    const AssociationId = aws.state().subnets.get(SubnetId)?.networkAcl.id;
    await aws.call('ReplaceNetworkAclAssociation', { AssociationId, NetworkAclId });
    expect(await aws.refusal('DeleteNetworkAcl', { NetworkAclId })).toBe('DependencyViolation');
    const Filters = [{ Name: 'association.subnet-id', Values: [SubnetId] }];
    const { NetworkAcls } = await aws.call('DescribeNetworkAcls', { Filters });
    expect(NetworkAcls).toMatchObject([{ NetworkAclId, IsDefault: false }]);
    const own = known(aws.state().vpcs.get(vpcId)).defaultNetworkAclId;
    expect(await aws.refusal('DeleteNetworkAcl', { NetworkAclId: own })).toBe('InvalidParameterValue');
  });
});
