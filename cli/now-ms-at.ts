import { type EpochMs, epochMs } from '../control-plane/model/units.ts';

/** What time it is where the fleet lives: a simulator has a time of its own, which passes faster than this machine's. */
export const nowMsAt = async (endpointUrl: string | undefined): Promise<EpochMs> =>
  epochMs((await simulatedNowMs(endpointUrl)) ?? Date.now());

/** What time it is in the simulator, if that is what answers. */
export async function simulatedNowMs(endpointUrl: string | undefined): Promise<number | undefined> {
  if (endpointUrl === undefined) return undefined;
  try {
    const answer = await fetch(new URL('/_simulator/health', endpointUrl), { signal: AbortSignal.timeout(2_000) });
    const { nowMs } = (await answer.json()) as { nowMs?: unknown };
    return typeof nowMs === 'number' ? nowMs : undefined;
  } catch {
    // Another emulator answers whatever it likes to a path that it does not know, and nobody at all does not answer.
    return undefined;
  }
}
