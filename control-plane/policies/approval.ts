import { ALLOW, type Policy, refuse } from './policy.ts';

/**
 * Refuses what the fleet file says somebody must approve, until somebody did.
 *
 * Reads     policies.approvals, approvals given: 'evacuate/eu-west-1'
 * Returns   `allow`, or `refuse` for an evacuation, a restoration or a drill that is not approved; repairs and steers
 *           need no approval
 */
export const approval: Policy = (proposal, { declared, approvals }) => {
  const { what } = proposal;
  if (what !== 'evacuate' && what !== 'restore' && what !== 'drill') return ALLOW;
  if (!declared.fleet.policies.approvals.includes(what) || approvals.includes(`${what}/${proposal.region}`))
    return ALLOW;
  return refuse(`policies.approvals asks for somebody's approval to ${what}: give it with --approve`);
};
