import { authorize } from './authorization/authorize.ts';
import type { Clock } from './clock.ts';
import { recordTrail } from './engine/cloud-trail.ts';
import { services } from './services/index.ts';
import { awsTimings, type Timings } from './timings.ts';
import { weatherOf } from './weather/index.ts';
import { type Authorization, World } from './world.ts';

export interface SimulatorOptions {
  readonly clock: Clock;
  /** The same seed and the same calls make the same world. */
  readonly seed?: string;
  /** Whose calls they are that are signed with a key nobody gave out. */
  readonly account?: string;
  /** Those that should differ from AWS's own. */
  readonly timings?: Partial<Timings>;
  /** Whether IAM's policies are evaluated. */
  readonly authorization?: Authorization;
  /** Whether AWS's token buckets are kept: the first of `weatherOf(world)`'s switches, thrown at once. */
  readonly throttling?: 'enforced' | 'ignored';
  /** Names of roles and users that may do everything though IAM does not know them. */
  readonly trustedRoles?: readonly string[];
}

/** A whole AWS on this machine, empty: every service, every Region, one clock, and CloudTrail that tells of every write. */
export function createSimulator({
  clock,
  seed = 'landbridge',
  account = '111122223333',
  timings = {},
  authorization = 'ignored',
  throttling = 'ignored',
  trustedRoles = [],
}: SimulatorOptions): World {
  const world = new World({
    clock,
    seed,
    account,
    services,
    timings: { ...awsTimings, ...timings },
    authorizer: authorize,
    authorization,
    trustedRoles,
  });
  recordTrail(world);
  if (throttling === 'enforced') weatherOf(world).enforceLimits();
  return world;
}
