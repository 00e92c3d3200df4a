import type { Dialogue, ReadCall, WriteCall } from '../../control-plane/model/aws-call.ts';
import { type Caller, converse } from '../../handlers/runtime/caller.ts';
import type { FleetState } from '../../handlers/runtime/fleet-state.ts';
import { Journal, type JournalEntry } from '../../handlers/runtime/journal.ts';
import { directCaller } from '../../local/direct-caller.ts';
import { inventoryOf, type Resource } from '../../local/inventory.ts';
import { ACCOUNT, type VirtualBed, type VirtualBedOptions, virtualBed } from '../../local/virtual-bed.ts';
import type { Principal } from '../../simulator/principal.ts';
import type { Timings } from '../../simulator/timings.ts';

export { ACCOUNT, EXAMPLE_FILE } from '../../local/virtual-bed.ts';

/** A replica of the state table takes nine minutes and a half; where that is not the point, it takes half a minute. */
const QUICK_REPLICA: Partial<Timings> = { replicaActiveMs: 30_000 };

/** A private domain of API Gateway takes half an hour to be usable; where that is not the point either, it takes two minutes. */
export const QUICK: Partial<Timings> = { ...QUICK_REPLICA, domainNameMs: 60_000, accessAssociationMs: 60_000 };

/** Somebody with an AWS console, who is not Landbridge. */
const strangerPrincipal: Principal = {
  kind: 'IAMUser',
  arn: `arn:aws:iam::${ACCOUNT}:user/stranger`,
  account: ACCOUNT,
};

export interface TestBed extends VirtualBed {
  /** Makes calls in the stranger's name. */
  readonly stranger: Caller;
  /** Holds a conversation with AWS in the stranger's name. */
  asStranger<Result>(dialogue: Dialogue<ReadCall | WriteCall, Result>): Promise<Result>;
  state(): Promise<FleetState>;
  /** The whole journal, oldest first. */
  journal(): Promise<readonly JournalEntry[]>;
  inventory(): Promise<readonly Resource[]>;
}

/** The example fleet in a world of its own under a virtual clock, with a stranger in it. */
export async function testBed(options: VirtualBedOptions = {}): Promise<TestBed> {
  const bed = await virtualBed({ seed: 'test', ...options, timings: { ...QUICK_REPLICA, ...options.timings } });
  const { clock, world, landbridge, fleet, store } = bed;
  const stranger = directCaller(world, ACCOUNT, strangerPrincipal);
  return {
    ...bed,
    stranger,
    asStranger: (dialogue) => clock.runUntil(converse(dialogue, stranger)),
    state: () => clock.runUntil(store().load(fleet.name)),
    async journal() {
      const newest = await clock.runUntil(new Journal(landbridge.operator).newest(fleet.name, 100_000));
      return newest.toReversed();
    },
    inventory: () => clock.runUntil(inventoryOf(world)),
  };
}
