import { interrupted } from '../../control-plane/loop/interrupted.ts';
import { type FleetState, FleetStore } from './fleet-store.ts';
import { Journal } from './journal.ts';
import type { Sight } from './look-at.ts';
import type { Runtime } from './runtime.ts';

/**
 * Notes writes whose outcome was never recorded, under the names of the runs that were interrupted, and closes their intents.
 *
 * In   the fleet and what was seen of it; `run` is who looks, if it is a run: what it intended itself is over
 */
export async function noteInterrupted(
  runtime: Runtime,
  { declared, intents }: FleetState,
  { chosen, observation }: Sight,
  run?: string,
): Promise<void> {
  const fleet = declared.fleet.name;
  const found = [...interrupted(intents.values(), chosen, observation, { run, nowMs: runtime.nowMs() })];
  // The journal before the intents: a death between the two leaves a trace too many, never one too few.
  await new Journal(runtime).append(
    fleet,
    found.map(
      ({ intent: { run: by, atMs, key: target, action, signal, fence, call, calls = [call], drift }, says }) => ({
        run: by,
        atMs,
        what: 'interrupted' as const,
        target,
        says,
        action,
        signal,
        fence,
        calls,
        drift,
      }),
    ),
  );
  const store = new FleetStore(runtime);
  for (const { intent } of found) await store.closeInterrupted(fleet, intent);
}
