import { isReference } from '../model/reference.ts';
import { kindOf, type TargetKey } from '../model/target.ts';

/** Looks up a target's attribute in what was observed; `undefined` while it is not ready. */
export type Lookup = (target: TargetKey, attribute: string) => string | undefined;

export interface Resolved {
  readonly value: unknown;
  /** References that must resolve and do not yet: the step waits for these. */
  readonly waitsFor: readonly TargetKey[];
}

/**
 * Replaces every reference in a desired state by what it stands for: an optional one by `null` where that is not there yet,
 * and by nothing at all where it cannot be had here (`leftOut`, by kind).
 */
export function resolve(want: unknown, lookup: Lookup, leftOut: Readonly<Record<string, unknown>> = {}): Resolved {
  const waitsFor = new Set<TargetKey>();
  const walk = (value: unknown): unknown => {
    if (isReference(value)) {
      if (value.optional === true && kindOf(value.$ref) in leftOut) return undefined;
      const found = lookup(value.$ref, value.attribute);
      if (found === undefined && value.optional !== true) waitsFor.add(value.$ref);
      return found ?? (value.optional === true ? null : undefined);
    }
    if (Array.isArray(value)) return value.map(walk).filter((item) => item !== undefined);
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, walk(inner)]));
    return value;
  };
  return { value: walk(want), waitsFor: [...waitsFor] };
}
