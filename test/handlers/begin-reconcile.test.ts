import { beforeAll, expect, test } from 'vitest';
import { keyOf } from '../../control-plane/model/target.ts';
import { handler as beginReconcile } from '../../handlers/begin-reconcile.ts';
import { QUICK, type TestBed, testBed } from '../support/landbridge.ts';

let bed: TestBed;

beforeAll(async () => {
  bed = await testBed({ timings: QUICK });
  await bed.join('us-east-1', 'eu-west-1');
});

function begin(run: string, region: string, signal = 'operator'): Promise<unknown> {
  const { landbridge, clock, fleet, world } = bed;
  const execution = `arn:aws:states:us-east-1:${world.account}:execution:landbridge-reconcile:${run}`;
  const scope = { targets: [keyOf('vpc', region)] };
  const input = { fleet: fleet.name, run, execution, startedAtMs: landbridge.operator.nowMs(), scope, signal };
  return clock.runUntil(beginReconcile.runIn(landbridge.operator, input));
}

test('a reconcile that has its turn is on record before it looks: the next of its scope waits, others do not', async () => {
  expect(await begin('first', 'eu-west-1')).not.toHaveProperty('notBefore');
  expect(await begin('second', 'eu-west-1')).toHaveProperty('notBefore');
  expect(await begin('other', 'us-east-1')).not.toHaveProperty('notBefore');
  // Asked again, as after a death, it is no hindrance to itself.
  expect(await begin('first', 'eu-west-1')).not.toHaveProperty('notBefore');
});

test('what an event starts is left to another that waits still; what somebody asked for waits itself', async () => {
  const event = 'event: DeleteRoute in eu-west-1 by somebody';
  expect(await begin('event-1', 'eu-west-1', event)).toMatchObject({ leftTo: 'second' });
  expect(await begin('asked-for', 'eu-west-1')).toHaveProperty('notBefore');
  // Of two that wait already one goes, and its row with it.
  expect(await begin('second', 'eu-west-1', event)).toMatchObject({ leftTo: 'asked-for' });
  expect((await bed.state()).runs.map(({ run }) => run)).not.toContain('second');
});
