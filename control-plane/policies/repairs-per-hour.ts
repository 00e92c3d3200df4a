import type { Cause } from '../health/finding.ts';
import { causeOf } from '../incidents/cause-of.ts';
import type { Incident } from '../incidents/incident.ts';
import type { TargetKey } from '../model/target.ts';
import { ALLOW, isRepair, type Policy, refuse } from './policy.ts';

const HOUR_MS = 3_600_000;

/** Those that fall into the hour before now. */
export const withinTheHour = (repairsAtMs: readonly number[], nowMs: number): readonly number[] =>
  repairsAtMs.filter((atMs) => nowMs - atMs < HOUR_MS);

/**
 * Refuses one more repair of what was repaired again and again: somebody else undoes it, or it is not what is wrong.
 *
 * Reads     repairs begun within the hour, of the incidents that the step belongs to and of the step's own target;
 *           policies.repairsPerHour
 * Returns   `allow` or `refuse`. The repair under way is among those counted, so an incident's last one still goes
 *           through, until people were told that the budget is spent. A budget of 0 refuses all
 */
export const repairsPerHour: Policy = (proposal, { nowMs, declared, incidents, repairsAtMs }) => {
  if (!isRepair(proposal)) return ALLOW;
  const budget = declared.fleet.policies.repairsPerHour;
  if (budget === 0) return refuse('policies.repairsPerHour is 0: nothing is repaired by itself');
  const { key } = proposal.step;
  const cause = causeOf(proposal.step, declared);
  const related = incidents.filter((incident) => isAbout(incident, key, cause));
  const ofIncidents = withinTheHour(
    related.flatMap((incident) => incident.repairsAtMs),
    nowMs,
  ).length;
  const isUnderWay = related.some(
    ({ status, escalatedFor = [] }) => status !== 'closed' && !escalatedFor.includes('budget-spent'),
  );
  const isSpent = ofIncidents > budget || (ofIncidents === budget && !isUnderWay);
  if (isSpent) return refuse(`${cause ?? key} was repaired ${ofIncidents} times within the hour, which is the budget`);
  const ofTarget = withinTheHour(repairsAtMs?.[key] ?? [], nowMs).length;
  return ofTarget < budget
    ? ALLOW
    : refuse(`${key} was repaired ${ofTarget} times within the hour, which is the budget`);
};

const isAbout = ({ cause, formerly, targets }: Incident, key: TargetKey, of: Cause | undefined): boolean =>
  targets?.includes(key) === true || (of !== undefined && (cause === of || formerly?.includes(of) === true));
