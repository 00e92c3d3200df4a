import { fileURLToPath } from 'node:url';
import type { Dialogue, ReadCall, WriteCall } from '../../control-plane/model/aws-call.ts';
import type { Fleet } from '../../control-plane/model/fleet.ts';
import { type Caller, converse } from '../../handlers/runtime/caller.ts';
import { type FleetState, FleetStore } from '../../handlers/runtime/fleet-store.ts';
import { Journal, type JournalEntry } from '../../handlers/runtime/journal.ts';
import { directCaller } from '../../local/direct-caller.ts';
import { type Execution, type LocalLandbridge, localLandbridge } from '../../local/local-landbridge.ts';
import { readFleetFile } from '../../local/read-fleet-file.ts';
import { VirtualClock } from '../../simulator/clocks/virtual-clock.ts';
import type { Principal } from '../../simulator/principal.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import type { Timings } from '../../simulator/timings.ts';
import type { World } from '../../simulator/world.ts';
import { inventoryOf, type Resource } from './inventory.ts';

export const ACCOUNT = '111122223333';
export const EXAMPLE_FILE = fileURLToPath(new URL('../../examples/payments.fleet.yaml', import.meta.url));

/** A private domain of API Gateway takes half an hour to be usable; where that is not the point, it takes two minutes. */
export const QUICK: Partial<Timings> = { domainNameMs: 60_000, accessAssociationMs: 60_000 };

/** Somebody with an AWS console, who is not Landbridge. */
const strangerPrincipal: Principal = {
  kind: 'IAMUser',
  arn: `arn:aws:iam::${ACCOUNT}:user/stranger`,
  account: ACCOUNT,
};

export interface TestBed {
  readonly clock: VirtualClock;
  readonly world: World;
  readonly landbridge: LocalLandbridge;
  /** Makes calls in the stranger's name. */
  readonly stranger: Caller;
  /** Holds a conversation with AWS in the stranger's name. */
  asStranger<Result>(dialogue: Dialogue<ReadCall | WriteCall, Result>): Promise<Result>;
  /** Runs a workflow to its end, in virtual time. */
  run(workflow: string, input: object, name?: string): Promise<Execution>;
  /** Joins Regions side by side, and insists that they all did. */
  join(...regions: readonly string[]): Promise<void>;
  store(): FleetStore;
  state(): Promise<FleetState>;
  /** The whole journal, oldest first. */
  journal(): Promise<readonly JournalEntry[]>;
  inventory(): Promise<readonly Resource[]>;
}

interface TestBedOptions {
  readonly seed?: string;
  readonly timings?: Partial<Timings>;
  readonly around?: (caller: Caller) => Caller;
  /** The example fleet, but for what this changes. */
  readonly declare?: (fleet: Fleet) => Fleet;
}

/** The example fleet in a world of its own under a virtual clock: no sockets, no sleeps, the same every time. */
export async function testBed({
  seed = 'test',
  timings = {},
  around,
  declare = (fleet) => fleet,
}: TestBedOptions = {}): Promise<TestBed> {
  const clock = new VirtualClock();
  const world = createSimulator({ clock, seed, account: ACCOUNT, timings: { certificateIssuedMs: 0, ...timings } });
  const landbridge = await clock.runUntil(
    localLandbridge({
      world,
      home: 'us-east-1',
      reach: { kind: 'in-process' },
      ...(around !== undefined && { around }),
    }),
  );
  const found = readFleetFile(EXAMPLE_FILE, ACCOUNT);
  if ('problems' in found) throw new Error(JSON.stringify(found.problems));
  await clock.runUntil(landbridge.put(declare(found.fleet), found.artefacts));
  const stranger = directCaller(world, ACCOUNT, strangerPrincipal);
  const startAndEnd = async (workflow: string, input: object, name?: string): Promise<Execution> =>
    landbridge.ended(await landbridge.start(workflow, input, name));
  const store = (): FleetStore => new FleetStore(landbridge.operator);
  return {
    clock,
    world,
    landbridge,
    stranger,
    asStranger: (dialogue) => clock.runUntil(converse(dialogue, stranger)),
    run: (workflow, input, name) => clock.runUntil(startAndEnd(workflow, input, name)),
    async join(...regions) {
      const joins = regions.map((region) =>
        startAndEnd('onboard-region', { fleet: 'payments', region, role: 'serving' }),
      );
      for (const { status, cause } of await clock.runUntil(Promise.all(joins)))
        if (status !== 'SUCCEEDED') throw new Error(`a join ${status}: ${cause}`);
    },
    store,
    state: () => clock.runUntil(store().load('payments')),
    async journal() {
      const newest = await clock.runUntil(new Journal(landbridge.operator).newest('payments', 100_000));
      return newest.toReversed();
    },
    inventory: () => clock.runUntil(inventoryOf(world)),
  };
}
