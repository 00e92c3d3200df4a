import { expect, test } from 'vitest';
import { type AwsCall, read, write } from '../../control-plane/model/aws-call.ts';
import { isAsDeclared } from '../../local/scenario.ts';
import { known } from '../support/known.ts';
import { QUICK, type TestBed, testBed } from '../support/landbridge.ts';

/** Here the fleet asks for the peering, and there it accepts it. */
const HERE = 'us-east-1';
const THERE = 'eu-west-1';
const LINK = `peering/${THERE}~${HERE}` as const;
const MINUTE_MS = 60_000;

/** A world in which something happens just before the first call of ours by that name, once it is looked out for. */
async function worldWhereBefore(method: string) {
  let then: ((call: AwsCall) => Promise<unknown>) | undefined;
  const bed = await testBed({
    timings: QUICK,
    around: (caller) => async (call) => {
      const now = call.method === method ? then : undefined;
      if (now !== undefined) then = undefined;
      await now?.(call);
      return caller(call);
    },
  });
  const before = (happens: (call: AwsCall) => Promise<unknown>): void => {
    then = happens;
  };
  return { bed, before };
}

async function seen(bed: TestBed, id: string) {
  const { VpcPeeringConnections = [] } = await bed.asStranger(read(HERE, 'ec2', 'describeVpcPeeringConnections', {}));
  const found = VpcPeeringConnections.find(({ VpcPeeringConnectionId }) => VpcPeeringConnectionId === id);
  return { status: found?.Status?.Code, tags: found?.Tags };
}

const isWhole = (bed: TestBed): Promise<boolean> => bed.clock.runUntil(isAsDeclared(bed.landbridge, bed.fleet.name));

const remove = (bed: TestBed, VpcPeeringConnectionId: string) =>
  bed.asStranger(write(HERE, 'ec2', 'deleteVpcPeeringConnection', { VpcPeeringConnectionId }));

/** Somebody's request between the two VPCs, from there to here, while the fleet's own peering stands. */
async function askTheOtherWayRound(bed: TestBed): Promise<{ theirs: string; ours: string }> {
  await bed.join(HERE, THERE);
  const { ids } = await bed.state();
  const [VpcId, PeerVpcId] = [ids.get(`vpc/${THERE}`), ids.get(`vpc/${HERE}`)];
  const { VpcPeeringConnection } = await bed.asStranger(
    write(THERE, 'ec2', 'createVpcPeeringConnection', { VpcId, PeerVpcId, PeerRegion: HERE }),
  );
  await bed.clock.runFor(MINUTE_MS);
  return { theirs: known(VpcPeeringConnection?.VpcPeeringConnectionId), ours: known(ids.get(LINK)) };
}

test('a peering that a stranger asked for in the moment before us is not touched, and people are told of it', async () => {
  const { bed, before } = await worldWhereBefore('createVpcPeeringConnection');
  await bed.join(HERE);
  let theirs = '';
  before(async (call) => {
    const { TagSpecifications: _ours, ...input } = call.input as Record<string, unknown>;
    const answer = await bed.stranger({ ...call, input });
    theirs = (answer as { VpcPeeringConnection: { VpcPeeringConnectionId: string } }).VpcPeeringConnection
      .VpcPeeringConnectionId;
  });
  const { status, cause } = await bed.run('onboard-region', { fleet: 'payments', region: THERE, role: 'serving' });
  expect(status).toBe('FAILED');
  expect(cause).toContain(`${theirs} joins`);
  expect(cause).toContain("is not the fleet's: delete it");
  expect(await seen(bed, theirs)).toEqual({ status: 'pending-acceptance', tags: [] });
  expect([...(await bed.state()).ids.values()]).not.toContain(theirs);

  await remove(bed, theirs);
  await bed.clock.runFor(30 * MINUTE_MS);
  expect(await isWhole(bed)).toBe(true);
});

test('a request of somebody for the other way round holds nothing: the peering is made again beside it', async () => {
  const bed = await testBed({ timings: QUICK });
  const { theirs, ours } = await askTheOtherWayRound(bed);
  await remove(bed, ours);
  await bed.clock.runFor(5 * MINUTE_MS);
  expect(await isWhole(bed)).toBe(true);
  expect(await seen(bed, theirs)).toEqual({ status: 'pending-acceptance', tags: [] });
});

test('where somebody accepts it before ours is accepted, people are told, and ours is accepted once theirs is gone', async () => {
  const { bed, before } = await worldWhereBefore('acceptVpcPeeringConnection');
  const { theirs, ours } = await askTheOtherWayRound(bed);
  before(async () =>
    bed.stranger({
      access: 'write',
      region: HERE,
      service: 'ec2',
      method: 'acceptVpcPeeringConnection',
      input: { VpcPeeringConnectionId: theirs },
    }),
  );
  await remove(bed, ours);
  await bed.clock.runFor(5 * MINUTE_MS);
  expect(await seen(bed, theirs)).toEqual({ status: 'active', tags: [] });
  const told = (await bed.journal()).filter(({ what, target }) => what === 'finding' && target === LINK);
  expect(told.at(-1)?.says).toContain(`${theirs} joins`);

  await remove(bed, theirs);
  await bed.clock.runFor(15 * MINUTE_MS);
  expect(await isWhole(bed)).toBe(true);
});
