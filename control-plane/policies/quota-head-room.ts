import { inService, servingInTraffic } from '../traffic/in-service.ts';
import { ALLOW, type Policy, refuse } from './policy.ts';

const LEAST_SHARE = 0.5;

/**
 * Refuses to move a member's callers on to too few others: Lambda's concurrency and API Gateway's rate are quotas per
 * Region, which survivors reach together once they take twice their load.
 *
 * Reads     serving members in traffic, which of them are in service: not drained, not found sick
 * Returns   `allow`, or `refuse` for an evacuation or a drill after which fewer than half of them would be left. None at all is last-healthy-member's to refuse
 * Source    docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html (1,000 per Region at first),
 *           docs.aws.amazon.com/apigateway/latest/developerguide/limits.html (10,000 requests a second per Region)
 */
export const quotaHeadRoom: Policy = (proposal, { declared, diagnosis }) => {
  if (proposal.what !== 'evacuate' && proposal.what !== 'drill') return ALLOW;
  const all = servingInTraffic(declared).length;
  const left = inService(declared, diagnosis).filter(({ region }) => region !== proposal.region).length;
  const least = Math.max(1, Math.ceil(all * LEAST_SHARE));
  // Whether the last one may go is another policy's to say: whoever answers for that need not answer twice.
  if (left >= least || left === 0) return ALLOW;
  return refuse(
    `${left} of ${all} serving members would be left to take everybody's load, and at least ${least} must be`,
  );
};
