/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number & { readonly __unit: 'epoch-ms' };
export const epochMs = (ms: number): EpochMs => ms as EpochMs;

/** A clock that is off by as much tells nothing: what it wrote is as good as long ago. */
const CLOCKS_DIFFER_BY_MS = 3_600_000;

/** Whether something was less than `withinMs` ago; or lies ahead, as what a clock has written that is ahead of ours. */
export const isLately = (thenMs: number, nowMs: number, withinMs: number): boolean =>
  nowMs - thenMs < withinMs && thenMs - nowMs < CLOCKS_DIFFER_BY_MS;
