import type { Signal } from './signals.ts';

/** What EventBridge could not hand over. */
export const UNDELIVERED_QUEUE = 'landbridge-undelivered';
/** Events that a function took and failed on, each time it was tried. */
export const UNANSWERED_QUEUE = 'landbridge-unanswered';

/** As long as SQS keeps anything. */
export const KEPT_SECONDS = 1_209_600;

/** What becomes of an event that a function of ours fails on. */
export const WHEN_UNANSWERED = { retries: 2, oldestSeconds: 3_600 } as const;

/** A beat that is late has been overtaken by the next; an event only says where to look, and after an hour the sweep has. */
export const oldestSecondsOf = ({ schedule }: Pick<Signal, 'schedule'>): number =>
  schedule === undefined ? 3_600 : 60;
