import { ALLOW, isRepair, type Policy, refuse } from './policy.ts';

/** Kinds that a fault-injection service can get at say by whom, where they see its mark: 'managedByFIS=true on acl-…'. */
function foreignFaultOf(observed: unknown): string | undefined {
  if (typeof observed !== 'object' || observed === null || !('foreignFault' in observed)) return undefined;
  return typeof observed.foreignFault === 'string' ? observed.foreignFault : undefined;
}

/**
 * Refuses to repair what a fault-injection service broke on purpose: it puts that back itself, and its experiment would
 * measure us undoing it. Callers are steered round it meanwhile. Nobody may override it: stop the experiment instead.
 *
 * Reads     `foreignFault` of what was observed
 * Returns   `allow` or `refuse`
 * Source    docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html (aws:network:* clones what it disrupts and
 *           tags the clone managedByFIS=true)
 */
export const foreignFaults: Policy = (proposal) => {
  if (!isRepair(proposal)) return ALLOW;
  const fault = foreignFaultOf(proposal.step.observed);
  if (fault === undefined) return ALLOW;
  return refuse(
    `${proposal.step.key} is under an experiment (${fault}), and nobody may override that: stop the experiment`,
  );
};
