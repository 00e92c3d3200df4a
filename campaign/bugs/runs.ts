import type { Bug } from './bug.ts';

/**
 * Runs begin once, go on, and end.
 *
 * Left out: that an old plan is carried out. What makes a plan old is that somebody wrote since, and then its fences are (leases).
 */
export const runs: readonly Bug[] = [
  {
    name: 'an event that comes twice starts two runs',
    file: 'handlers/runtime/start-once.ts',
    of: '(await isStarted(workflow, `${name}-${window}`, input, runtime)) ||',
    instead: '(await isStarted(workflow, `${name}-${runtime.nowMs()}`, input, runtime)) ||',
    only: ['events come twice', 'function throws', 'Region dark', 'packets eaten both ways'],
  },
  {
    name: 'nobody goes on with a join that ended half-way',
    file: 'handlers/runtime/abandoned.ts',
    of: "if (member.phase !== 'joined' && endedByItself(",
    instead: "if (member.phase === 'leaving' && endedByItself(",
    only: ['functions crash', 'calls fail'],
  },
  {
    name: 'what cannot be done is tried for ever',
    file: 'control-plane/loop/decide.ts',
    of: 'const MAX_FAILED_ROUNDS = 12;',
    instead: 'const MAX_FAILED_ROUNDS = 12_000;',
    only: ['no more VPCs', 'no more VPCs', 'no more VPCs', 'leave', 'join'],
  },
  {
    name: 'a repair waits for a Region that answers nobody',
    file: 'control-plane/loop/decide.ts',
    of: "const mustBeSeen = (run.purpose === 'onboard' || run.purpose === 'offboard') && unseen.length > 0;",
    instead: 'const mustBeSeen = unseen.length > 0;',
    only: ['Region dark', 'record deleted', 'reconcile'],
  },
];
