import type { FleetStore } from './fleet-store.ts';
import { Journal } from './journal.ts';
import type { Runtime } from './runtime.ts';

/** Somebody who may not wanted something of ours. */
export interface Refused {
  /** 'StartExecution', 'PutEvents' */
  readonly what: string;
  /** An ARN, or an account. */
  readonly who: string;
  readonly region: string;
  /** As AWS says it, or as we do. */
  readonly why: string;
  /** Of the call or the event, so that one which is told twice is noted once. */
  readonly id: string;
  readonly atMs: number;
}

/** What strangers write is as long as they like. */
const LONGEST_TOLD = 500;

/** Notes a refusal in the journal of the fleet that it was about; of every fleet, where nothing says which. */
export async function noteRefusal(
  { what, who, region, why, id, atMs }: Refused,
  { store, runtime, fleet }: { readonly store: FleetStore; readonly runtime: Runtime; readonly fleet?: string },
): Promise<readonly string[]> {
  const fleets = await store.fleets();
  const concerned = fleet !== undefined && fleets.includes(fleet) ? [fleet] : fleets;
  const says = `${what} in ${region} by ${who} was refused: ${why}`.slice(0, LONGEST_TOLD);
  for (const name of concerned)
    await new Journal(runtime).append(name, [{ run: `refused/${id}`, atMs, what: 'refused', says, region }]);
  return concerned;
}
