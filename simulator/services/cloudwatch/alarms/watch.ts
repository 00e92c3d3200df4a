import type { WorldMs } from '../../../clock.ts';
import type { Place } from '../../../service.ts';
import type { World } from '../../../world.ts';
import type { Alarm, CloudWatchState } from '../state.ts';
import { evaluate } from './evaluate.ts';
import { changeState } from './transition.ts';

const MINUTE_MS = 60_000;
const TEN_SECONDS_MS = 10_000;

/**
 * From the end of a period until it is looked at.
 *
 * Assumed: AWS gives no figure; the query dates of its examples are anywhere within the minute.
 */
const SETTLING_MS = 5_000;

/**
 * Sets the clock for the next evaluation of a place's alarms, or takes it back where there are none.
 *
 * Alarms with periods under a minute are evaluated every ten seconds, the others every minute; none in a dark Region.
 *
 * Source: CloudWatch user guide, Alarm evaluation
 */
export function keepWatch(world: World, place: Place, state: CloudWatchState): void {
  state.alarmTimer?.cancel();
  state.alarmTimer = undefined;
  if (state.alarms.size === 0) return;
  const stepMs = [...state.alarms.values()].some(isFast) ? TEN_SECONDS_MS : MINUTE_MS;
  const settledMs = world.clock.nowMs() - SETTLING_MS;
  const dueMs = settledMs - (settledMs % stepMs) + stepMs + SETTLING_MS;
  state.alarmTimer = world.clock.at(dueMs, () => {
    // Whether a minute ended meanwhile, and not whether this instant is a minute's end: clocks may get there late.
    const minuteEnded = minuteOf(world.clock.nowMs() - SETTLING_MS) > minuteOf(settledMs);
    if (!world.outages.isDark(place.region)) evaluateAll(world, place, state, minuteEnded);
    keepWatch(world, place, state);
  });
}

const minuteOf = (atMs: WorldMs): number => Math.floor(atMs / MINUTE_MS);

const isFast = ({ config }: Alarm): boolean => config.periodSeconds < 60;

function evaluateAll(world: World, place: Place, state: CloudWatchState, slowToo: boolean): void {
  const nowMs = world.clock.nowMs();
  for (const alarm of state.alarms.values()) {
    if (!slowToo && !isFast(alarm)) continue;
    const evaluated = evaluate(state, alarm, nowMs);
    if (evaluated !== undefined) changeState(world, place, state, alarm, evaluated);
  }
}
