import { isLately } from '../model/units.ts';
import { isLeftAlone } from '../traffic/in-service.ts';
import { ALLOW, hold, type Policy, type Proposal } from './policy.ts';

/** Under what `movedAtMs` has a move, 'viewer>avoid' or a Region. */
function movedUnder(proposal: Proposal): string | undefined {
  switch (proposal.what) {
    case 'steer':
    case 'unsteer':
      return `${proposal.viewer}>${proposal.avoid}`;
    case 'evacuate':
    case 'drill':
      return proposal.region;
    // Callers are brought back step by step as it is; who leaves does not flap.
    case 'restore':
    case 'offboard':
    case 'repair':
      return undefined;
  }
}

/**
 * Holds a second move of the same callers shortly after the first: what flaps would carry them to and fro. Callers who have
 * nobody well to ask but the one that they are kept off are let back at once.
 *
 * Reads     when the same view was last moved off or back to the same member, or the member last drained or restored;
 *           health.coolDownSeconds; for an unsteer, who is left to ask
 * Returns   `allow`, or `hold` until the cool-down is over; never `refuse`
 */
export const coolDown: Policy = (proposal, { nowMs, declared, diagnosis, movedAtMs }) => {
  const under = movedUnder(proposal);
  const lastMs = under === undefined ? undefined : movedAtMs[under];
  const { coolDownSeconds } = declared.fleet.health;
  if (lastMs === undefined || !isLately(lastMs, nowMs, coolDownSeconds * 1_000)) return ALLOW;
  if (proposal.what === 'unsteer' && isLeftAlone(proposal, declared, diagnosis)) return ALLOW;
  return hold(`callers of ${under} were moved less than ${coolDownSeconds} s ago`, lastMs + coolDownSeconds * 1_000);
};
