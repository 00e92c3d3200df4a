import { describe, expect, test } from 'vitest';
import { linesOf } from '../../local/inventory.ts';
import { isAsDeclared } from '../../local/scenario.ts';
import { request } from '../../simulator/data-plane/request.ts';
import { ACCOUNT, QUICK, type TestBed, testBed } from '../support/landbridge.ts';
import { somebodysVpc } from '../support/somebodys-vpc.ts';

const URL = 'https://api.payments.example.com/health';
const REGION = 'eu-central-1';
const MINUTE_MS = 60_000;

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
    const lent = await bed.asStranger(somebodysVpc(REGION));
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
