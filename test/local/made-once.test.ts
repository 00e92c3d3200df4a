import { expect, test } from 'vitest';
import { isAsDeclared } from '../../local/scenario.ts';
import { virtualBed } from '../../local/virtual-bed.ts';

const HOME = 'us-east-1';
const SHOWS_AFTER_MS = 5_000;

test('what was made, and is not shown yet by reads of a moment later, is not made once more', async () => {
  // Found by a campaign: seed 1 of 3 members, 20 acts an hour, reads that are stale.
  const made: number[] = [];
  let nowMs = (): number => 0;
  const bed = await virtualBed({
    authorization: 'ignored',
    around: (caller) => async (call) => {
      const isHidden = nowMs() - (made.at(-1) ?? Number.NEGATIVE_INFINITY) < SHOWS_AFTER_MS;
      if (call.method === 'describeVpcEndpoints' && isHidden) return { VpcEndpoints: [] };
      const answer = await caller(call);
      if (call.method === 'createVpcEndpoint') made.push(nowMs());
      return answer;
    },
  });
  nowMs = () => bed.clock.nowMs();
  await bed.join(HOME);
  expect(made).toHaveLength(1);
  expect(await bed.clock.runUntil(isAsDeclared(bed.landbridge, bed.fleet.name))).toBe(true);
});
