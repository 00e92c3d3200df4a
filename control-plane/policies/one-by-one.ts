import { type CauseKind, causeKind, causeName } from '../health/finding.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Step } from '../loop/plan.ts';
import type { Region } from '../model/region.ts';
import { kindOf, type TargetKey } from '../model/target.ts';
import { isLately } from '../model/units.ts';
import { inService, isFoundSick, servingInTraffic } from '../traffic/in-service.ts';
import { isDrained, NO_TRAFFIC_CHANGES } from '../traffic/traffic.ts';
import { ALLOW, hold, isRepair, type Policy, type Situation } from './policy.ts';

/** What a member's answers are made of. */
const REPLICA: ReadonlySet<string> = new Set(['function', 'rest-api', 'stage', 'base-path-mapping', 'domain-name']);

/** Whether a write to it may change what a member answers, so that it is to be known before the write that it may have been. */
export const isOfReplica = (key: TargetKey): boolean => REPLICA.has(kindOf(key));

/** Probes take half a minute to call something sick, and as long again to be believed and read. */
const SHOWS_WITHIN_MS = 90_000;
/** Whatever was changed longer ago than this is no news, seen or not: unless its member has been sick ever since. */
const NEWS_FOR_MS = 30 * 60_000;
const LOOK_AGAIN_AFTER_MS = 30_000;

/** 'function/eu-west-1/payments' */
const regionIn = (key: TargetKey): Region => key.split('/')[1] ?? '';

const isReplicaChange = ({ key, action, drift }: Step): boolean =>
  action === 'change' && isOfReplica(key) && drift.some(({ impact }) => impact !== 'none');

/** Members of which such a part was changed, and that have been sick ever since, however long ago that is. */
const neverWellSince = ({ incidents }: Situation, kinds: ReadonlySet<string>): ReadonlySet<Region> =>
  new Set(
    incidents
      .filter(({ status }) => status !== 'closed')
      .flatMap(({ changed = [] }) => changed.filter((key) => kinds.has(kindOf(key))).map(regionIn)),
  );

/** Parts of replicas that were changed or put right of late, or may have been, and when. */
const newsOf = ({ changedAtMs = {}, nowMs }: Situation): readonly (readonly [TargetKey, number])[] =>
  (Object.entries(changedAtMs) as [TargetKey, number][]).filter(
    ([key, lastMs]) => isOfReplica(key) && nowMs - lastMs < NEWS_FOR_MS,
  );

/** When each member's replica was last changed, as far as that is news; `kinds`: which parts of it count. */
function changesOf(situation: Situation, kinds: ReadonlySet<string>): ReadonlyMap<Region, number> {
  const changed = new Map<Region, number>();
  for (const [key, lastMs] of newsOf(situation))
    if (kinds.has(kindOf(key))) changed.set(regionIn(key), Math.max(lastMs, changed.get(regionIn(key)) ?? 0));
  return changed;
}

const ofOneMember: ReadonlySet<CauseKind> = new Set(['replica', 'network', 'region']);

/**
 * Parts of a member's replica that an incident about it may have begun with: they were changed shortly before it, or since
 * something was. None, where nothing was changed before it began.
 */
export function changedBefore(
  { cause, openedAtMs, changed = [] }: Pick<Incident, 'cause' | 'openedAtMs' | 'changed'>,
  situation: Situation,
): readonly TargetKey[] {
  if (!ofOneMember.has(causeKind(cause))) return changed;
  const news = newsOf(situation).filter(([key]) => regionIn(key) === causeName(cause));
  if (changed.length === 0 && news.every(([, lastMs]) => lastMs > openedAtMs)) return [];
  return [...new Set([...changed, ...news.map(([key]) => key)])].toSorted();
}

/**
 * Whether a step is one of many alike: the same is to be changed in other members, or was of late. That is what a new fleet
 * file brings, and no fault: while the replica is well, nobody feels it.
 */
export function isRollout(step: Step, situation: Situation): boolean {
  if (!isInTurn(step, situation)) return false;
  const kind = kindOf(step.key);
  const isElsewhere = (region: Region): boolean => region !== step.region;
  const isAlike = (other: Step): boolean => isReplicaChange(other) && kindOf(other.key) === kind;
  const ofKind = new Set([kind]);
  return (
    situation.steps.some((other) => isElsewhere(other.region) && isAlike(other)) ||
    [...changesOf(situation, ofKind).keys(), ...neverWellSince(situation, ofKind)].some(isElsewhere)
  );
}

const isWell = (region: Region, { declared, diagnosis }: Situation): boolean =>
  inService(declared, diagnosis).some((member) => member.region === region);

/** Whether a step changes a replica that is well, so that it has its turn. */
export const isInTurn = (step: Step, situation: Situation): boolean =>
  isReplicaChange(step) && isWell(step.region, situation);

/**
 * Holds a change of a replica that is well until those that were changed before it have been seen well since.
 *
 * A handler, a document or a setting that is wrong is wrong in every Region: whoever is changed first shows it, and the
 * others go on answering. The youngest member goes first, then as many at once as have been changed and are well. What is
 * sick or drained is changed at once, whoever has begun is finished, and what is missing is made.
 *
 * Whoever made a change may have died of it, or never have heard what came of it: what may have been changed counts as changed,
 * and is waited for. As long as it is to be changed still, it makes no room for others. Who fell sick after a change, and has
 * been so ever since, is waited for until it is well, or has left: evacuated, too, for that cures nothing. Of the others, what
 * is of another kind than what was changed there is put right meanwhile.
 *
 * Reads     steps of this plan, when replicas were changed or may have been, findings, open incidents, who was seen well, drains
 * Returns   `allow`, or `hold` for LOOK_AGAIN_AFTER_MS; never `refuse`
 * Bounds    a change goes through a fleet of N in about log2(N) times 90 s; where nobody knows anything of whom was changed,
 *           it goes on after half an hour
 */
export const oneByOne: Policy = (proposal, situation) => {
  if (!isRepair(proposal) || !isInTurn(proposal.step, situation)) return ALLOW;
  const { nowMs, declared, diagnosis, steps } = situation;
  const { key, region } = proposal.step;
  const changed = changesOf(situation, REPLICA);
  const hasShown = (other: Region): boolean => !isLately(changed.get(other) ?? 0, nowMs, SHOWS_WITHIN_MS);
  if (changed.has(region) && !hasShown(region)) return ALLOW;
  const serving = servingInTraffic(declared).map((member) => member.region);
  const inTraffic = serving.filter((other) => !isDrained(declared.traffic ?? NO_TRAFFIC_CHANGES, other));
  const neverWell = neverWellSince(situation, new Set([kindOf(key)]));
  const others = serving.filter(
    (other) => other !== region && (neverWell.has(other) || (inTraffic.includes(other) && changed.has(other))),
  );
  const isProven = (other: Region): boolean =>
    hasShown(other) && !isFoundSick(diagnosis, other) && diagnosis.seenWell.includes(other);
  const unproven = others.find((other) => !isProven(other));
  const lookAgainAtMs = nowMs + LOOK_AGAIN_AFTER_MS;
  if (unproven !== undefined) return hold(`${unproven} was changed before it and not seen well since`, lookAgainAtMs);
  const waiting = new Set(steps.filter(isReplicaChange).map((step) => step.region));
  const inTurn = inTraffic.toReversed().filter((other) => waiting.has(other) && !isFoundSick(diagnosis, other));
  const done = others.filter((other) => !waiting.has(other));
  const now = inTurn.slice(0, Math.max(1, done.length));
  return now.includes(region) ? ALLOW : hold(`${now.join(', ')} is changed before it`, lookAgainAtMs);
};
