/** One field of one target that differs from what is desired. */
export interface Drift {
  /** 'existence' where the whole target is missing or too much. */
  readonly field: string;
  readonly desired: unknown;
  readonly observed: unknown;
  /** `outage`: callers are losing requests over it. `risk`: they may. `none`: only tidiness. */
  readonly impact: 'outage' | 'risk' | 'none';
}
