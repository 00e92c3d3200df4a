import { fileURLToPath } from 'node:url';
import type { Caller } from '../../handlers/runtime/caller.ts';
import { FleetStore } from '../../handlers/runtime/fleet-store.ts';
import { type Execution, type LocalLandbridge, localLandbridge } from '../../local/local-landbridge.ts';
import { readFleetFile } from '../../local/read-fleet-file.ts';
import { VirtualClock } from '../../simulator/clocks/virtual-clock.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import type { Timings } from '../../simulator/timings.ts';
import type { World } from '../../simulator/world.ts';

export const ACCOUNT = '111122223333';
export const EXAMPLE_FILE = fileURLToPath(new URL('../../examples/payments.fleet.yaml', import.meta.url));

export interface TestBed {
  readonly clock: VirtualClock;
  readonly world: World;
  readonly landbridge: LocalLandbridge;
  /** Runs a workflow to its end, in virtual time. */
  run(workflow: string, input: object, name?: string): Promise<Execution>;
  /** Joins Regions side by side, and insists that they all did. */
  join(...regions: readonly string[]): Promise<void>;
  store(): FleetStore;
}

interface TestBedOptions {
  readonly seed?: string;
  readonly timings?: Partial<Timings>;
  readonly around?: (caller: Caller) => Caller;
}

/** The example fleet in a world of its own under a virtual clock: no sockets, no sleeps, the same every time. */
export async function testBed({ seed = 'test', timings = {}, around }: TestBedOptions = {}): Promise<TestBed> {
  const clock = new VirtualClock();
  const world = createSimulator({ clock, seed, account: ACCOUNT, timings: { certificateIssuedMs: 0, ...timings } });
  const landbridge = await clock.runUntil(
    localLandbridge({ world, home: 'us-east-1', reach: { kind: 'in-process' }, ...(around !== undefined && { around }) }),
  );
  const found = readFleetFile(EXAMPLE_FILE, ACCOUNT);
  if ('problems' in found) throw new Error(JSON.stringify(found.problems));
  await clock.runUntil(landbridge.put(found.fleet, found.artefacts));
  const run: TestBed['run'] = (workflow, input, name) =>
    clock.runUntil(
      (async () => landbridge.ended(await landbridge.start(workflow, input, name)))(),
    );
  return {
    clock,
    world,
    landbridge,
    run,
    async join(...regions) {
      const ended = await Promise.all(
        await clock.runUntil(
          Promise.all(
            regions.map(async (region) =>
              landbridge.ended(await landbridge.start('onboard-region', { fleet: 'payments', region, role: 'serving' })),
            ),
          ),
        ),
      );
      for (const { status, cause } of ended) if (status !== 'SUCCEEDED') throw new Error(`a join ${status}: ${cause}`);
    },
    store: () => new FleetStore(landbridge.operator),
  };
}
