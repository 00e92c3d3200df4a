import type { Fate, PassingEvent } from '../sky.ts';
import type { Condition, Sources } from './condition.ts';
import type { Tally } from './struck.ts';

const LATE_MS: readonly [number, number] = [60_000, 5 * 60_000];
/** Long enough to be overtaken by what is sent next: delivery itself takes about a tenth of a second. */
const OVERTAKEN_MS: readonly [number, number] = [200, 3_000];

export interface EventOptions {
  /** Shares of all events on their way to one target; together at most 1. */
  readonly lost?: number | undefined;
  readonly doubled?: number | undefined;
  readonly late?: number | undefined;
  /** How late: from, to. Left out: one to five minutes. */
  readonly lateMs?: readonly [number, number] | undefined;
  /** Held up for a moment, in which others of the same rule overtake it. */
  readonly reordered?: number | undefined;
  readonly only?: ((passing: PassingEvent) => boolean) | undefined;
}

/**
 * What EventBridge makes of an event on its way to one target: nothing, two, one that is late, or one that another overtakes.
 *
 * Source  EventBridge user guide, Event delivery level: best effort from some services, at least once from others; in no order
 */
export function passingEvents({ random, tally }: Sources, options: EventOptions): Condition {
  const { lost = 0, doubled = 0, late = 0, lateMs = LATE_MS, reordered = 0, only } = options;
  const counted = (kind: Parameters<Tally['count']>[0], { targetArn }: PassingEvent, fate: Fate): Fate => {
    tally.count(kind, 'eventbridge', targetArn.split(':')[2] ?? '');
    return fate;
  };
  return {
    event(passing) {
      if (only !== undefined && !only(passing)) return 'delivered';
      let draw = random.next();
      if (draw < lost) return counted('event lost', passing, 'lost');
      draw -= lost;
      if (draw < doubled) return counted('event doubled', passing, 'doubled');
      draw -= doubled;
      if (draw < late) return counted('event late', passing, { lateMs: random.between(...lateMs) });
      draw -= late;
      if (draw < reordered) return counted('event overtaken', passing, { lateMs: random.between(...OVERTAKEN_MS) });
      return 'delivered';
    },
  };
}
