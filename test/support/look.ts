import { expect } from 'vitest';
import type { Kind, Place } from '../../control-plane/kinds/kind.ts';
import { resolve } from '../../control-plane/loop/resolve.ts';
import { keyOf } from '../../control-plane/model/target.ts';
import { type Answers, converse } from './dialogue.ts';

/** What other kinds would say of their targets, by key and attribute. */
export type Attributes = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** One target of a kind as the loop sees it: wanted, observed, compared; and what its writes would be. */
export function lookAt<Desired, Observed>(
  kind: Kind<Desired, Observed>,
  name: string,
  place: Place,
  answers: Answers,
  attributes: Attributes,
) {
  const target = [...kind.targets(place.declared)].find((each) => each.name === name);
  if (target === undefined) throw new Error(`no ${kind.name}/${name} is wanted`);
  const { value, waitsFor } = resolve(target.want, (key, attribute) => attributes[key]?.[attribute]);
  if (waitsFor.length > 0) throw new Error(`${kind.name}/${name} waits for ${waitsFor.join(', ')}`);
  const desired = kind.desired.parse(value);
  const key = keyOf(kind.name, name);
  const survey = converse(kind.survey(place), answers);
  const observed = survey.result.get(name);
  // It travels to the applier inside the plan.
  expect(JSON.parse(JSON.stringify(observed ?? null)), 'plain JSON').toEqual(observed ?? null);
  const drift = kind.diff(desired, observed);
  const artefact = (): Uint8Array => new Uint8Array();
  return {
    observed,
    drift,
    fields: drift.map(({ field }) => field),
    reads: survey.reads,
    attributes: observed === undefined ? undefined : kind.attributes(observed),
    conflict: observed === undefined ? undefined : kind.conflict?.(desired, observed),
    settling: observed === undefined ? undefined : kind.settling?.(observed),
    leaving: observed === undefined ? undefined : kind.leaving?.(observed),
    repair: () => converse(kind.apply({ target, key, desired, observed, drift, place, artefact }), answers),
    remove: () => {
      if (observed === undefined) throw new Error('there is nothing to remove');
      return converse(kind.remove({ target, key, observed, place }), answers);
    },
  };
}
