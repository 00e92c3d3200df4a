import { canonicalJson } from './fingerprint.ts';

/** One field of one target that differs from what is desired. */
export interface Drift {
  /** 'existence' where the whole target is missing or too much. */
  readonly field: string;
  readonly desired: unknown;
  readonly observed: unknown;
  /** `outage`: callers are losing requests over it. `risk`: they may. `none`: only tidiness. */
  readonly impact: 'outage' | 'risk' | 'none';
}

/** The whole target is not there. */
export const missing = (desired: unknown, impact: Drift['impact'] = 'outage'): readonly Drift[] => [
  { field: 'existence', desired, observed: undefined, impact },
];

/** A field's drift, if it has any: compared by value. */
export const difference = (
  field: string,
  desired: unknown,
  observed: unknown,
  impact: Drift['impact'],
): readonly Drift[] =>
  canonicalJson(desired) === canonicalJson(observed) ? [] : [{ field, desired, observed, impact }];
