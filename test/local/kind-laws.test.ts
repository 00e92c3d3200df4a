import { describe } from 'vitest';
import type { Caller } from '../../handlers/runtime/caller.ts';
import { directCaller } from '../../local/direct-caller.ts';
import { inventoryOf } from '../../local/inventory.ts';
import { VirtualClock } from '../../simulator/clocks/virtual-clock.ts';
import { type Principal, rootOf } from '../../simulator/principal.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import type { World } from '../../simulator/world.ts';
import { describeKindLaws, ONLY_BETWEEN_ACCOUNTS } from '../support/kind-laws.ts';
import { ACCOUNT } from '../support/landbridge.ts';
import type { Ground } from '../support/lone-loop.ts';

const ABROAD = '222233334444';

/** Whoever it is has the same name in each account: what roles may is not what this is about. */
const everywhere =
  (world: World, principalIn: (account: string) => Principal): Caller =>
  ({ account, ...call }) => {
    const id = account?.id ?? ACCOUNT;
    return directCaller(world, id, principalIn(id))(call);
  };
const strangerIn = (account: string): Principal => ({
  kind: 'IAMUser',
  arn: `arn:aws:iam::${account}:user/stranger`,
  account,
});

/** A simulated AWS of its own for each life, under a virtual clock. */
// What a table's policy says is read some seconds late, and then kept for some: whoever looks at once would see what was.
const groundOf = (abroad?: string) => async (): Promise<Ground> => {
  const clock = new VirtualClock();
  const world = createSimulator({
    clock,
    seed: 'laws',
    account: ACCOUNT,
    timings: { certificateIssuedMs: 0, policyReadMs: 0, policyRestMs: 0 },
  });
  return {
    account: ACCOUNT,
    ...(abroad !== undefined && { abroad }),
    call: everywhere(world, rootOf),
    stranger: everywhere(world, strangerIn),
    leftOut: {},
    nowMs: () => clock.nowMs(),
    pass: (ms) => clock.runFor(ms),
    inventory: async () => [
      ...(await inventoryOf(world)),
      ...(abroad === undefined ? [] : await inventoryOf(world, abroad)),
    ],
  };
};

describe('laws of kinds, on the simulator', () => {
  describeKindLaws({ ground: groundOf(), gaps: {}, idle: ONLY_BETWEEN_ACCOUNTS, divergences: [] });
});

describe('laws of kinds, where one member lives in another account', () => {
  describeKindLaws({ ground: groundOf(ABROAD), gaps: {}, idle: {}, divergences: [] });
});
