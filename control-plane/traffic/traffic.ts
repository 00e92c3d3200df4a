import type { Cause } from '../health/finding.ts';
import type { Region } from '../model/region.ts';

/** A member whose health bit says 503 whatever its probes say: nobody is to be sent there. */
export interface Drain {
  readonly region: Region;
  readonly sinceMs: number;
  /** Who asked: an operator's ARN, or 'policy'. */
  readonly by: string;
  readonly because: string;
  /** The execution that made it. */
  readonly run?: string;
}

/** One member's callers are kept off one replica: its record leaves that view, and no other. */
export interface Steer {
  readonly viewer: Region;
  readonly avoid: Region;
  readonly sinceMs: number;
  readonly because: string;
  /** What it answers to, and ends with. `ramp`: a member that comes back, view by view. */
  readonly cause: Cause | 'ramp';
  /** Of a ramp: the ARN of the execution that made it, and ends it step by step. */
  readonly endedBy?: string;
}

/** Where callers are sent, as far as it differs from what the fleet file says. */
export interface Traffic {
  readonly drains: readonly Drain[];
  readonly steers: readonly Steer[];
}

export const NO_TRAFFIC_CHANGES: Traffic = { drains: [], steers: [] };

export const isDrained = ({ drains }: Traffic, region: Region): boolean =>
  drains.some((drain) => drain.region === region);
export const isSteered = ({ steers }: Traffic, viewer: Region, avoid: Region): boolean =>
  steers.some((steer) => steer.viewer === viewer && steer.avoid === avoid);
