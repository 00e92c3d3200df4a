import { causeKind, type Finding } from '../health/finding.ts';
import type { Region } from '../model/region.ts';
import { ALLOW, type Policy, refuse } from './policy.ts';

/**
 * Who sees it, of 'us-east-1 to eu-west-1: connect, 3 rounds, since …'. Evidence has those too who see otherwise:
 * '…: well, since …', '…: connect, 1 round, not yet sick'.
 */
const observersIn = ({ evidence: lines }: Finding): ReadonlySet<Region> =>
  new Set(lines.flatMap((line) => /^(\S+) to [^:]+: (?!well\b)(?!.*not yet sick$)/.exec(line)?.[1] ?? []));

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
  const observers = observersIn(finding);
  if (observers.size > 1 || observers.has(viewer)) return ALLOW;
  const [only = 'nobody who is named'] = observers;
  return refuse(`only ${only} sees ${cause}, and callers in ${viewer} are not moved on its word alone`);
};
