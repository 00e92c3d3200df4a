import { causeKind, regionsOf } from '../health/finding.ts';
import type { Step } from '../loop/plan.ts';
import { isLately } from '../model/units.ts';
import { judge } from '../policies/judge.ts';
import type { Judgement } from '../policies/policy.ts';
import { repairsBegun } from '../policies/repairs-per-hour.ts';
import { isAllSick, servingInTraffic } from '../traffic/in-service.ts';
import { amissIn, become, type Course, escalate, listOf, tell } from './course.ts';
import { covers } from './known-drift.ts';
import type { Matter } from './matters.ts';
import { reasonsOf } from './moves.ts';
import type { Occasion, Repair } from './occasion.ts';

/** A write shows within seconds; what drifts still, or again, after this long was repaired in vain. */
const REPAIR_AGAIN_AFTER_MS = 120_000;
/** What people are spared while it may still turn out to be configuration. */
const GRACE_MS = 120_000;
/** What was put right shows late: a new access association takes effect after a quarter of an hour. */
const SHOWS_WITHIN_MS = 20 * 60_000;
const NOBODY_LOOKED_MS = 600_000;

/** What this look would do of it. */
const stepsOf = ({ felt }: Matter): readonly Step[] => [...felt.values()].filter((step) => step !== undefined);

/** 'stage/eu-west-1 is missing', 'function/… differs in codeSha256' */
const describe = ({ key, action, drift }: Step): string =>
  action === 'create' ? `${key} is missing` : `${key} differs in ${drift.map(({ field }) => field).join(', ')}`;

/** Whether this look has seen all that the matter may come from. */
const isLooked = ({ look }: Occasion, { cause }: Matter, unseen: boolean): boolean =>
  !unseen && covers(look?.scope, cause);

/** Notes what has drifted, and what no longer has. */
export function followDrift(course: Course, occasion: Occasion, matter: Matter, unseen: boolean): void {
  const { targets: known } = course.now;
  const { nowMs } = course;
  const amiss = amissIn(matter);
  const looked = isLooked(occasion, matter, unseen);
  const fresh = stepsOf(matter).filter(({ key }) => known?.includes(key) !== true);
  if (fresh.length > 0) tell(course, 'evidence', `a look finds: ${listOf(fresh.map(describe))}`);
  if (amiss.length > 0) become(course, { repairedAtMs: undefined });
  else if (known !== undefined && known.length > 0) settle(course);
  const isNews = amiss.join() !== (known ?? []).join() || (looked && known === undefined);
  if (isNews) become(course, { targets: amiss });
  const { lookedAtMs = Number.NEGATIVE_INFINITY } = course.now;
  if (looked && nowMs - lookedAtMs >= REPAIR_AGAIN_AFTER_MS) become(course, { lookedAtMs: nowMs });
}

/** What had drifted is as declared: by whose hand, the journal says. */
export function settle(course: Course): void {
  const { targets = [] } = course.now;
  if (targets.length === 0) return;
  tell(course, 'repair', `as declared again: ${listOf(targets)}`);
  become(course, { targets: [], repairedAtMs: course.nowMs });
}

/**
 * What is to be repaired now, or looked at because it may be. Spends the budget, and tells people once it is spent.
 *
 * A target that was not tried yet goes on with the repair that has begun: a member that is built anew shows more to do
 * for half an hour. One that drifts again after it was tried is one more repair.
 */
export function repairOf(course: Course, occasion: Occasion, matter: Matter): Repair | undefined {
  const steps = stepsOf(matter);
  return steps.length > 0 ? repairSteps(course, occasion, steps) : lookFor(course, occasion, matter);
}

function repairSteps(course: Course, { situation, overrides }: Occasion, steps: readonly Step[]): Repair | undefined {
  const { nowMs } = course;
  const { cause, id, openedAtMs, tried = [], repairsAtMs, escalatedFor } = course.now;
  const { triedAtMs = Number.NEGATIVE_INFINITY } = course.now;
  const budget = situation.declared.fleet.policies.repairsPerHour;
  if (escalatedFor?.includes('budget-spent')) return undefined;
  // As it will be read by whoever judges these steps once they are begun.
  const incidents = [...situation.incidents.filter((incident) => incident.id !== id), course.now];
  const at = { ...situation, incidents };
  const judged = steps.map((step) => ({
    key: step.key,
    begun: repairsBegun(step, at),
    judgement: judge({ what: 'repair', step, purpose: 'repair' }, at, overrides),
  }));
  const barred = judged.filter(({ judgement }) => judgement.verdict !== 'allow');
  const reasons = [...new Set(barred.map(({ judgement }) => reasonsOf(judgement)))];
  const going = judged.filter((one) => !barred.includes(one));
  const allowed = going.map(({ key }) => key);
  const fresh = allowed.filter((key) => !tried.includes(key));
  const isAgain = !isLately(triedAtMs, nowMs, REPAIR_AGAIN_AFTER_MS);
  const counts = repairsAtMs.length === 0 || (isAgain && fresh.length < allowed.length);
  const isSpent =
    barred.some(({ judgement }) => judgement.reasons.some(({ policy }) => policy === 'repairs-per-hour')) ||
    (counts && going.some(({ begun }) => begun >= budget));
  if (isSpent) {
    escalate(
      course,
      'budget-spent',
      `${course.now.says}; ${repairsAtMs.length} repairs have not held, and ${budget} an hour is the budget`,
    );
    return undefined;
  }
  if (reasons.length > 0) course.decisions.push(`not repaired now: ${listOf(reasons)}`);
  if (allowed.length === 0 && nowMs - openedAtMs >= GRACE_MS && barred.every(isRefused))
    escalate(course, 'in-the-way', `${course.now.says}; not repaired: ${listOf(reasons)}`);
  if (allowed.length === 0 || (fresh.length === 0 && !counts)) return undefined;
  const repairs = counts ? [...repairsAtMs, nowMs] : repairsAtMs;
  const which = repairs.length === 1 ? 'the repair' : `repair ${repairs.length}`;
  tell(course, 'repair', `${which} ${counts ? 'begins' : 'goes on'}: ${listOf(allowed)}`);
  become(course, {
    tried: [...new Set([...tried, ...allowed])].toSorted(),
    triedAtMs: nowMs,
    repairsAtMs: repairs,
  });
  return { cause, incident: id, scope: { targets: allowed } };
}

const isRefused = ({ judgement }: { readonly judgement: Judgement }): boolean => judgement.verdict === 'refuse';

/** Where a run should look, if nobody has of late: probes tell that something is wrong, and never of what resource. */
function lookFor(course: Course, occasion: Occasion, matter: Matter): Repair | undefined {
  const { nowMs } = course;
  const { run } = occasion;
  const { cause, id, targets, lookedAtMs = Number.NEGATIVE_INFINITY, status, sent } = course.now;
  const isHopeless = status === 'escalated' && targets?.length === 0;
  const isSentAgain = run !== undefined && run === sent;
  const wasLookedAt = !isSentAgain && isLately(lookedAtMs, nowMs, REPAIR_AGAIN_AFTER_MS);
  if (occasion.look !== undefined || isHopeless || wasLookedAt) return undefined;
  const regions =
    causeKind(cause) === 'fleet'
      ? servingInTraffic(occasion.situation.declared).map(({ region }) => region)
      : regionsOf(cause);
  if (course.now.lookedAtMs === undefined)
    tell(course, 'decision', `a look at ${listOf(regions)} is to show what is not as declared`);
  if (!isSentAgain) become(course, { lookedAtMs: nowMs, sent: run });
  return { cause, incident: id, scope: matter.felt.size > 0 ? { targets: [...matter.felt.keys()] } : { regions } };
}

/** Tells people what no repair of ours will mend. What may still turn out to be configuration is given a little time. */
export function tellPeople(course: Course, occasion: Occasion, matter: Matter, unseen: boolean): void {
  const { declared, diagnosis } = occasion.situation;
  const { says, openedAtMs, targets, repairedAtMs = Number.NEGATIVE_INFINITY } = course.now;
  const ageMs = course.nowMs - openedAtMs;
  const kind = causeKind(matter.cause);
  const isMembers = kind === 'fleet' || kind === 'replica' || kind === 'region' || kind === 'network';
  if (isMembers && isAllSick(declared, diagnosis))
    escalate(course, 'all-sick', `every serving member is sick, and callers are left where they are: ${says}`);
  if (matter.conflicts.length > 0) escalate(course, 'in-the-way', `${says}; ${listOf(matter.conflicts)}`);
  const isOurs = matter.felt.size + matter.moving.length + matter.conflicts.length > 0;
  if (isOurs || ageMs < GRACE_MS || course.nowMs - repairedAtMs < SHOWS_WITHIN_MS) return;
  if (isLooked(occasion, matter, unseen) || (!unseen && targets !== undefined))
    escalate(course, 'nothing-to-repair', `${says}; everything there is as declared, so nothing can be repaired`);
  else if (unseen) escalate(course, 'not-looked-at', `${says}; its Region does not answer, so nothing can be repaired`);
  else if (ageMs >= NOBODY_LOOKED_MS)
    escalate(course, 'not-looked-at', `${says}; nobody was able to look at its resources for ten minutes`);
}
