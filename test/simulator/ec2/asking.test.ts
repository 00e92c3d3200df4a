import { beforeEach, describe, expect, test } from 'vitest';
import { ec2 } from '../../../simulator/services/ec2/index.ts';
import { known } from '../../support/known.ts';
import { IRELAND, VIRGINIA } from '../service-world.ts';
import { Ec2World, type OperationName } from './ec2-world.ts';

let aws: Ec2World;
beforeEach(() => {
  aws = new Ec2World();
  aws.state().quotas.vpcs = 100;
});

const Tags = (tags: Record<string, string>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

describe('tags', () => {
  test('are written, overwritten and removed by key, by key and value, or all', async () => {
    const id = await aws.vpc('10.0.0.0/16');
    const tags = async () => (await aws.call('DescribeVpcs', {})).Vpcs?.[0]?.Tags;
    await aws.call('CreateTags', { Resources: [id], Tags: Tags({ a: '1', b: '2', c: '3' }) });
    await aws.call('CreateTags', { Resources: [id], Tags: Tags({ a: 'one' }) });
    await aws.call('DeleteTags', { Resources: [id], Tags: [{ Key: 'b' }, { Key: 'c', Value: 'other' }] });
    expect(await tags()).toEqual(Tags({ a: 'one', c: '3' }));
    await aws.call('DeleteTags', { Resources: [id] });
    expect(await tags()).toEqual([]);
  });

  test('come with what is created, or nothing is created', async () => {
    const specification = (ResourceType: 'vpc' | 'subnet', tags: Record<string, string>) => ({
      CidrBlock: '10.0.0.0/16',
      TagSpecifications: [{ ResourceType, Tags: Tags(tags) }],
    });
    const { Vpc } = await aws.call('CreateVpc', specification('vpc', { Name: 'mine' }));
    expect(Vpc?.Tags).toEqual(Tags({ Name: 'mine' }));
    expect(await aws.refusal('CreateVpc', specification('subnet', {}))).toBe('InvalidParameterValue');
    expect(await aws.refusal('CreateVpc', specification('vpc', { 'aws:mine': '' }))).toBe('InvalidParameterValue');
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`key-${index}`, '']));
    expect(await aws.refusal('CreateVpc', specification('vpc', many))).toBe('TagLimitExceeded');
    expect(aws.state().vpcs.size).toBe(1);
  });

  test('are refused for what is not there, and then for all that was named', async () => {
    const id = await aws.vpc('10.0.0.0/16');
    const tag = (other: string) => aws.refusal('CreateTags', { Resources: [id, other], Tags: Tags({ a: '1' }) });
    expect(await tag('subnet-0')).toBe('InvalidSubnetID.NotFound');
    expect(await tag('sgr-0')).toBe('InvalidSecurityGroupRuleId.NotFound');
    expect(await tag('nonsense')).toBe('InvalidID');
    expect(aws.state().tags.size).toBe(0);
  });

  test('are listed on their own', async () => {
    const vpcId = await aws.vpc('10.0.0.0/16');
    const groupId = await aws.group(vpcId, 'web');
    await aws.call('CreateTags', { Resources: [vpcId, groupId], Tags: Tags({ fleet: 'payments' }) });
    const Filters = [
      { Name: 'tag:fleet', Values: ['pay*'] },
      { Name: 'resource-type', Values: ['security-group'] },
    ];
    const answer = await aws.call('DescribeTags', { Filters });
    expect(answer.Tags).toEqual([
      { Key: 'fleet', Value: 'payments', ResourceId: groupId, ResourceType: 'security-group' },
    ]);
  });
});

const found = async (...filters: [name: string, ...values: string[]][]) => {
  const Filters = filters.map(([Name, ...Values]) => ({ Name, Values }));
  const { Vpcs } = await aws.call('DescribeVpcs', { Filters });
  return Vpcs?.map(({ CidrBlock }) => CidrBlock);
};

describe('filters', () => {
  test('values are alternatives, filters conditions, and wildcards are honoured unless escaped', async () => {
    const first = await aws.vpc('10.1.0.0/16');
    await aws.vpc('10.2.0.0/16');
    await aws.call('CreateTags', { Resources: [first], Tags: [{ Key: 'note', Value: 'a*b?(c)' }] });
    expect(await found(['cidr', '10.1.0.0/16', '10.2.0.0/16'])).toEqual(['10.1.0.0/16', '10.2.0.0/16']);
    expect(await found(['cidr', '10.*'], ['tag-key', 'note'])).toEqual(['10.1.0.0/16']);
    expect(await found(['cidr', '10.?.0.0/16'])).toHaveLength(2);
    expect(await found(['cidr', '10x1.0.0/16'])).toEqual([]);
    expect(await found(['tag:note', 'a\\*b\\?(c)'])).toEqual(['10.1.0.0/16']);
    expect(await found(['tag:note', 'x\\*b\\?(c)'])).toEqual([]);
    expect(await found(['tag:note', 'A*'])).toEqual([]);
    expect(await found(['cidr'])).toEqual([]);
  });

  test('that nobody knows are refused', async () => {
    for (const name of ['colour', 'constructor', 'tag'])
      expect(await aws.refusal('DescribeVpcs', { Filters: [{ Name: name, Values: ['x'] }] }), name).toBe(
        'InvalidParameterValue',
      );
  });
});

describe('pages', () => {
  test('give each item once, whatever is deleted and made between them', async () => {
    const ids = [];
    for (let count = 0; count < 12; count += 1) ids.push(await aws.vpc('10.0.0.0/16'));
    const seen: string[] = [];
    const page = async (NextToken?: string) => {
      const answer = await aws.call('DescribeVpcs', { MaxResults: 5, ...(NextToken && { NextToken }) });
      seen.push(...(answer.Vpcs ?? []).map(({ VpcId }) => known(VpcId)));
      return answer.NextToken;
    };
    let token = await page();
    await aws.call('DeleteVpc', { VpcId: known(seen[2]) });
    await aws.call('DeleteVpc', { VpcId: known(seen[4]) });
    while (token !== undefined) token = await page(token);
    expect(seen.toSorted()).toEqual(ids.toSorted());
  });

  test.for([
    { input: { MaxResults: 4 }, code: 'InvalidParameterValue', why: 'fewer than 5' },
    { input: { MaxResults: 1_001 }, code: 'InvalidParameterValue', why: 'more than 1000' },
    { input: { NextToken: 'nonsense' }, code: 'InvalidNextToken', why: 'not a token of ours' },
  ])('$input is refused: $why', async ({ input, code }) => {
    expect(await aws.refusal('DescribeVpcs', input)).toBe(code);
  });
});

test('every operation answers a dry run, and does nothing', async () => {
  for (const operation of Object.keys(ec2.operations))
    expect(await aws.refusal(operation as OperationName, { DryRun: true }), operation).toBe('DryRunOperation');
  expect(aws.state().vpcs.size).toBe(0);
});

test('what a caller does to an answer stays with the caller', async () => {
  const vpcId = await aws.vpc('10.0.0.0/16');
  const there = { region: IRELAND, vpcId: await aws.vpc('10.1.0.0/16', IRELAND) };
  const VpcPeeringConnectionId = await aws.peering({ region: VIRGINIA, vpcId }, there);
  const table = await aws.routeTable(vpcId);
  await aws.call('CreateRoute', { RouteTableId: table, DestinationCidrBlock: '10.1.0.0/16', VpcPeeringConnectionId });
  await aws.call('CreateTags', { Resources: [vpcId, table], Tags: [{ Key: 'a', Value: 'b' }] });
  const SubnetIds = [await aws.subnet(vpcId, '10.0.0.0/24')];
  const ServiceName = 'com.amazonaws.us-east-1.sts';
  await aws.call('CreateVpcEndpoint', {
    VpcId: vpcId,
    ServiceName,
    SubnetIds,
    VpcEndpointType: 'Interface',
    PrivateDnsEnabled: false,
  });
  const describes = Object.keys(ec2.operations).filter((name) => name.startsWith('Describe')) as OperationName[];
  for (const operation of describes) {
    const input = operation === 'DescribeVpcAttribute' ? { VpcId: vpcId, Attribute: 'enableDnsSupport' } : {};
    const answer = await aws.call(operation, input);
    const before = structuredClone(answer);
    scribble(answer);
    expect(await aws.call(operation, input as never), operation).toEqual(before);
  }
});

/** Spoils everything that can be reached. */
function scribble(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    scribble(inner);
    Reflect.set(value, key, 'spoilt');
  }
  if (Array.isArray(value)) value.length = 0;
}

test('the same seed gives the same ids', async () => {
  expect(await aws.vpc('10.0.0.0/16')).toBe(await new Ec2World().vpc('10.0.0.0/16'));
  expect([...aws.state().vpcs.keys()][0]).toMatch(/^vpc-[0-9a-f]{17}$/);
});
