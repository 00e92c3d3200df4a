import { beforeAll, expect, test } from 'vitest';
import { keyOf } from '../../control-plane/model/target.ts';
import { epochMs } from '../../control-plane/model/units.ts';
import { handler as onSignal } from '../../handlers/on-signal.ts';
import type { Runtime } from '../../handlers/runtime/runtime.ts';
import { QUICK, type TestBed, testBed } from '../support/landbridge.ts';

const REGION = 'eu-west-1';

let bed: TestBed;
let vpcId: string;
let queries: number;
/** As one container of the function sees the world. */
let container: Runtime;

beforeAll(async () => {
  bed = await testBed({ timings: QUICK });
  await bed.join('us-east-1', REGION);
  vpcId = (await bed.state()).ids.get(keyOf('vpc', REGION)) ?? '';
  const { operator } = bed.landbridge;
  queries = 0;
  container = {
    ...operator,
    container: {},
    call: (call) => {
      if (call.service === 'dynamodb' && call.method === 'query') queries += 1;
      return operator.call(call);
    },
  };
});

const tagged = (resource: string): object => ({
  account: bed.world.account,
  region: REGION,
  time: new Date(container.nowMs()).toISOString(),
  detail: {
    eventName: 'CreateTags',
    eventID: 'e-1',
    userIdentity: { arn: 'arn:aws:iam::111122223333:user/stranger' },
    requestParameters: { resourcesSet: { items: [{ resourceId: resource }] } },
  },
});
const told = (resource: string): Promise<unknown> => bed.clock.runUntil(onSignal.runIn(container, tagged(resource)));

test('an event starts a reconcile of what it touched', async () => {
  expect(await told(vpcId)).toEqual({ started: [bed.fleet.name] });
});

test('fleets are read for the first event of a burst, and of the others only which runs wait', async () => {
  await bed.clock.runFor(10_000);
  queries = 0;
  await told('vpc-of-somebody-else');
  const forOne = queries;
  expect(forOne).toBeGreaterThan(1);
  for (let count = 0; count < 50; count += 1) await told('vpc-of-somebody-else');
  expect(queries).toBe(forOne);
  for (let count = 0; count < 50; count += 1) await told(vpcId);
  expect(queries).toBe(forOne + 50);
});

test('what was read by a clock that was ahead is not taken for young when the clock is put back', async () => {
  await bed.clock.runFor(10_000);
  const ahead: Runtime = { ...container, nowMs: () => epochMs(bed.clock.nowMs() + 360_000) };
  await bed.clock.runUntil(onSignal.runIn(ahead, tagged('vpc-of-somebody-else')));
  queries = 0;
  await told('vpc-of-somebody-else');
  expect(queries).toBeGreaterThan(1);
});

test('what has come since is known three seconds later', async () => {
  // What was begun is over, and nobody looks for a moment.
  await bed.clock.runFor(600_000);
  const made = 'vpc-made-since';
  await told(made);
  await bed.clock.runUntil(bed.store().remember(bed.fleet.name, { ids: new Map([[keyOf('vpc', REGION), made]]) }));
  await bed.clock.runFor(3_000);
  expect(await told(made)).toEqual({ started: [bed.fleet.name] });
});
