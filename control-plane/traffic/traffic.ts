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
  /** The ARN of the execution that is about to end it. One that is made anew has none. */
  readonly endedBy?: string;
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

export const drainOf = ({ drains }: Traffic, region: Region): Drain | undefined =>
  drains.find((drain) => drain.region === region);
export const isDrained = (traffic: Traffic, region: Region): boolean => drainOf(traffic, region) !== undefined;
export const isSteered = ({ steers }: Traffic, viewer: Region, avoid: Region): boolean =>
  steers.some((steer) => steer.viewer === viewer && steer.avoid === avoid);

/** Steers of a member's way back. */
export const rampOf = ({ steers }: Traffic, region: Region): readonly Steer[] =>
  steers.filter(({ avoid, cause }) => avoid === region && cause === 'ramp');

/** The ARN of the execution whose way back a member is on: begun twice, it is of whoever began last. */
export const wayBackOf = (traffic: Traffic, region: Region): string | undefined =>
  [...rampOf(traffic, region), drainOf(traffic, region)].find((one) => one?.endedBy !== undefined)?.endedBy;

export const isAnothers = (traffic: Traffic, region: Region, execution: string): boolean =>
  ![undefined, execution].includes(wayBackOf(traffic, region));
