import { kinds } from '../kinds/index.ts';
import type { DesiredTarget } from '../kinds/kind.ts';
import type { Declared } from '../model/fleet.ts';
import { isReference, type Reference } from '../model/reference.ts';
import { keyOf, type TargetKey } from '../model/target.ts';

/**
 * A target with what is wanted of it now.
 *
 * `present`: as its kind says. `absent`: one of its owners is leaving. `borrowed`: there already, not ours to change.
 */
export interface Wanted extends DesiredTarget {
  readonly key: TargetKey;
  readonly presence: 'present' | 'absent' | 'borrowed';
  /** Every reference in `want`, found once. */
  readonly references: readonly Reference[];
  /** The same by what belongs together: the references inside one item of a list make one item, or leave it out. */
  readonly referenceGroups: readonly (readonly Reference[])[];
}

// Pushed and not yielded: every value of every target passes here at every look.
function collectReferences(value: unknown, found: Reference[]): Reference[] {
  if (isReference(value)) found.push(value);
  else if (typeof value === 'object' && value !== null)
    for (const item of Object.values(value)) collectReferences(item, found);
  return found;
}

function collectGroups(value: unknown, found: Reference[][]): Reference[][] {
  if (isReference(value)) found.push([value]);
  else if (Array.isArray(value)) for (const item of value) found.push(collectReferences(item, []));
  else if (typeof value === 'object' && value !== null)
    for (const item of Object.values(value)) collectGroups(item, found);
  return found;
}

const known = new WeakMap<Declared, ReadonlyMap<TargetKey, Wanted>>();

/** Everything the fleet wants, by key: a pure function of the fleet file and the members, worked out once for each. */
export function wantedTargets(declared: Declared): ReadonlyMap<TargetKey, Wanted> {
  let wanted = known.get(declared);
  if (wanted === undefined) known.set(declared, (wanted = allWanted(declared)));
  return wanted;
}

function allWanted(declared: Declared): ReadonlyMap<TargetKey, Wanted> {
  const leaving = new Set(declared.members.filter(({ phase }) => phase === 'leaving').map(({ region }) => region));
  const wanted = new Map<TargetKey, Wanted>();
  for (const kind of kinds.values()) {
    for (const target of kind.targets(declared)) {
      const key = keyOf(kind.name, target.name);
      const isLeaving = target.owners.some((region) => leaving.has(region));
      const presence = target.borrowed ? 'borrowed' : isLeaving ? 'absent' : 'present';
      const referenceGroups = collectGroups(target.want, []);
      wanted.set(key, { ...target, key, presence, referenceGroups, references: referenceGroups.flat() });
    }
  }
  return wanted;
}
