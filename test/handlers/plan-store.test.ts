import { expect, test } from 'vitest';
import type { Step } from '../../control-plane/loop/plan.ts';
import { PlanStore } from '../../handlers/runtime/plan-store.ts';
import { testBed } from '../support/landbridge.ts';

const LEASE = 'member/us-east-1';

/** As many steps as fill more than one row, or fewer. */
const steps = (count: number): readonly Step[] =>
  Array.from({ length: count }, (_, index) => ({
    key: `vpc/${index}`,
    action: 'change',
    region: 'us-east-1',
    lease: LEASE,
    desired: 'x'.repeat(1_000),
    drift: [],
  })) as unknown as readonly Step[];

// biome-ignore format: a table is read down its columns
test.for([
  { of: 'the same length', before: 200, after: 200 },
  { of: 'which the later is shorter', before: 200, after: 100 },
  { of: 'which the later is longer', before: 100, after: 200 },
])('two looks at one round, of which Lambda gave up on one, make plans of $of: each has its own steps and fences', async ({ before, after }) => {
  const { clock, landbridge } = await testBed();
  const plans = new PlanStore(landbridge.operator);
  const planned = await clock.runUntil(plans.put('run#1', steps(before), new Map([[LEASE, 5]])));
  const late = await clock.runUntil(plans.put('run#1', steps(after), new Map([[LEASE, 3]])));
  expect(await clock.runUntil(plans.get(planned))).toMatchObject({ steps: steps(before), fences: { [LEASE]: 5 } });
  expect(await clock.runUntil(plans.get(late))).toMatchObject({ steps: steps(after), fences: { [LEASE]: 3 } });
});
