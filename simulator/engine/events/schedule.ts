import type { WorldMs } from '../../clock.ts';
import { compileCron } from './cron.ts';

/** When a scheduled rule fires. */
export interface Schedule {
  /** The first instant after `afterMs`, of a rule that was enabled at `enabledMs`; undefined where there is none any more. */
  next(afterMs: WorldMs, enabledMs: WorldMs): WorldMs | undefined;
}

const RATE = /^rate\((\d+) (minute|minutes|hour|hours|day|days)\)$/;
const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads `rate(5 minutes)` or `cron(0 12 ? * MON-FRI *)`; undefined where the text is neither.
 *
 * Source  EventBridge user guide, Setting a schedule pattern: a rate counts from when the rule was made or enabled, and
 *         wants the singular for 1 and the plural for more; a cron expression has six fields, in UTC
 */
export function compileSchedule(text: string): Schedule | undefined {
  const cron = /^cron\((.+)\)$/.exec(text)?.[1];
  if (cron !== undefined) {
    const next = compileCron(cron);
    return next === undefined ? undefined : { next };
  }
  const [, count, unit = ''] = RATE.exec(text) ?? [];
  const value = Number(count);
  if (count === undefined || value === 0 || (value === 1) === unit.endsWith('s')) return undefined;
  const everyMs = value * (UNIT_MS[unit.replace(/s$/, '')] as number);
  return { next: (afterMs, enabledMs) => enabledMs + (Math.floor((afterMs - enabledMs) / everyMs) + 1) * everyMs };
}
