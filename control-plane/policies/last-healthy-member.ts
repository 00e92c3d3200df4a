import { inService, wellFor } from '../traffic/in-service.ts';
import { ALLOW, type Policy, refuse } from './policy.ts';

/**
 * Refuses whatever would leave callers nobody well to ask.
 *
 * Route 53 answers with every member where all are out of service, so taking out the last one sends its callers to those
 * that were taken out before it, for being sick.
 *
 * Reads     serving members in traffic, drains, steers, findings; for a steer, what that viewer can reach
 * Returns   `allow`, or `refuse` for an evacuation or a drill without another member in service, and for a steer whose
 *           viewer has no other member that is well for it
 * Source    docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
 */
export const lastHealthyMember: Policy = (proposal, { declared, diagnosis }) => {
  switch (proposal.what) {
    case 'evacuate':
    case 'drill': {
      const others = inService(declared, diagnosis).filter(({ region }) => region !== proposal.region);
      if (others.length > 0) return ALLOW;
      return refuse(
        `no serving member but ${proposal.region} is in service and well: its callers would have nobody to ask`,
      );
    }
    case 'steer': {
      const { viewer, avoid } = proposal;
      if (wellFor(declared, diagnosis, viewer).some(({ region }) => region !== avoid)) return ALLOW;
      return refuse(`callers in ${viewer} have nobody to ask but ${avoid} who is in service and well for them`);
    }
    case 'repair':
    case 'unsteer':
    case 'restore':
      return ALLOW;
  }
};
