import type { ProbeRow } from '../control-plane/health/probe-row.ts';
import { type EpochMs, epochMs } from '../control-plane/model/units.ts';
import type { FleetState } from '../handlers/runtime/fleet-state.ts';
import { type Context, fleetStateOf } from './context.ts';
import { nowMsAt } from './now-ms-at.ts';

/** All that is known of a fleet, and the moment it was read at. For whoever judges by both. */
export async function fleetNow(
  name: string | undefined,
  context: Context,
): Promise<{ readonly state: FleetState; readonly nowMs: EpochMs }> {
  const beganMs = await nowMsAt(context.endpointUrl);
  const state = await fleetStateOf(name, context);
  const endedMs = await nowMsAt(context.endpointUrl);
  return { state, nowMs: readAtMs(state.health.rows, beganMs, endedMs) };
}

/**
 * The moment that rows are a picture of: while they were read, and no earlier than the newest of them was written, where that was
 * meanwhile. In a simulator minutes pass between two calls.
 */
export const readAtMs = (rows: readonly ProbeRow[], beganMs: number, endedMs: number): EpochMs =>
  epochMs(Math.min(endedMs, Math.max(beganMs, ...rows.map(({ atMs }) => atMs))));
