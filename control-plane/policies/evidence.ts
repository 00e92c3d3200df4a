import { causeKind } from '../health/finding.ts';
import { ALLOW, type Policy, refuse } from './policy.ts';

/**
 * Refuses to move callers on thin evidence: the cure would be felt for certain, and the illness is not.
 *
 * Reads     the finding that a steer answers to: confidence, and who saw it; policies.minConfidence
 * Returns   `allow` or `refuse`: no such finding, not sure enough, only an observer's trouble or everybody's, or only one
 *           observer's word about the callers of another
 */
export const evidence: Policy = (proposal, { declared, diagnosis }) => {
  if (proposal.what !== 'steer') return ALLOW;
  const { cause, viewer } = proposal;
  const kind = causeKind(cause);
  if (kind === 'observer') return refuse('it is the observer that is not well: nobody is moved on its word');
  if (kind === 'fleet') return refuse('every serving member is sick: there is nowhere to move anybody');
  const finding = diagnosis.findings.find((candidate) => candidate.cause === cause);
  if (finding === undefined) return refuse(`nothing that is seen points to ${cause}`);
  const { minConfidence } = declared.fleet.policies;
  if (finding.confidence < minConfidence)
    return refuse(
      `${Math.round(finding.confidence * 100)} % of the evidence points to ${cause}, less than ${minConfidence * 100} %`,
    );
  const { seenBy } = finding;
  if (seenBy.length > 1 || seenBy.includes(viewer)) return ALLOW;
  const [only = 'nobody who is named'] = seenBy;
  return refuse(`only ${only} sees ${cause}, and callers in ${viewer} are not moved on its word alone`);
};
