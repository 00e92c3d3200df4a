/** A share of worlds, or of whatever is counted, that lies at or below. */
export interface Band {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** As `percentile`, of samples that are sorted already. */
export const atShare = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;

/** What most worlds had: from a share of them to another, and their mean. Nothing where nobody had anything. */
export function bandOf(values: readonly number[], [low, high]: readonly [number, number]): Band | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, low: atShare(sorted, low), high: atShare(sorted, high) };
}

/** Times in bins that grow: each is half as long again as the one before, more or less, so that seconds and hours fit beside each other. */
export const LOG_FROM_MS = 2_000;
export const LOG_BINS = 26;
const BINS_EACH_DOUBLING = 2;

/** Where a time lies between the first bin's beginning (0) and the last one's end (1). */
export const logShare = (ms: number): number =>
  Math.min(1, Math.max(0, (Math.log2(ms / LOG_FROM_MS) * BINS_EACH_DOUBLING) / LOG_BINS));

export function logBins(times: readonly number[]): readonly number[] {
  const bins = Array.from({ length: LOG_BINS }, () => 0);
  for (const ms of times) {
    const bin = Math.min(LOG_BINS - 1, Math.floor(logShare(ms) * LOG_BINS));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return bins;
}

/** In bins of one width, from 0; what is beyond the last is in the last. */
export function evenBins(values: readonly number[], width: number, count: number): readonly number[] {
  const bins = Array.from({ length: count }, () => 0);
  for (const value of values) {
    const bin = Math.min(count - 1, Math.max(0, Math.ceil(value / width) - 1));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return bins;
}
