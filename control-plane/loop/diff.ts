import { kindNamed } from '../kinds/index.ts';
import type { Drift } from '../model/drift.ts';
import type { TargetKey } from '../model/target.ts';
import { type Observation, surveyName } from './observe.ts';
import { type Lookup, resolve } from './resolve.ts';
import type { Wanted } from './wanted.ts';

/** How one target stands, compared with what is wanted of it. */
export type Assessment =
  | { readonly state: 'settled' }
  | {
      readonly state: 'drifting';
      readonly action: 'create' | 'change' | 'remove';
      readonly drift: readonly Drift[];
      readonly desired: unknown;
      readonly observed: unknown;
    }
  | { readonly state: 'waiting'; readonly for: readonly TargetKey[] }
  | { readonly state: 'settling'; readonly because: string; readonly lookAgainAfterSeconds: number }
  | { readonly state: 'conflict'; readonly says: string }
  | { readonly state: 'unseen'; readonly says: string }
  /** The AWS this runs against cannot hold a target of this kind: nothing is done about it, and nothing is claimed. */
  | { readonly state: 'left-out'; readonly says: string };

/** A target whose creation was intended this recently and does not show yet may still be on its way: EC2 is eventually consistent. */
export const CREATION_GRACE_MS = 60_000;

export interface Look {
  readonly wanted: ReadonlyMap<TargetKey, Wanted>;
  readonly observation: Observation;
  /** Kinds that are neither looked at nor made, and why. */
  readonly leftOut: Readonly<Record<string, string>>;
  /** When the creation of a target was last intended without its outcome being known. */
  readonly intendedAtMs: (target: TargetKey) => number | undefined;
  readonly nowMs: number;
}

/** Compares what is in scope with what was observed. Pure: the same look gives the same assessments. */
export function diff(look: Look, chosen: ReadonlyMap<TargetKey, Wanted>): ReadonlyMap<TargetKey, Assessment> {
  const attributes = new Map<TargetKey, Readonly<Record<string, string>>>();
  const lookup: Lookup = (key, attribute) => {
    let known = attributes.get(key);
    if (known === undefined) {
      const observed = look.observation.targets.get(key);
      const kind = look.wanted.get(key)?.kind;
      known = observed === undefined || kind === undefined ? {} : kindNamed(kind).attributes(observed);
      attributes.set(key, known);
    }
    return known[attribute];
  };
  const assessments = new Map<TargetKey, Assessment>();
  for (const target of chosen.values())
    assessments.set(
      target.key,
      target.presence === 'absent' ? assessAbsence(look, target) : assess(look, target, lookup),
    );
  return inOrder(chosen, assessments);
}

function assess(look: Look, target: Wanted, lookup: Lookup): Assessment {
  const because = look.leftOut[target.kind];
  if (because !== undefined) return { state: 'left-out', says: `${target.key} is left out: ${because}` };
  const unseen = look.observation.unseen.get(surveyName(target));
  if (unseen !== undefined) return { state: 'unseen', says: unseen.says };
  const kind = kindNamed(target.kind);
  const observed = look.observation.targets.get(target.key);
  if (target.presence === 'borrowed') {
    if (observed !== undefined) return { state: 'settled' };
    return {
      state: 'conflict',
      says: `${target.key} is borrowed by id and is not there: put it back, or change the fleet file`,
    };
  }
  const { value, waitsFor } = resolve(target.want, lookup, look.leftOut);
  // What hangs on something that nobody could look at is not known to be missing, and nothing waits for it.
  const hidden = waitsFor.find((key) => isUnseen(look, key));
  if (hidden !== undefined) return { state: 'unseen', says: `${target.key} hangs on ${hidden}, which was not seen` };
  if (waitsFor.length > 0) return { state: 'waiting', for: waitsFor };
  const desired = kind.desired.parse(value);
  const says = observed === undefined ? undefined : kind.conflict?.(desired, observed);
  if (says !== undefined) return { state: 'conflict', says };
  const drift = kind.diff(desired, observed);
  const settling = observed === undefined ? undefined : kind.settling?.(observed);
  if (drift.length === 0) return settling === undefined ? { state: 'settled' } : { state: 'settling', ...settling };
  if (observed === undefined && isOnItsWay(look, target.key))
    return { state: 'settling', because: 'its creation may still be under way', lookAgainAfterSeconds: 10 };
  return { state: 'drifting', action: observed === undefined ? 'create' : 'change', drift, desired, observed };
}

function isUnseen({ wanted, observation }: Look, key: TargetKey): boolean {
  const target = wanted.get(key);
  return target !== undefined && observation.unseen.has(surveyName(target));
}

const isOnItsWay = (look: Look, key: TargetKey): boolean => {
  const intendedAtMs = look.intendedAtMs(key);
  return intendedAtMs !== undefined && look.nowMs - intendedAtMs < CREATION_GRACE_MS;
};

/** What an offboard asked to be gone: last what others still lean on. */
function assessAbsence(look: Look, target: Wanted): Assessment {
  const unseen = look.observation.unseen.get(surveyName(target));
  if (unseen !== undefined) return { state: 'unseen', says: unseen.says };
  const observed = look.observation.targets.get(target.key);
  if (observed === undefined) return { state: 'settled' };
  const leaving = kindNamed(target.kind).leaving?.(observed);
  if (leaving !== undefined) return { state: 'settling', ...leaving };
  const leaning = [...look.wanted.values()].filter(
    ({ presence, references, key }) =>
      presence === 'absent' && look.observation.targets.has(key) && references.some(({ $ref }) => $ref === target.key),
  );
  if (leaning.length > 0) return { state: 'waiting', for: leaning.map(({ key }) => key) };
  const says = kindNamed(target.kind).holdsOthers?.(observed);
  if (says !== undefined) return { state: 'conflict', says };
  const drift: Drift = { field: 'existence', desired: 'absent', observed: 'present', impact: 'none' };
  return { state: 'drifting', action: 'remove', drift: [drift], desired: undefined, observed };
}

/** Holds back what `dependsOn` says comes later: kinds of the same owners that are not settled yet. */
function inOrder(
  chosen: ReadonlyMap<TargetKey, Wanted>,
  assessments: ReadonlyMap<TargetKey, Assessment>,
): ReadonlyMap<TargetKey, Assessment> {
  const ownersOf = ({ owners }: Wanted): string => owners.join('~');
  const unsettled = new Map<string, TargetKey[]>();
  for (const target of chosen.values()) {
    const state = assessments.get(target.key)?.state;
    if (state === 'settled' || state === 'left-out' || state === undefined) continue;
    const at = `${target.kind}@${ownersOf(target)}`;
    unsettled.set(at, [...(unsettled.get(at) ?? []), target.key]);
  }
  const ordered = new Map<TargetKey, Assessment>();
  for (const target of chosen.values()) {
    const assessment = assessments.get(target.key) as Assessment;
    const before =
      assessment.state === 'drifting' && assessment.action !== 'remove'
        ? kindNamed(target.kind).dependsOn.flatMap((kind) => unsettled.get(`${kind}@${ownersOf(target)}`) ?? [])
        : [];
    ordered.set(target.key, before.length > 0 ? { state: 'waiting', for: before } : assessment);
  }
  return ordered;
}
