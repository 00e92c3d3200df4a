import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { copyValue } from '../attribute-value.ts';
import type { Attributes } from '../state.ts';
import { invalid } from '../validation-error.ts';
import type { Scope } from './scope.ts';
import type { Path } from './syntax.ts';

/** Positions within an item: reading one, writing one without touching what was there, picking several. */

export type Steps = readonly (string | number)[];

export function valueAt(attributes: Attributes, path: Path, scope: Scope): AttributeValue | undefined {
  const { steps } = path;
  let value = attributes[scope.nameOf(steps[0] as string)];
  for (let at = 1; at < steps.length && value !== undefined; at += 1) {
    const step = steps[at] as string | number;
    value = typeof step === 'number' ? value.L?.[step] : value.M?.[scope.nameOf(step)];
  }
  return value;
}

const notForUpdate = () => invalid('The document path provided in the update expression is invalid for update');

/** The attributes with one value put at `steps`; lists and maps on the way are copied, everything else is shared. */
export function withValueAt(attributes: Attributes, steps: Steps, value: AttributeValue): Attributes {
  return (written({ M: attributes }, steps, 0, value) as { M: Attributes }).M;
}

/** The attributes without what was at `steps`, if anything was. */
export function withoutValueAt(attributes: Attributes, steps: Steps): Attributes {
  return (written({ M: attributes }, steps, 0, undefined) as { M: Attributes }).M;
}

function written(
  container: AttributeValue,
  steps: Steps,
  at: number,
  value: AttributeValue | undefined,
): AttributeValue {
  const step = steps[at] as string | number;
  const isLast = at === steps.length - 1;
  if (typeof step === 'number') {
    if (container.L === undefined) throw notForUpdate();
    const list = [...container.L];
    const inner = list[step];
    if (!isLast) {
      if (inner === undefined) throw notForUpdate();
      list[step] = written(inner, steps, at + 1, value);
    } else if (value === undefined) {
      list.splice(step, 1);
    } else if (step < list.length) {
      list[step] = value;
    } else {
      list.push(value);
    }
    return { L: list };
  }
  if (container.M === undefined) throw notForUpdate();
  const map: Record<string, AttributeValue> = { ...container.M };
  const inner = map[step];
  if (!isLast) {
    if (inner === undefined) throw notForUpdate();
    map[step] = written(inner, steps, at + 1, value);
  } else if (value === undefined) {
    delete map[step];
  } else {
    map[step] = value;
  }
  return { M: map };
}

/** Paths as a tree, so that what they pick from one item can be put together again. */
export interface Picked {
  /** Undefined: all of it. */
  readonly parts: Map<string | number, Picked> | undefined;
}

export function pickedBy(paths: readonly Steps[]): Picked {
  const root: Picked = { parts: new Map() };
  for (const steps of paths) {
    let node = root;
    steps.forEach((step, at) => {
      const parts = node.parts as Map<string | number, Picked>;
      let next = parts.get(step);
      if (next === undefined) {
        next = { parts: at === steps.length - 1 ? undefined : new Map() };
        parts.set(step, next);
      }
      node = next;
    });
  }
  return root;
}

/** A copy of what the paths pick. List elements move together: their positions are not kept. */
export function pick(attributes: Attributes, { parts }: Picked): Record<string, AttributeValue> {
  const picked: Record<string, AttributeValue> = {};
  for (const [step, part] of parts ?? []) {
    const value = attributes[step];
    const found = value === undefined ? undefined : pickFrom(value, part);
    if (found !== undefined) picked[step] = found;
  }
  return picked;
}

function pickFrom(value: AttributeValue, picked: Picked): AttributeValue | undefined {
  const { parts } = picked;
  if (parts === undefined) return copyValue(value);
  if (value.M !== undefined) {
    const inner = pick(value.M, picked);
    return Object.keys(inner).length === 0 ? undefined : { M: inner };
  }
  if (value.L === undefined) return undefined;
  const { L: list } = value;
  const positions = [...parts.keys()].filter((step) => typeof step === 'number').toSorted((a, b) => a - b);
  const inner = positions.flatMap((position) => {
    const element = list[position];
    const found = element === undefined ? undefined : pickFrom(element, parts.get(position) as Picked);
    return found === undefined ? [] : [found];
  });
  return inner.length === 0 ? undefined : { L: inner };
}

/** Refuses two paths of which one leads through, or to, the other. */
export function refuseOverlaps(expression: 'UpdateExpression' | 'ProjectionExpression', paths: readonly Steps[]): void {
  for (let later = 1; later < paths.length; later += 1)
    for (let earlier = 0; earlier < later; earlier += 1) {
      const [one, two] = [paths[earlier] as Steps, paths[later] as Steps];
      const shared = Math.min(one.length, two.length);
      let at = 0;
      while (at < shared && one[at] === two[at]) at += 1;
      if (at === shared)
        throw invalid(
          `Invalid ${expression}: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: ${shown(one)}, path two: ${shown(two)}`,
        );
      if (typeof one[at] !== typeof two[at])
        throw invalid(
          `Invalid ${expression}: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: ${shown(one)}, path two: ${shown(two)}`,
        );
    }
}

const shown = (steps: Steps): string =>
  `[${steps.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`;
