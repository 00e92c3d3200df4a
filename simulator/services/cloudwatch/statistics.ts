import { AwsError } from '../../aws-error.ts';
import type { Bucket } from './state.ts';

export const invalidValue = (message: string): AwsError => new AwsError('InvalidParameterValue', message);

const plain: Readonly<Record<string, (bucket: Bucket) => number>> = {
  SampleCount: ({ count }) => count,
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ min }) => min,
  Maximum: ({ max }) => max,
};

/** The five plain statistics and percentiles ('p99', 'p99.9'). Trimmed means and the like are not simulated. */
export function statistic(name: string): (bucket: Bucket) => number | undefined {
  const known = plain[name];
  if (known !== undefined) return known;
  const percent = Number(/^p(\d{1,2}(?:\.\d{0,10})?|100)$/.exec(name)?.[1] ?? Number.NaN);
  if (Number.isNaN(percent))
    throw invalidValue(`The value ${name} for parameter Stat is not supported, or not simulated.`);
  return (bucket) => percentile(bucket, percent / 100);
}

/**
 * Source: "Statistics definitions": percentiles need the raw values; of a statistic set they are known only where it
 * holds one value, or the same many times.
 */
function percentile({ values, count, min, max }: Bucket, share: number): number | undefined {
  if (values === undefined) return count === 1 || min === max ? min : undefined;
  const rank = Math.max(1, Math.ceil(share * count));
  let seen = 0;
  for (const [value, times] of [...values].toSorted(([a], [b]) => a - b)) {
    seen += times;
    if (seen >= rank) return value;
  }
  return max;
}
