import { fileURLToPath } from 'node:url';
import type { Fleet } from '../control-plane/model/fleet.ts';
import type { Caller } from '../handlers/runtime/caller.ts';
import { FleetStore } from '../handlers/runtime/fleet-store.ts';
import { readFleetFile } from '../operator/read-fleet-file.ts';
import { VirtualClock } from '../simulator/clocks/virtual-clock.ts';
import type { Trust } from '../simulator/memory.ts';
import { declareSteady } from '../simulator/services/lambda/code/steady-code.ts';
import { createSimulator } from '../simulator/simulator.ts';
import type { Timings } from '../simulator/timings.ts';
import type { Authorization, World } from '../simulator/world.ts';
import { agentPackage } from './agent-package.ts';
import { DEPLOYER } from './install.ts';
import { type Execution, type LocalLandbridge, localLandbridge } from './local-landbridge.ts';

export const ACCOUNT = '111122223333';
export const EXAMPLE_FILE = fileURLToPath(new URL('../examples/payments.fleet.yaml', import.meta.url));

/** The name of somebody who works in the same account, and may do everything there. */
const STRANGER = 'stranger';

/** Landbridge and a fleet in a world of their own under a virtual clock: no sockets, no sleeps, the same every time. */
export interface VirtualBed {
  readonly clock: VirtualClock;
  readonly world: World;
  readonly landbridge: LocalLandbridge;
  readonly fleet: Fleet;
  /** Runs a workflow to its end, in virtual time. */
  run(workflow: string, input: object, name?: string): Promise<Execution>;
  /** Joins Regions side by side, and insists that they all did. */
  join(...regions: readonly string[]): Promise<readonly Execution[]>;
  store(): FleetStore;
}

export interface VirtualBedOptions {
  readonly seed?: string;
  readonly timings?: Partial<Timings>;
  /** Wraps every handler's caller. */
  readonly around?: (caller: Caller) => Caller;
  /** The example fleet, but for what this changes. */
  readonly declare?: (example: Fleet) => Fleet;
  /** Accounts that have members besides the control plane's, and which fleets' they are. */
  readonly memberAccounts?: Readonly<Record<string, readonly string[]>>;
  /** Who of the control plane's account may look there besides. */
  readonly operators?: readonly string[];
  /** Left out: everybody may do what their policies say, and nothing else. */
  readonly authorization?: Authorization;
  /** What is made of what the world remembers. Left out: it is trusted. */
  readonly memory?: Trust;
  /** Is shown the world before anything is in it. */
  readonly watch?: (world: World) => void;
}

export async function virtualBed({
  seed = 'virtual',
  timings = {},
  around,
  declare = (example) => example,
  authorization = 'enforced',
  memberAccounts = {},
  operators,
  memory = 'trusted',
  watch,
}: VirtualBedOptions = {}): Promise<VirtualBed> {
  const clock = new VirtualClock();
  const world = createSimulator({
    clock,
    seed,
    account: ACCOUNT,
    timings: { certificateIssuedMs: 0, ...timings },
    authorization,
    trustedRoles: [DEPLOYER, STRANGER],
  });
  world.memory = memory;
  watch?.(world);
  const found = readFleetFile(EXAMPLE_FILE, ACCOUNT, agentPackage);
  if ('problems' in found) throw new Error(JSON.stringify(found.problems));
  // The example's function keeps nothing, and answers whatever it is asked from that alone.
  for (const codeSha256 of found.artefacts.keys()) declareSteady(world, codeSha256);
  const fleet = declare(found.fleet);
  const landbridge = await clock.runUntil(
    localLandbridge({
      world,
      home: fleet.home,
      standby: fleet.standby,
      reach: { kind: 'in-process' },
      memberAccounts,
      operators,
      ...(around !== undefined && { around }),
    }),
  );
  await clock.runUntil(landbridge.put(fleet, found.artefacts));
  const ended = async (workflow: string, input: object, name?: string): Promise<Execution> =>
    landbridge.ended(await landbridge.start(workflow, input, name));
  return {
    clock,
    world,
    landbridge,
    fleet,
    run: (workflow, input, name) => clock.runUntil(ended(workflow, input, name)),
    async join(...regions) {
      const joins = regions.map((region) => ended('onboard-region', { fleet: fleet.name, region, role: 'serving' }));
      const executions = await clock.runUntil(Promise.all(joins));
      for (const { status, cause } of executions)
        if (status !== 'SUCCEEDED') throw new Error(`a join ${status}: ${cause}`);
      return executions;
    },
    store: () => new FleetStore(landbridge.operator),
  };
}
