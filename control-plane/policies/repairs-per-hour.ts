import type { Cause } from '../health/finding.ts';
import { causeOf } from '../incidents/cause-of.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Step } from '../loop/plan.ts';
import type { TargetKey } from '../model/target.ts';
import { carriesOutMove } from '../traffic/carried-out.ts';
import { ALLOW, isRepair, type Policy, refuse, type Situation } from './policy.ts';

const HOUR_MS = 3_600_000;

/** Those that fall into the hour before now. */
const withinTheHour = (repairsAtMs: readonly number[], nowMs: number): number =>
  repairsAtMs.filter((atMs) => nowMs - atMs < HOUR_MS).length;

const names = ({ formerly = [], targets = [] }: Incident, key: TargetKey, of: Cause | undefined): boolean =>
  targets.includes(key) || (of !== undefined && formerly.includes(of));

/** How often within the hour a repair was begun that this step belongs to: of its cause, of an incident that names it, of its target. */
export function repairsBegun({ key }: Step, { declared, incidents, nowMs, repairsAtMs }: Situation): number {
  const of = causeOf({ key }, declared);
  const ofCause = incidents.filter(({ cause }) => cause === of).flatMap((incident) => incident.repairsAtMs);
  const ofOthers = incidents.filter((incident) => names(incident, key, of)).map((incident) => incident.repairsAtMs);
  return Math.max(...[ofCause, ...ofOthers, repairsAtMs?.[key] ?? []].map((begun) => withinTheHour(begun, nowMs)));
}

/**
 * Refuses one more repair of what was repaired again and again: somebody else undoes it, or it is not what is wrong.
 *
 * Reads     repairs begun within the hour, policies.repairsPerHour
 * Returns   `allow` or `refuse`. The repair under way is among those counted, so an incident's last one still goes
 *           through, until people were told that the budget is spent. A budget of 0 refuses all. Moves of callers are no repairs
 */
export const repairsPerHour: Policy = (proposal, situation) => {
  if (!isRepair(proposal) || carriesOutMove(proposal.step, situation)) return ALLOW;
  const { declared, incidents } = situation;
  const budget = declared.fleet.policies.repairsPerHour;
  if (budget === 0) return refuse('policies.repairsPerHour is 0: nothing is repaired by itself');
  const { step } = proposal;
  const cause = causeOf(step, declared);
  const begun = repairsBegun(step, situation);
  const isUnderWay = incidents
    .filter((incident) => incident.cause === cause || names(incident, step.key, cause))
    .some(({ status, escalatedFor = [] }) => status !== 'closed' && !escalatedFor.includes('budget-spent'));
  if (begun < budget || (begun === budget && isUnderWay)) return ALLOW;
  return refuse(`${cause ?? step.key} was repaired ${begun} times within the hour, and ${budget} is the budget`);
};
