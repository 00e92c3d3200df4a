import { beforeAll, describe, expect, test } from 'vitest';
import { kindNamed, kinds } from '../../control-plane/kinds/index.ts';
import type { AwsCall } from '../../control-plane/model/aws-call.ts';
import { converse, memoised } from '../../handlers/runtime/caller.ts';
import { placeIn } from '../../handlers/runtime/look-at.ts';
import { directCaller } from '../../local/direct-caller.ts';
import { VirtualClock } from '../../simulator/clocks/virtual-clock.ts';
import { rootOf } from '../../simulator/principal.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import { ACCOUNT } from '../support/landbridge.ts';
import { FIRST, LoneLoop, SECOND } from '../support/lone-loop.ts';

const MEMBERS = [FIRST, SECOND];
const WELL = { names: true, bit: true, watch: true };

let loop: LoneLoop;
beforeAll(async () => {
  const clock = new VirtualClock();
  const world = createSimulator({ clock, seed: 'budget', account: ACCOUNT, timings: { certificateIssuedMs: 0 } });
  const call = directCaller(world, ACCOUNT, rootOf(ACCOUNT));
  const pass = (ms: number): Promise<void> => clock.runFor(ms);
  const inventory = (): Promise<[]> => Promise.resolve([]);
  loop = await LoneLoop.begin({
    account: ACCOUNT,
    call,
    stranger: call,
    leftOut: {},
    nowMs: () => clock.nowMs(),
    pass,
    inventory,
  });
  await loop.settle();
});

/** Every survey of a full look at both members, each call once, and whether all is as wanted by what they tell. */
async function surveyAll(proven?: typeof WELL) {
  const made: AwsCall[] = [];
  const once = memoised((call) => {
    made.push(call);
    return loop.ground.call(call);
  });
  const observed: unknown[] = [];
  for (const region of MEMBERS)
    for (const kind of kinds.keys()) {
      const place = { ...placeIn(loop.state, region), proven };
      observed.push([kind, region, [...(await converse(kindNamed(kind).survey(place), once))]]);
    }
  return { made, observed };
}

describe('reads of a full look', () => {
  test('of members whose probers are heard from: at most 16 each, and 4', async () => {
    const { made } = await surveyAll(WELL);
    const once = ['describeTable', 'listHealthChecks', 'listRules'];
    const wide = made.filter(({ method }) => once.includes(method));
    // What hands events on to home is in every member but home, and of its rule and targets one is read by turns.
    expect(wide.map(({ method }) => method).toSorted(), 'once for the fleet').toEqual(once);
    expect(made.length).toBeLessThanOrEqual(16 * MEMBERS.length + 4);
    // One of them for the addresses of the endpoint, which whoever looks again and again remembers: this one does not.
    expect((made.length - wide.length) / MEMBERS.length, 'each').toBe(16);
  });

  test('of members that say nothing: what is not proven is read', async () => {
    const proven = (await surveyAll(WELL)).made;
    const { made } = await surveyAll();
    const more = made.length - proven.length;
    // Two attributes of the VPC; rule, targets and policy of the schedule; URL and policy of the bit. The list of rules holds
    // that of the schedule too, and the targets of what hands events on are read besides.
    expect(more).toBe(7 * MEMBERS.length);
  });

  test('proven or read, it is told alike', async () => {
    expect((await surveyAll(WELL)).observed).toEqual((await surveyAll()).observed);
  });
});
