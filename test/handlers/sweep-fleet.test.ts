import { expect, test } from 'vitest';
import { write } from '../../control-plane/model/aws-call.ts';
import { Fault } from '../../control-plane/model/faults.ts';
import { handler as look } from '../../handlers/look.ts';
import type { Caller } from '../../handlers/runtime/caller.ts';
import { darkIn } from '../../handlers/runtime/situation.ts';
import { handler as sweepFleet } from '../../handlers/sweep-fleet.ts';
import { known } from '../support/known.ts';
import { QUICK, type TestBed, testBed } from '../support/landbridge.ts';

const FLEET = 'payments';
const AP = 'ap-southeast-2';
const MINUTE_MS = 60_000;

/** Three members, of which one is taken for dark. */
async function darkBed(): Promise<TestBed> {
  const bed = await testBed({ timings: QUICK });
  await bed.join('us-east-1', 'eu-west-1', AP);
  await bed.clock.runFor(3 * MINUTE_MS);
  bed.world.outages.darken(AP);
  await bed.clock.runFor(3 * MINUTE_MS);
  expect([...darkIn(await bed.state(), bed.clock.nowMs()).keys()]).toEqual([AP]);
  return bed;
}

test('a sweep says what it found though it cannot note that a Region is there', async () => {
  const bed = await darkBed();
  const { operator } = bed.landbridge;
  bed.world.outages.lighten(AP);
  let refused = 0;
  const call: Caller = (made) => {
    if (made.access !== 'write' || !JSON.stringify(made.input).includes(`"answered#${AP}"`)) return operator.call(made);
    refused += 1;
    throw new Fault('Throttled', 'dynamodb batchWriteItem: ThrottlingException');
  };
  const swept = sweepFleet.runIn({ ...operator, call }, { fleet: FLEET });
  expect(await bed.clock.runUntil(swept)).toMatchObject({ fleet: FLEET });
  expect(refused).toBe(1);
});

test('a sweep waits for nobody who does not answer', async () => {
  const bed = await darkBed();
  const beganMs = bed.clock.nowMs();
  await bed.clock.runUntil(sweepFleet.runIn(bed.landbridge.operator, { fleet: FLEET }));
  expect(bed.clock.nowMs() - beganMs).toBeLessThan(5_000);
});

test('a sweep that fails has put nothing on record as begun that nobody begins', async () => {
  const bed = await testBed({ timings: QUICK });
  await bed.join('us-east-1', 'eu-west-1', AP);
  const { operator } = bed.landbridge;
  await bed.clock.runUntil(
    bed.store().changeMembers(FLEET, async ({ members }) => {
      const member = members.find(({ region }) => region === AP);
      return { ...(member !== undefined && { put: { ...member, phase: 'draining' } }), decision: undefined };
    }),
  );
  const { ids, members } = await bed.state();
  const RouteTableId = known(ids.get('route-table/us-east-1/main'));
  const [DestinationCidrBlock] = known(members.find(({ region }) => region === 'eu-west-1')).cidrs;
  await bed.asStranger(write('us-east-1', 'ec2', 'deleteRoute', { RouteTableId, DestinationCidrBlock }));
  const call: Caller = (made) => {
    if (made.method !== 'describeExecution') return operator.call(made);
    throw new Fault('Throttled', 'sfn describeExecution: ThrottlingException');
  };
  const failed = sweepFleet.runIn({ ...operator, call }, { fleet: FLEET }).catch((error: unknown) => error);
  expect(await bed.clock.runUntil(failed)).toBeInstanceOf(Fault);
  expect((await bed.state()).health.incidents).toEqual([]);
  const swept = await bed.clock.runUntil(sweepFleet.runIn(operator, { fleet: FLEET }));
  expect(swept).toMatchObject({ workflow: 'repair', unfinished: { workflow: 'offboard-region' } });
});

test('a way out that the home before had begun is gone on with here, and nobody is asked about it', async () => {
  const bed = await testBed({ timings: QUICK });
  await bed.join('us-east-1', AP);
  const { operator } = bed.landbridge;
  const by = 'arn:aws:states:eu-west-1:111122223333:execution:landbridge-offboard-region:before';
  await bed.clock.runUntil(
    bed.store().changeMembers(FLEET, async ({ members }) => {
      const member = members.find(({ region }) => region === AP);
      return { ...(member !== undefined && { put: { ...member, phase: 'draining', by } }), decision: undefined };
    }),
  );
  const call: Caller = (made) => {
    if (made.method === 'describeExecution' && JSON.stringify(made.input).includes('states:eu-west-1'))
      throw new Fault('Rejected', `sfn describeExecution: InvalidArn: ${by}`);
    return operator.call(made);
  };
  const swept = await bed.clock.runUntil(sweepFleet.runIn({ ...operator, call }, { fleet: FLEET }));
  expect(swept).toMatchObject({ unfinished: { workflow: 'offboard-region', input: { region: AP } } });
});

/** A route is gone, and a look that is later than its run has put that back on the list. */
async function bedWithALateLook() {
  const bed = await testBed({ timings: QUICK });
  await bed.join('us-east-1', 'eu-west-1');
  const { operator } = bed.landbridge;
  const { arn: execution } = await bed.run('reconcile', { fleet: FLEET });
  const run = execution.split(':').at(-1);
  const { ids, members } = await bed.state();
  const RouteTableId = known(ids.get('route-table/us-east-1/main'));
  const [DestinationCidrBlock] = known(members.find(({ region }) => region === 'eu-west-1')).cidrs;
  await bed.asStranger(write('us-east-1', 'ec2', 'deleteRoute', { RouteTableId, DestinationCidrBlock }));
  const asked = { fleet: FLEET, run, execution, purpose: 'reconcile', scope: {}, startedAtMs: bed.clock.nowMs() };
  await bed.clock.runUntil(look.runIn(operator, asked));
  return { bed, operator, run };
}

test('a look that is later than its run puts it back on the list: what it would have mended is not left to it', async () => {
  const { bed, operator, run } = await bedWithALateLook();
  expect((await bed.state()).runs).toMatchObject([{ run, isSettled: false }]);
  const swept = await bed.clock.runUntil(sweepFleet.runIn(operator, { fleet: FLEET }));
  expect(swept).toMatchObject({ drifting: 1 });
  expect((await bed.state()).runs).toEqual([]);
});

test('a sweep finds what there is though nobody says whether a run on the list has ended, and leaves to that what it is at', async () => {
  const { bed, operator, run } = await bedWithALateLook();
  const call: Caller = (made) => {
    if (made.method !== 'describeExecution') return operator.call(made);
    throw new Fault('Throttled', 'sfn describeExecution: ThrottlingException');
  };
  const swept = await bed.clock.runUntil(sweepFleet.runIn({ ...operator, call }, { fleet: FLEET }));
  expect(swept).toMatchObject({ drifting: 0 });
  expect((await bed.state()).runs.map((one) => one.run)).toContain(run);
});
