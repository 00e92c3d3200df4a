import type { Step } from '../loop/plan.ts';
import { recordField } from '../model/latency-records.ts';
import { kindOf } from '../model/target.ts';
import { isLately } from '../model/units.ts';
import type { Situation } from '../policies/policy.ts';

/** Longer than Route 53's control plane is away on most bad days. After that, a record is a resource like any other. */
const CARRIED_OUT_WITHIN_MS = 3_600_000;

/**
 * Whether a step keeps one member's callers off another, or lets them back, as was decided within the hour: a record leaves a view
 * or comes back into it. Policies have judged the move. It is no repair, and what limits repairs does not stop it half-way.
 *
 * Reads  what of the view is not as declared, when callers were moved
 */
export const carriesOutMove = ({ key, region: viewer, drift }: Step, { movedAtMs, nowMs }: Situation): boolean =>
  kindOf(key) === 'records' &&
  Object.entries(movedAtMs).some(([move, atMs]) => {
    const [of, avoid = ''] = move.split('>');
    return (
      of === viewer &&
      isLately(atMs, nowMs, CARRIED_OUT_WITHIN_MS) &&
      drift.some(({ field }) => field === recordField(avoid))
    );
  });
