import { createHash } from 'node:crypto';
import { strToU8, zipSync } from 'fflate';
import { beforeEach, describe, expect, test } from 'vitest';
import { cloudwatchLogs } from '../../../simulator/services/cloudwatch-logs/index.ts';
import { ec2 } from '../../../simulator/services/ec2/index.ts';
import { type HostContext, registerHostCode } from '../../../simulator/services/lambda/host.ts';
import { lambda } from '../../../simulator/services/lambda/index.ts';
import { known } from '../../support/known.ts';
import { ACCOUNT, IRELAND, ServiceWorld, VIRGINIA } from '../service-world.ts';

const zip = (text: string) => zipSync({ 'index.mjs': [strToU8(text), { mtime: 315_532_800_000 }] });
const ours = zip('export const handler = async () => "the zip of ours";');
const theirs = zip('export const handler = async () => "another zip";');
const sha256 = createHash('sha256').update(ours).digest('base64');

const newWorld = () => new ServiceWorld(lambda, cloudwatchLogs, ec2);
let aws: ReturnType<typeof newWorld>;
let seen: HostContext[];
beforeEach(() => {
  aws = newWorld();
  seen = [];
  registerHostCode(aws.world, sha256, (handler) => async (_event, context) => {
    seen.push(context);
    context.print(`hello from ${handler}`);
    return handler;
  });
});

const create = async (more: object = {}, region = VIRGINIA) => {
  await aws.call(
    'CreateFunction',
    {
      FunctionName: 'pay',
      Role: `arn:aws:iam::${ACCOUNT}:role/reader`,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: ours },
      ...more,
    },
    region,
  );
  await aws.pass(3);
};

const answer = async (region = VIRGINIA, more: object = {}) => {
  const { Payload } = await aws.call('Invoke', { FunctionName: 'pay', ...more }, region);
  return JSON.parse(known(Payload).transformToString()) as unknown;
};

describe('host code by the hash of the code', () => {
  test.for([VIRGINIA, IRELAND])('answers in %s, made after it was registered, with its handler', async (region) => {
    await create({ Handler: 'other.main' }, region);
    expect(await answer(region)).toBe('other.main');
  });

  test('leaves with the code, for the version that has other code, and comes back with it', async () => {
    await create();
    await aws.call('PublishVersion', { FunctionName: 'pay' });
    await aws.call('UpdateFunctionCode', { FunctionName: 'pay', ZipFile: theirs });
    await aws.pass(3);
    expect(await answer()).toBe('another zip');
    expect(await answer(VIRGINIA, { Qualifier: '1' })).toBe('index.handler');
    await aws.call('UpdateFunctionCode', { FunctionName: 'pay', ZipFile: ours });
    await aws.pass(3);
    expect(await answer()).toBe('index.handler');
  });

  test('is that of one world only', async () => {
    aws = newWorld();
    await create();
    expect(await answer()).toBe('the zip of ours');
  });

  test('prints into the log of the function', async () => {
    await create();
    await answer();
    const { events } = await aws.ask(cloudwatchLogs, 'FilterLogEvents', { logGroupName: '/aws/lambda/pay' });
    expect(known(events).map(({ message }) => message?.split(' ')[0])).toEqual(['START', 'hello', 'END', 'REPORT']);
  });

  test('fills no memory with what it prints: the latest is kept', async () => {
    await create();
    registerHostCode(
      aws.world,
      sha256,
      () =>
        async (event, { print }) =>
          print(`run ${String(event)}`),
    );
    for (let run = 0; run < 2_000; run += 1) await aws.call('Invoke', { FunctionName: 'pay', Payload: String(run) });
    const group = known(
      aws.world.state(cloudwatchLogs, { account: ACCOUNT, region: VIRGINIA }).groups.get('/aws/lambda/pay'),
    );
    const [stream] = group.streams.values();
    expect(known(stream).events.length).toBeLessThan(2_100);
    expect(known(stream).events.at(-3)?.message).toBe('run 1999\n');
  });

  test('keeps the streams made last, where each change of its code makes a new one', async () => {
    await create();
    for (let change = 0; change < 30; change += 1) {
      await answer();
      await aws.call('UpdateFunctionConfiguration', { FunctionName: 'pay', Description: String(change) });
      await aws.pass(3);
    }
    const { logStreams } = await aws.ask(cloudwatchLogs, 'DescribeLogStreams', { logGroupName: '/aws/lambda/pay' });
    expect(logStreams).toHaveLength(10);
  });

  test('is told how wrong the clock of its machine is', async () => {
    await create();
    await create({}, IRELAND);
    aws.world.outages.setSkew(IRELAND, 400);
    await answer();
    await answer(IRELAND);
    expect(seen.map(({ clockSkewMs }) => clockSkewMs)).toEqual([0, 400]);
  });

  test('is cut off when its Region goes dark, and nobody hears of it', async () => {
    await create();
    registerHostCode(aws.world, sha256, () => async (_event, context) => {
      seen.push(context);
      await aws.clock.sleep(2_000);
    });
    const asked = aws.refused('Invoke', { FunctionName: 'pay' });
    await aws.pass(1);
    aws.world.outages.darken(VIRGINIA);
    await aws.pass(3);
    expect(await asked).toMatchObject({ code: 'TimeoutError' });
    expect(seen[0]?.signal.aborted).toBe(true);
    aws.world.outages.lighten(VIRGINIA);
    expect((await aws.ask(cloudwatchLogs, 'DescribeLogGroups', {})).logGroups).toEqual([]);
  });

  test('that nobody waits for starts when its Region is light', async () => {
    await create();
    await aws.call('Invoke', { FunctionName: 'pay', InvocationType: 'Event' });
    aws.world.outages.darken(VIRGINIA);
    await aws.pass(600);
    expect(seen).toEqual([]);
    aws.world.outages.lighten(VIRGINIA);
    await aws.pass(1);
    expect(seen).toHaveLength(1);
  });
});

describe('a function in a VPC', () => {
  const network = async (CidrBlock = '10.0.0.0/16') => {
    const { Vpc } = await aws.ask(ec2, 'CreateVpc', { CidrBlock });
    const VpcId = known(Vpc?.VpcId);
    const subnet = async (cidr: string) =>
      known((await aws.ask(ec2, 'CreateSubnet', { VpcId, CidrBlock: cidr })).Subnet?.SubnetId);
    const { GroupId } = await aws.ask(ec2, 'CreateSecurityGroup', { VpcId, GroupName: 'pay', Description: 'test' });
    return { VpcId, subnet, group: known(GroupId) };
  };

  test('says so, in its configuration, in lists, and to its code', async () => {
    const { VpcId, subnet, group } = await network();
    const SubnetIds = [await subnet('10.0.0.0/24'), await subnet('10.0.1.0/24')];
    const VpcConfig = { SubnetIds, SecurityGroupIds: [group] };
    await create({ VpcConfig });
    const shown = { ...VpcConfig, VpcId };
    expect(await aws.call('GetFunctionConfiguration', { FunctionName: 'pay' })).toMatchObject({ VpcConfig: shown });
    expect((await aws.call('ListFunctions', {})).Functions).toMatchObject([{ VpcConfig: shown }]);
    await answer();
    expect(seen[0]?.vpc).toEqual({ vpcId: VpcId, subnetIds: SubnetIds, securityGroupIds: [group] });
  });

  test('stays there until it is taken out, and may be put in later', async () => {
    const { VpcId, subnet, group } = await network();
    const VpcConfig = { SubnetIds: [await subnet('10.0.0.0/24')], SecurityGroupIds: [group] };
    const change = async (more: object) => {
      const changed = await aws.call('UpdateFunctionConfiguration', { FunctionName: 'pay', ...more });
      await aws.pass(3);
      return changed.VpcConfig?.VpcId;
    };
    await create();
    expect(await change({ VpcConfig })).toBe(VpcId);
    expect(await change({ Timeout: 9 })).toBe(VpcId);
    expect(await change({ VpcConfig: { SubnetIds: [], SecurityGroupIds: [] } })).toBeUndefined();
    await answer();
    expect(seen[0]?.vpc).toBeUndefined();
  });

  test('needs subnets and groups that are there, and of one VPC', async () => {
    const { subnet, group } = await network();
    const other = await network('10.1.0.0/16');
    const id = await subnet('10.0.0.0/24');
    const refusal = async (SubnetIds: string[], SecurityGroupIds: string[]) => {
      const error = await aws.refused('CreateFunction', {
        FunctionName: 'pay',
        Role: `arn:aws:iam::${ACCOUNT}:role/reader`,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile: ours },
        VpcConfig: { SubnetIds, SecurityGroupIds },
      });
      expect(error.code).toBe('InvalidParameterValueException');
      return error.message;
    };
    expect(await refusal([id], [])).toBe('SubnetIds and SecurityIds must coexist or be both empty list.');
    expect(await refusal(['subnet-1'], [group])).toBe(
      "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. EC2 Error Message: The subnet ID 'subnet-1' does not exist",
    );
    expect(await refusal([id], ['sg-1'])).toBe(
      "Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. EC2 Error Message: The security group 'sg-1' does not exist",
    );
    expect(await refusal([id], [other.group])).toMatch(/is not in vpc-\w+, the VPC of the subnets/);
    expect(await refusal([id, await other.subnet('10.1.0.0/24')], [group])).toMatch(/not all in one VPC/);
  });
});
