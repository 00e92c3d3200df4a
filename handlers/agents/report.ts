import type { Change } from '../../control-plane/health/matrix.ts';
import { isAbroad } from '../../control-plane/model/accounts.ts';
import { write } from '../../control-plane/model/aws-call.ts';
import { isFault } from '../../control-plane/model/faults.ts';
import type { Declared } from '../../control-plane/model/fleet.ts';
import { busArnIn, HEALTH_SOURCE } from '../../control-plane/model/forwarded.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { converse } from '../runtime/caller.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { AgentLog } from './agent-log.ts';

const HEALTH_CHANGED = 'Landbridge Health Changed';

/** What an observer tells of one round. */
export interface HealthChanged {
  readonly fleet: string;
  readonly observer: Region;
  /** By the observer's clock. */
  readonly atMs: number;
  readonly changes: readonly Change[];
}

/**
 * Tells home's bus and the standby's, side by side, in one event each. A Region that is known not to answer is not told:
 * nothing there could do anything about it. A bus that does not answer is no error: there is the
 * other one, the row that was written, and the sweep that reads it.
 */
export async function report(
  { fleet, members }: Declared,
  detail: HealthChanged,
  silent: ReadonlySet<Region>,
  { call }: Runtime,
  log: AgentLog,
): Promise<void> {
  const { home, standby } = fleet;
  const event = { Source: HEALTH_SOURCE, DetailType: HEALTH_CHANGED, Detail: JSON.stringify(detail) };
  const isElsewhere = members.some((member) => member.region === detail.observer && isAbroad(fleet, member));
  const tell = async (region: Region): Promise<void> => {
    // By its ARN where it is not this account's own.
    const Entries = [isElsewhere ? { ...event, EventBusName: busArnIn(fleet, region) } : event];
    try {
      const answer = await converse(write(region, 'eventbridge', 'putEvents', { Entries }), call);
      const [entry] = answer.Entries ?? [];
      if (entry?.ErrorCode !== undefined)
        log.warn('a bus took no event', { bus: region, says: `${entry.ErrorCode}: ${entry.ErrorMessage}` });
    } catch (error) {
      if (!isFault(error)) throw error;
      log.warn('a bus did not answer', { bus: region, says: error.message });
    }
  };
  const buses = new Set([home, ...(standby === undefined ? [] : [standby])]);
  await Promise.all([...buses.difference(silent)].map(tell));
}
