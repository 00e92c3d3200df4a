import type { Region } from '../control-plane/model/region.ts';
import type { ActName } from './acts/index.ts';
import type { Place } from './schedule.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** What somebody does so that a run comes to a place where something waits for it. */
export interface Lead {
  readonly what: ActName;
  /** After the one that waits began to. */
  readonly inMs: number;
  /** With whom: as the one that waits, or with a member that may be taken out. */
  readonly with: 'same' | 'spare';
}

const soon = (what: ActName, to: Lead['with'] = 'spare'): Lead => ({ what, inMs: SECOND_MS, with: to });
const later = (what: ActName, minutes: number): Lead => ({ what, inMs: minutes * MINUTE_MS, with: 'spare' });

/** By workflow. Sweeps come by themselves; joins are held back for it. */
const byWorkflow: Readonly<Record<string, readonly Lead[]>> = {
  'offboard-region': [soon('leave'), later('join', 40)],
  'evacuate-region': [soon('evacuate'), later('restore', 7)],
  'restore-region': [soon('evacuate'), later('restore', 4)],
  drill: [soon('drill'), later('drill', 30)],
  reconcile: [soon('route deleted', 'same')],
  // Packets are eaten in silence: no event tells of it, and no reconcile is quicker than what probes set off.
  repair: [soon('packets eaten one way', 'same')],
};
/** Where a run does not come by itself, whatever the workflow: who writes dies on the way, events come in twos. */
const byState: Readonly<Record<string, readonly Lead[]>> = {
  AMoment: [soon('whoever writes dies', 'same')],
  NotYet: [soon('events come twice', 'same')],
};
const byPlace: Readonly<Record<string, readonly Lead[]>> = {
  // Somebody's way in or out ends half-way, and the sweep goes on with it.
  'sweep/GoOn': [soon('leave'), soon('functions crash', 'same'), later('join', 40)],
  'sweep/StartRun': [soon('every event lost', 'same'), soon('tags removed', 'same')],
};

/** What leads a run to a place, in the order in which it is done; nothing where runs come by themselves. */
export const leadsTo = ({ workflow, state }: Place): readonly Lead[] =>
  byPlace[`${workflow}/${state}`] ?? [...(byState[state] ?? []), ...(byWorkflow[workflow] ?? [])];

/** Whether a place is one of a join's: somebody comes late for it. */
export const isOnTheWayIn = ({ workflow }: Place): boolean => workflow === 'onboard-region';

/** A member that may be evacuated, or leave: any that serves and is not home. */
export const sparesAmong = (serving: readonly Region[], home: Region): readonly Region[] =>
  serving.filter((region) => region !== home);
