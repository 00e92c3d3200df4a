import { type Cause, causeKind, causeName, regionsOf } from '../health/finding.ts';
import type { Step } from '../loop/plan.ts';
import type { Scope } from '../loop/scope.ts';
import type { Declared } from '../model/fleet.ts';
import { kindOf, type TargetKey } from '../model/target.ts';
import { isRollout } from '../policies/one-by-one.ts';
import { causeOf } from './cause-of.ts';
import type { Incident } from './incident.ts';
import type { Occasion } from './occasion.ts';

/** What is known to be other than declared, of this look and of those before it. */
export interface KnownDrift {
  /** What callers feel, by cause; with its step where this look has one. */
  readonly felt: ReadonlyMap<Cause, ReadonlyMap<TargetKey, Step | undefined>>;
  /** What is being made, or waits for something that is. */
  readonly moving: ReadonlyMap<Cause, readonly TargetKey[]>;
  /** What stands in the way and is not the fleet's. */
  readonly conflicts: ReadonlyMap<Cause, readonly string[]>;
  /** Causes of targets in Regions that did not answer. */
  readonly unseen: ReadonlySet<Cause>;
}

/** Whether a scope takes in all that a cause may come from. */
export function covers(scope: Scope | undefined, cause: Cause): boolean {
  if (scope === undefined) return false;
  if (scope.regions === undefined && scope.targets === undefined) return true;
  // Of what many members share, a scope of some of them shows only a part.
  if (causeKind(cause) === 'fleet') return false;
  return regionsOf(cause).some((region) => scope.regions?.includes(region));
}

/** Whether a look or a proof in this scope says something of one target. */
const coversTarget = (scope: Scope | undefined, key: TargetKey, cause: Cause): boolean =>
  covers(scope, cause) || scope?.targets?.includes(key) === true;

/** A member that joins or leaves is its own run's to finish, and nobody is called to it; one without callers is felt by nobody. */
function isFelt(cause: Cause, { members }: Declared): boolean {
  const regions = new Set(regionsOf(cause));
  const concerned = members.filter(({ region }) => regions.has(region));
  const isIn = concerned.length === regions.size && concerned.every(({ phase }) => phase === 'joined');
  return isIn && (causeKind(cause) !== 'replica' || concerned.every(({ inTraffic }) => inTraffic));
}

const isOutage = ({ action, drift }: Step): boolean =>
  action !== 'remove' && drift.some(({ impact }) => impact === 'outage');

const isRecords = (key: TargetKey): boolean => kindOf(key) === 'records';
const isMembers = (cause: Cause): boolean => ['replica', 'region', 'network'].includes(causeKind(cause));

/** Records that lead to a member something is the matter with are a symptom of it: its endpoint is another, and every view follows. */
function followed({ key, drift }: Step, open: readonly Incident[]): Cause | undefined {
  if (!isRecords(key)) return undefined;
  const about = new Set(drift.map(({ field }) => /^record (\S+)$/.exec(field)?.[1]));
  const [region] = about;
  if (about.size !== 1 || region === undefined) return undefined;
  return open.find(({ cause }) => isMembers(cause) && causeName(cause) === region)?.cause;
}

function grouped<Value>(values: Iterable<readonly [Cause, Value]>): ReadonlyMap<Cause, readonly Value[]> {
  const groups = new Map<Cause, Value[]>();
  for (const [cause, value] of values) groups.set(cause, [...(groups.get(cause) ?? []), value]);
  return groups;
}

/**
 * Puts together what this look has found, and, of what it did not look at, what open incidents remember.
 *
 * In   steps, what waits, conflicts and what was not seen, of a plan; open incidents with their targets
 */
export function knownDrift({ situation, look }: Occasion, open: readonly Incident[]): KnownDrift {
  const { declared } = situation;
  const { steps = [], waiting = [], findings = [] } = look?.plan ?? {};
  const explained = <Value>(key: TargetKey, value: Value): readonly (readonly [Cause, Value])[] => {
    const cause = causeOf({ key }, declared);
    return cause === undefined || !isFelt(cause, declared) ? [] : [[cause, value]];
  };
  const felt = new Map<Cause, Map<TargetKey, Step | undefined>>();
  const feel = (cause: Cause, key: TargetKey, step: Step | undefined): void => {
    felt.set(cause, (felt.get(cause) ?? new Map<TargetKey, Step | undefined>()).set(key, step));
  };
  const isFault = (step: Step): boolean => isOutage(step) && !isRollout(step, { ...situation, steps });
  for (const step of steps.filter(isFault)) {
    const whole = followed(step, open);
    if (whole !== undefined) feel(whole, step.key, step);
    else for (const [cause] of explained(step.key, step)) feel(cause, step.key, step);
  }
  const unseenTargets = findings.filter(({ finding }) => finding === 'unseen').map(({ target }) => target);
  const isUnseen = new Set(unseenTargets);
  const isMoving = new Set(waiting.map(({ target }) => target));
  const remembered = open.flatMap(({ cause, targets = [] }) => targets.map((key) => ({ key, of: cause })));
  for (const { key, of } of remembered)
    for (const cause of isRecords(key) && isMembers(of) ? [of] : explained(key, key).map(([named]) => named))
      if ((!coversTarget(look?.scope, key, cause) && !isMoving.has(key)) || isUnseen.has(key))
        if (felt.get(cause)?.has(key) !== true) feel(cause, key, undefined);
  return {
    felt,
    moving: grouped(waiting.flatMap(({ target }) => explained(target, target))),
    conflicts: grouped(
      findings.filter(({ finding }) => finding === 'conflict').flatMap(({ target, says }) => explained(target, says)),
    ),
    unseen: new Set(unseenTargets.flatMap((key) => explained(key, key)).map(([cause]) => cause)),
  };
}
