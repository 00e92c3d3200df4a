import { z } from 'zod';
import { FleetStore } from './runtime/fleet-store.ts';
import { task } from './runtime/task.ts';

/**
 * Every fleet that was ever put: what the sweep goes through.
 *
 * Out  { fleets: ['payments'] }
 */
export const handler = task({
  input: z.unknown(),
  run: async (_input, runtime) => ({ fleets: await new FleetStore(runtime).fleets() }),
});
