import { ALLOW, isRepair, type Policy, refuse } from './policy.ts';

/**
 * Refuses to remove anything that no departure asked to be gone. Nobody may override it: what is to go, leaves the fleet.
 *
 * A record that leaves a view when callers are steered, or a member withdraws, is a change of the view and no removal.
 *
 * Reads     the step's action, and what the run is for
 * Returns   `allow`, or `refuse` for a removal by a reconcile or a repair
 */
export const deletionGuard: Policy = (proposal) =>
  isRepair(proposal) && proposal.step.action === 'remove'
    ? refuse(
        `a ${proposal.purpose} removes nothing, and nobody may override that: ${proposal.step.key} goes when its member leaves`,
      )
    : ALLOW;
