import type { Region } from '../../control-plane/model/region.ts';
import { executionArnOf, statusOf } from './executions.ts';
import type { FleetState, MemberRow } from './fleet-state.ts';
import type { Runtime } from './runtime.ts';

const MINUTE_MS = 60_000;
/** A way in or out that fails again and again is begun anew no more often than this. */
const BEGUN_AGAIN_EVERY_MS = 15 * MINUTE_MS;

/** What names of runs begin with that the sweep started to go on with others. */
export const RESUMED = 'again-';

/** Whether an execution goes on with one that ended half-way. */
export const isResumed = (executionArn: string): boolean =>
  executionArn.split(':').at(-1)?.startsWith(RESUMED) === true;

/** A run to be started: what it is called folds the wishes of one quarter of an hour into one. */
export interface Resumption {
  readonly workflow: 'onboard-region' | 'offboard-region';
  readonly name: string;
  readonly input: { readonly fleet: string; readonly region: Region; readonly role?: string; readonly signal: string };
}

/** What somebody stopped by hand is theirs to go on with, or to undo. */
const endedByItself = (status: string | undefined): boolean => status !== 'RUNNING' && status !== 'ABORTED';

/**
 * The way in or out of a member whose execution has ended and left it half-way: nobody else would ever finish it.
 *
 * Bounds  two reads for each member that is on its way, until one is found
 */
export async function abandoned({ declared, members }: FleetState, runtime: Runtime): Promise<Resumption | undefined> {
  for (const member of members)
    if (member.phase !== 'joined' && endedByItself(await statusOf(member.by, runtime))) {
      const resumption = resumptionOf(declared.fleet.name, member, runtime.nowMs());
      const { workflow, name } = resumption;
      // One that fails again and again leaves the rest of its quarter of an hour to the others.
      if ((await statusOf(executionArnOf(runtime.settings, workflow, name), runtime)) === undefined) return resumption;
    }
  return undefined;
}

function resumptionOf(fleet: string, { region, role, phase }: MemberRow, nowMs: number): Resumption {
  const isJoining = phase === 'joining';
  const workflow = isJoining ? 'onboard-region' : 'offboard-region';
  return {
    workflow,
    name: `${RESUMED}${fleet}-${region}-${isJoining ? 'in' : 'out'}-${Math.floor(nowMs / BEGUN_AGAIN_EVERY_MS)}`,
    input: { fleet, region, ...(isJoining && { role }), signal: 'schedule' },
  };
}
