import { carriesOutMove } from '../traffic/carried-out.ts';
import { ALLOW, hold, isRepair, type Policy } from './policy.ts';

const LOOK_AGAIN_AFTER_MS = 60_000;

/**
 * Holds repairs while too much of the fleet wants one at once.
 *
 * Many targets failing together is more often a bad look or a bad fleet file than many separate faults, and repairing all
 * of them turns either one into an outage. A join or a departure touches many targets by intention, and moves of callers are no repairs.
 *
 * Reads     steps of this plan, fleetSize (targets), policies.maxShareInRepair (0 to 1)
 * Returns   `allow`, or `hold` for LOOK_AGAIN_AFTER_MS; never `refuse`
 * Source    rounding up as Kubernetes does for percentages in a PodDisruptionBudget
 *           (kubernetes.io/docs/tasks/run-application/configure-pdb)
 */
export const fleetShare: Policy = (proposal, situation) => {
  if (!isRepair(proposal) || carriesOutMove(proposal.step, situation)) return ALLOW;
  const { nowMs, declared, fleetSize } = situation;
  const steps = situation.steps.filter((step) => !carriesOutMove(step, situation));
  // Rounded down, a small fleet with a small share would never heal, and nothing would say so.
  const cap = Math.ceil(fleetSize * declared.fleet.policies.maxShareInRepair);
  if (steps.length <= cap) return ALLOW;
  return hold(
    `${steps.length} of ${fleetSize} targets want repair at once, the cap is ${cap}`,
    nowMs + LOOK_AGAIN_AFTER_MS,
  );
};
