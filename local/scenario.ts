import { type Caller, converse } from '../handlers/runtime/caller.ts';
import { FleetStore } from '../handlers/runtime/fleet-store.ts';
import { Journal, type JournalEntry } from '../handlers/runtime/journal.ts';
import { lookAt } from '../handlers/runtime/look-at.ts';
import type { Breakage, Scene } from './breakages.ts';
import type { Callers, Tolls } from './callers.ts';
import type { LocalLandbridge } from './local-landbridge.ts';

/** How one breakage went. */
export interface Healing {
  readonly breakage: string;
  readonly healed: boolean;
  /** 'event: DeleteRoute in eu-west-1 by …', 'schedule': the signal of the run that mended it. */
  readonly noticedBy: string;
  /** Simulated time from the breakage until everything was as declared and proven. */
  readonly healedAfterMs: number;
  /** Writes to resources, over all runs it took. */
  readonly writes: number;
  readonly tolls: Tolls;
}

export interface HealOptions {
  readonly landbridge: LocalLandbridge;
  /** Makes the calls of whoever breaks things: not Landbridge. */
  readonly stranger: Caller;
  readonly callers: Callers;
  /** Looked at while it is broken and before it is mended, if there is time. */
  readonly whileBroken?: (scene: Scene) => Promise<void>;
  readonly withinMs?: number;
}

const LOOK_EVERY_MS = 2_000;
/** What was written before is told late, and would pass for the signal of what is broken now. */
const EVENTS_ARE_IN_MS = 20_000;
const AN_HOUR_MS = 3_600_000;

/**
 * Waits until no incident is open, no caller is kept off anybody and every record says so everywhere, or until nobody wants to wait
 * any more: who breaks something before that sees what is left of the last time. Says whether it is so.
 */
export async function untilCalm(
  landbridge: LocalLandbridge,
  fleet: string,
  isWaiting: () => boolean,
): Promise<boolean> {
  const { clock, timings } = landbridge.world;
  while (!(await isCalm(landbridge, fleet))) {
    if (!isWaiting()) return false;
    await clock.sleep(LOOK_EVERY_MS);
  }
  await clock.sleep(timings.recordSyncMs);
  return true;
}

async function isCalm(landbridge: LocalLandbridge, fleet: string): Promise<boolean> {
  const { traffic, incidents } = (await new FleetStore(landbridge.operator).load(fleet)).health;
  const isMoved = traffic.drains.length > 0 || traffic.steers.length > 0;
  return !isMoved && incidents.every(({ status }) => status === 'closed') && isAsDeclared(landbridge, fleet);
}

/** Breaks a settled fleet in one way and waits until it has mended itself, or has not within the time given. */
export async function heal(
  breakage: Breakage,
  where: Pick<Scene, 'from' | 'to'>,
  { landbridge, stranger, callers, whileBroken, withinMs = AN_HOUR_MS }: HealOptions,
): Promise<Healing> {
  const { operator, world } = landbridge;
  const { clock } = world;
  const fleetName = (await new FleetStore(operator).fleets())[0] ?? '';
  await clock.sleep(EVENTS_ARE_IN_MS);
  const scene: Scene = { state: await new FleetStore(operator).load(fleetName), ...where };
  callers.tolls();
  const brokenAtMs = clock.nowMs();
  await converse(breakage.do(scene), stranger);
  await whileBroken?.(scene);
  for (;;) {
    await clock.sleep(LOOK_EVERY_MS);
    const nowMs = clock.nowMs();
    const outcomes = await outcomesSince(landbridge, fleetName, brokenAtMs);
    const mended = outcomes.find(({ outcome }) => outcome === 'repaired');
    const isQuiet = mended !== undefined && (await isAsDeclared(landbridge, fleetName));
    if (isQuiet || nowMs - brokenAtMs > withinMs)
      return {
        breakage: breakage.name,
        healed: isQuiet,
        noticedBy: typeof mended?.signal === 'string' ? mended.signal : 'nobody',
        healedAfterMs: (isQuiet ? Math.max(...outcomes.map(({ atMs }) => atMs)) : nowMs) - brokenAtMs,
        writes: outcomes.reduce((sum, { writes }) => sum + (typeof writes === 'number' ? writes : 0), 0),
        tolls: callers.tolls(),
      };
  }
}

async function outcomesSince({ operator }: LocalLandbridge, fleet: string, sinceMs: number): Promise<JournalEntry[]> {
  const newest = await new Journal(operator).newest(fleet, 200);
  return newest.filter(({ what, atMs }) => what === 'outcome' && atMs > sinceMs).toReversed();
}

/** A look of our own: what is to be done, awaited or found, who is half-way, and which runs are under way, in words. None: as declared. */
export async function notAsDeclared({ operator }: LocalLandbridge, fleet: string): Promise<readonly string[]> {
  const state = await new FleetStore(operator).load(fleet);
  if (state.runs.length > 0) return state.runs.map(({ run }) => `${run} is under way`);
  const { plan } = await lookAt(state, { scope: {}, call: operator.call, nowMs: operator.nowMs() });
  return [
    ...plan.steps.map(({ action, key, drift }) => `${action} ${key}: ${drift.map(({ field }) => field).join(', ')}`),
    ...plan.waiting.map(({ target, because }) => `${target} waits: ${because}`),
    ...plan.findings.map(({ says }) => says),
    // Whose replica waits for its proof shows no drift: views do not name it yet.
    ...state.members
      .filter(({ phase }) => phase !== 'joined')
      .map(({ region, phase }) => `${region} is ${phase} still`),
  ];
}

export const isAsDeclared = async (landbridge: LocalLandbridge, fleet: string): Promise<boolean> =>
  (await notAsDeclared(landbridge, fleet)).length === 0;
