import type { Fleet } from '../model/fleet.ts';
import { ALLOW, type Policy, type Proposal, refuse } from './policy.ts';

/** What is done of what the fleet file asks approval for: a drill evacuates and restores. */
export const needsApproval = (what: Proposal['what'], { policies }: Fleet): readonly string[] =>
  (what === 'drill' ? ['drill', 'evacuate', 'restore'] : [what]).filter((move) => policies.approvals.includes(move));

/**
 * Refuses what the fleet file says somebody must approve, unless somebody did. Nobody answers for it in their place.
 *
 * Reads     policies.approvals, the approval that comes with the wish: 'evacuate/eu-west-1'. It is for that one move
 * Returns   `allow`, or `refuse` for an evacuation, a restoration or a drill that is not approved; repairs and steers
 *           need no approval. That of a drill is for the two moves that it makes, and it needs one if either does
 */
export const approval: Policy = (proposal, { declared, approvals }) => {
  const { what } = proposal;
  if (what !== 'evacuate' && what !== 'restore' && what !== 'drill') return ALLOW;
  const asked = needsApproval(what, declared.fleet);
  if (asked.length === 0 || approvals.includes(`${what}/${proposal.region}`)) return ALLOW;
  return refuse(`policies.approvals asks for somebody's approval to ${asked.join(' and ')}: give it with --approve`);
};
