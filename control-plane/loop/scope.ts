import type { Region } from '../model/region.ts';
import type { TargetKey } from '../model/target.ts';
import type { Wanted } from './wanted.ts';

/**
 * Where to look. Neither given: the whole fleet.
 * `regions`: everything that concerns one of them. `targets`: these and whatever refers to them, directly or not.
 */
export interface Scope {
  readonly regions?: readonly Region[] | undefined;
  readonly targets?: readonly TargetKey[] | undefined;
}

const isWholeFleet = ({ regions, targets }: Scope): boolean => regions === undefined && targets === undefined;

/** The targets a run is about. */
export function inScope(wanted: ReadonlyMap<TargetKey, Wanted>, scope: Scope): ReadonlyMap<TargetKey, Wanted> {
  if (isWholeFleet(scope)) return wanted;
  const regions = new Set(scope.regions);
  const chosen = new Map<TargetKey, Wanted>();
  for (const [key, target] of wanted)
    if (target.concerns.some((region) => regions.has(region))) chosen.set(key, target);

  // Dependents: what leads through a target is broken with it, so it is looked at with it.
  let frontier = new Set(scope.targets);
  while (frontier.size > 0) {
    const next = new Set<TargetKey>();
    for (const [key, target] of wanted) {
      const touched = frontier.has(key) || target.references.some(({ $ref }) => frontier.has($ref));
      if (!touched || chosen.has(key)) continue;
      chosen.set(key, target);
      next.add(key);
    }
    frontier = next;
  }
  return chosen;
}

/** One survey to make: a kind, in a Region. */
export interface Survey {
  readonly kind: string;
  readonly region: Region;
}

/** What the run is about in the first place, and not only touched by it. */
const isCentral = ({ key, owners, references }: Wanted, { regions, targets }: Scope): boolean =>
  owners.some((region) => regions?.includes(region) === true) ||
  targets?.some(
    (target) => target === key || references.some(({ $ref, optional }) => $ref === target && optional !== true),
  ) === true;

/**
 * What must be surveyed to judge the targets in scope: they themselves, and what they refer to. What that leans on in
 * turn tells nothing of them.
 *
 * Where a target is only touched by the scope, optional references that lead out of it are left unresolved, and what they
 * stand for stays as it is: a join adds its own record to every view, and reads nothing for the other records there.
 */
export function surveysFor(
  wanted: ReadonlyMap<TargetKey, Wanted>,
  chosen: ReadonlyMap<TargetKey, Wanted>,
  scope: Scope,
): readonly Survey[] {
  if (!isWholeFleet(scope) || chosen !== wanted) return allSurveys(wanted, chosen, scope);
  let surveys = ofWholeFleets.get(wanted);
  if (surveys === undefined) ofWholeFleets.set(wanted, (surveys = allSurveys(wanted, chosen, scope)));
  return surveys;
}

const ofWholeFleets = new WeakMap<ReadonlyMap<TargetKey, Wanted>, readonly Survey[]>();

function allSurveys(
  wanted: ReadonlyMap<TargetKey, Wanted>,
  chosen: ReadonlyMap<TargetKey, Wanted>,
  scope: Scope,
): readonly Survey[] {
  const surveys = new Map<string, Survey>();
  const survey = ({ kind, region }: Wanted): void => {
    surveys.set(`${kind}@${region}`, { kind, region });
  };
  for (const target of chosen.values()) {
    survey(target);
    const isAllOfIt = isCentral(target, scope);
    for (const group of target.referenceGroups) {
      const isTouched = isAllOfIt || group.some(({ $ref }) => chosen.has($ref));
      for (const { $ref, optional } of group) {
        const referred = wanted.get($ref);
        if (referred !== undefined && (optional !== true || isTouched)) survey(referred);
      }
    }
  }
  return [...surveys.values()];
}
