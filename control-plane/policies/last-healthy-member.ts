import type { Diagnosis } from '../health/finding.ts';
import type { Declared, Member } from '../model/fleet.ts';
import type { Region } from '../model/region.ts';
import { hasSomebodyElse, inService, wellFor } from '../traffic/in-service.ts';
import { ALLOW, type Policy, refuse, type Situation, type Verdict } from './policy.ts';

/** The members whose callers could be answered by this one and by nobody else. */
function whoHasOnly(region: Region, declared: Declared, diagnosis: Diagnosis): readonly Region[] {
  const isAlone = (viewer: Region): boolean => {
    const [first, ...others] = wellFor(declared, diagnosis, viewer);
    return first?.region === region && others.length === 0;
  };
  return declared.members
    .filter(({ phase }) => phase === 'joined')
    .map((member) => member.region)
    .filter(isAlone);
}

/** Whether somebody is left to answer everybody whom a member answers now. */
function unlessNobodyIsLeft(
  region: Region,
  left: readonly Region[],
  { declared, diagnosis }: Situation,
  isToBeSeen = true,
): Verdict {
  const others = inService(declared, diagnosis).filter((member) => member.region !== region);
  if (others.length === 0)
    return refuse(`no serving member but ${region} is in service and well: its callers would have nobody to ask`);
  if (isToBeSeen && !others.some((member) => diagnosis.seenWell.includes(member.region)))
    return refuse(
      `nobody has seen of late that ${others.map((member) => member.region).join(' or ')} is well: ask again when probes have been heard`,
    );
  if (left.length === 0) return ALLOW;
  return refuse(`callers in ${left.join(' and ')} have nobody to ask but ${region} who is well for them`);
}

/**
 * Refuses whatever would leave callers nobody well to ask.
 *
 * Route 53 answers with every member where all are out of service, so taking out the last one sends its callers to those
 * that were taken out before it, for being sick.
 *
 * Reads     serving members in traffic, drains, steers, findings, who was seen well; for a steer, what that viewer can reach
 * Returns   `allow`, or `refuse` for an evacuation or a drill without another member in service that probes see well, which
 *           nobody knows of while a home that was gone has heard of no probe yet, or where somebody's callers can reach
 *           nobody else who is well; for a member that leaves while it is in service and others stay, the same, but for its
 *           own callers, who leave with it, and unless of it nothing is known either; and for a steer whose viewer has no
 *           other member that is well for it
 * Source    docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
 */
export const lastHealthyMember: Policy = (proposal, situation) => {
  const { declared, diagnosis } = situation;
  switch (proposal.what) {
    case 'evacuate':
    case 'drill':
      return unlessNobodyIsLeft(proposal.region, whoHasOnly(proposal.region, declared, diagnosis), situation);
    case 'offboard': {
      const isIt = ({ region }: Member): boolean => region === proposal.region;
      const isAnswering = inService(declared, diagnosis).some(isIt);
      // A fleet that is being given up, or that answers nobody, may go member by member.
      if (!isAnswering || !declared.members.some((member) => member.phase === 'joined' && !isIt(member))) return ALLOW;
      const left = whoHasOnly(proposal.region, declared, diagnosis).filter((region) => region !== proposal.region);
      return unlessNobodyIsLeft(proposal.region, left, situation, diagnosis.seenWell.includes(proposal.region));
    }
    case 'steer': {
      const { viewer, avoid } = proposal;
      if (hasSomebodyElse(proposal, declared, diagnosis)) return ALLOW;
      return refuse(`callers in ${viewer} have nobody to ask but ${avoid} who is in service and well for them`);
    }
    case 'repair':
    case 'unsteer':
    case 'restore':
      return ALLOW;
  }
};
