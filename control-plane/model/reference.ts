import { keyOf, type TargetKey } from './target.ts';

/**
 * A value that is known only once another target exists: that target's attribute.
 *
 * Order comes from these, target by target: a step whose reference does not resolve yet waits.
 * An `optional` one resolves to `null` instead of making the step wait; not to `undefined`, which JSON would lose.
 */
export interface Reference {
  readonly $ref: TargetKey;
  readonly attribute: string;
  readonly optional?: true;
}

export const ref = (kind: string, name: string, attribute: string): Reference => ({
  $ref: keyOf(kind, name),
  attribute,
});
export const optionalRef = (kind: string, name: string, attribute: string): Reference => ({
  ...ref(kind, name, attribute),
  optional: true,
});

export const isReference = (value: unknown): value is Reference =>
  typeof value === 'object' && value !== null && '$ref' in value;

/** A desired state in which any value may still be a reference. */
export type Open<T> = T extends readonly (infer Item)[]
  ? readonly Open<Item>[] | Reference
  : T extends object
    ? { readonly [Field in keyof T]: Open<T[Field]> } | Reference
    : T | Reference;
