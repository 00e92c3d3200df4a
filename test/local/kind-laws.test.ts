import { describe } from 'vitest';
import { directCaller } from '../../local/direct-caller.ts';
import { inventoryOf } from '../../local/inventory.ts';
import { VirtualClock } from '../../simulator/clocks/virtual-clock.ts';
import { rootOf } from '../../simulator/principal.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import { describeKindLaws } from '../support/kind-laws.ts';
import { ACCOUNT } from '../support/landbridge.ts';
import type { Ground } from '../support/lone-loop.ts';

/** A simulated AWS of its own for each life, under a virtual clock. */
async function ground(): Promise<Ground> {
  const clock = new VirtualClock();
  const world = createSimulator({ clock, seed: 'laws', account: ACCOUNT, timings: { certificateIssuedMs: 0 } });
  const stranger = { kind: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/stranger`, account: ACCOUNT } as const;
  return {
    account: ACCOUNT,
    call: directCaller(world, ACCOUNT, rootOf(ACCOUNT)),
    stranger: directCaller(world, ACCOUNT, stranger),
    leftOut: {},
    nowMs: () => clock.nowMs(),
    pass: (ms) => clock.runFor(ms),
    inventory: () => inventoryOf(world),
  };
}

describe('laws of kinds, on the simulator', () => {
  describeKindLaws({ ground, gaps: {}, idle: {}, divergences: [] });
});
