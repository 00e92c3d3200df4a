import { approval } from './approval.ts';
import { coolDown } from './cool-down.ts';
import { deletionGuard } from './deletion-guard.ts';
import { evidence } from './evidence.ts';
import { fleetShare } from './fleet-share.ts';
import { foreignFaults } from './foreign-faults.ts';
import { lastHealthyMember } from './last-healthy-member.ts';
import { oneByOne } from './one-by-one.ts';
import type { Policy, Proposal } from './policy.ts';
import { quotaHeadRoom } from './quota-head-room.ts';
import { repairsPerHour } from './repairs-per-hour.ts';

/** Every policy by name, those that guard most first. A new one is one file and one line here. */
export const policies: ReadonlyMap<string, Policy> = new Map([
  ['deletion-guard', deletionGuard],
  ['foreign-faults', foreignFaults],
  ['last-healthy-member', lastHealthyMember],
  ['quota-head-room', quotaHeadRoom],
  ['evidence', evidence],
  ['approval', approval],
  ['repairs-per-hour', repairsPerHour],
  ['fleet-share', fleetShare],
  ['one-by-one', oneByOne],
  ['cool-down', coolDown],
]);

/**
 * What is removed or repaired against the first two cannot be put right again by whoever answered for it; and who must ask
 * somebody else to approve cannot answer for not asking.
 */
export const neverOverridden: ReadonlySet<string> = new Set(['deletion-guard', 'foreign-faults', 'approval']);

const OF_WHO_GOES_OUT = ['last-healthy-member', 'quota-head-room', 'cool-down'] as const;
/** What somebody may answer for by name, by what they ask for: all others that may stand in its way. */
export const overridable = {
  evacuate: OF_WHO_GOES_OUT,
  drill: OF_WHO_GOES_OUT,
  restore: [],
  offboard: ['last-healthy-member'],
} as const satisfies Partial<Record<Proposal['what'], readonly string[]>>;
