import { describe, expect, test } from 'vitest';
import { type Dialogue, type ReadCall, read, type WriteCall, write } from '../../control-plane/model/aws-call.ts';
import { isAsDeclared } from '../../local/scenario.ts';
import { request } from '../../simulator/data-plane/request.ts';
import { linesOf } from '../support/inventory.ts';
import { ACCOUNT, QUICK, type TestBed, testBed } from '../support/landbridge.ts';

const URL = 'https://api.payments.example.com/health';
const REGION = 'eu-central-1';
const MINUTE_MS = 60_000;

interface Lent {
  readonly vpcId: string;
  readonly routeTableIds: readonly string[];
  readonly subnetIds: readonly string[];
}

/** A VPC of somebody's, as one finds them: a block in the supernet's range and one outside, two zones, a table each. */
function* somebodysVpc(): Dialogue<ReadCall | WriteCall, Lent> {
  const { Vpc } = yield* write(REGION, 'ec2', 'createVpc', { CidrBlock: '10.75.0.0/16' });
  const VpcId = Vpc?.VpcId ?? '';
  yield* write(REGION, 'ec2', 'modifyVpcAttribute', { VpcId, EnableDnsHostnames: { Value: true } });
  yield* write(REGION, 'ec2', 'associateVpcCidrBlock', { VpcId, CidrBlock: '172.20.0.0/16' });
  yield* write(REGION, 'ec2', 'createTags', { Resources: [VpcId], Tags: [{ Key: 'Name', Value: 'theirs' }] });
  const { InternetGateway } = yield* write(REGION, 'ec2', 'createInternetGateway', {});
  const InternetGatewayId = InternetGateway?.InternetGatewayId ?? '';
  yield* write(REGION, 'ec2', 'attachInternetGateway', { InternetGatewayId, VpcId });
  const { AvailabilityZones = [] } = yield* read(REGION, 'ec2', 'describeAvailabilityZones', {});
  const routeTableIds: string[] = [];
  const subnetIds: string[] = [];
  for (const [index, CidrBlock] of ['10.75.0.0/20', '172.20.0.0/20'].entries()) {
    const { Subnet } = yield* write(REGION, 'ec2', 'createSubnet', {
      VpcId,
      CidrBlock,
      AvailabilityZone: AvailabilityZones[index]?.ZoneName,
    });
    const SubnetId = Subnet?.SubnetId ?? '';
    const { RouteTable } = yield* write(REGION, 'ec2', 'createRouteTable', { VpcId });
    const RouteTableId = RouteTable?.RouteTableId ?? '';
    yield* write(REGION, 'ec2', 'associateRouteTable', { RouteTableId, SubnetId });
    yield* write(REGION, 'ec2', 'createRoute', {
      RouteTableId,
      DestinationCidrBlock: '0.0.0.0/0',
      GatewayId: InternetGatewayId,
    });
    routeTableIds.push(RouteTableId);
    subnetIds.push(SubnetId);
  }
  return { vpcId: VpcId, routeTableIds, subnetIds };
}

const vpcOf = async (bed: TestBed, region: string): Promise<string> => {
  const { ids, members } = await bed.state();
  return members.find((member) => member.region === region)?.borrowed?.vpcId ?? ids.get(`vpc/${region}`) ?? '';
};

/** Who is answered, by whom, from which subnet. */
async function answers(bed: TestBed, from: string, to: string, subnetId?: string): Promise<unknown> {
  const vpcId = await vpcOf(bed, from);
  const journey = await bed.clock.runUntil(
    request(bed.world, {
      from: { account: ACCOUNT, region: from, vpcId, ...(subnetId !== undefined && { subnetId }) },
      url: URL,
      pin: to,
      resolverCache: 'bypass',
    }),
  );
  return journey.answeredBy?.region ?? journey.hops.at(-1);
}

/** All there is in the Region, line by line. */
const linesIn = async (bed: TestBed, region: string): Promise<readonly string[]> =>
  linesOf((await bed.inventory()).filter((resource) => resource.region === region));

describe('a member in a VPC that is somebody else’s', () => {
  test('is called and calls from each of its blocks, and leaves the VPC as it was; and again', async () => {
    const bed = await testBed({ timings: QUICK });
    await bed.join('us-east-1', 'eu-west-1');
    const lent = await bed.asStranger(somebodysVpc());
    const was = await linesIn(bed, REGION);
    const elsewhere = linesOf((await bed.inventory()).filter(({ region }) => region !== REGION));
    const input = { fleet: 'payments', region: REGION, role: 'serving', vpc: lent };

    for (const time of ['first', 'second']) {
      expect(await bed.run('onboard-region', input), time).toMatchObject({ status: 'SUCCEEDED' });
      expect(await bed.clock.runUntil(isAsDeclared(bed.landbridge, 'payments'))).toBe(true);
      for (const other of ['us-east-1', 'eu-west-1']) {
        expect(await answers(bed, other, REGION)).toBe(REGION);
        for (const subnetId of lent.subnetIds) expect(await answers(bed, REGION, other, subnetId)).toBe(other);
      }
      const changed = (await linesIn(bed, REGION))
        .filter((line) => !was.includes(line))
        .map((line) => line.split(' ')[1]);
      // A subnet has two addresses fewer, and a route table its routes; the rest is as it was.
      const theirs = ['vpc', 'internet-gateway', 'network-acl'];
      expect(changed.filter((kind) => kind !== undefined && theirs.includes(kind))).toEqual([]);

      expect(await bed.run('offboard-region', { fleet: 'payments', region: REGION })).toMatchObject({
        status: 'SUCCEEDED',
        output: { outcome: 'left' },
      });
      await bed.clock.runFor(5 * MINUTE_MS);
      expect(await linesIn(bed, REGION), `byte for byte, the ${time} time`).toEqual(was);
      expect(linesOf((await bed.inventory()).filter(({ region }) => region !== REGION))).toEqual(elsewhere);
    }
  });
});
