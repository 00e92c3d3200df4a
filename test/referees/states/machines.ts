import { type Arbitrary, constant, oneof, record } from 'fast-check';
import type { Json } from './answers.ts';
import { type Fields, jsonata, type Plan, pick, plan, type Step } from './plans.ts';

/** A machine and its input. */
export interface Case {
  readonly machine: object;
  readonly input: Json;
}

export const cases: Arbitrary<Case> = record({
  states: plan({ depth: 0, inMap: false }, 2, 4),
  input: pick<Json>({}, { value: 1 }, { value: 'A', list: [1, 2] }, [1, 2], 'text', 7, null),
  limit: oneof({ weight: 12, arbitrary: constant(undefined) }, { weight: 1, arbitrary: pick(2, 9, 30) }),
}).map(({ states, input, limit }) => ({
  machine: {
    QueryLanguage: 'JSONata',
    ...(limit === undefined ? {} : { TimeoutSeconds: limit }),
    ...linked(states, 'S'),
  },
  input,
}));

/** States with their names: each goes on to the next, the last one ends; what cannot be reached is left out. */
function linked(steps: Plan, prefix: string): { StartAt: string; States: Record<string, Fields> } {
  const last = steps.length - 1;
  const name = (at: number): string => `${prefix}${Math.min(at, last)}`;
  const all = Object.fromEntries(steps.flatMap((one, at) => named(one, at, name, last, prefix)));
  const States: Record<string, Fields> = {};
  const reach = (target: string): void => {
    const state = all[target];
    if (state === undefined || target in States) return;
    States[target] = state;
    const ways = [state, ...((state['Choices'] ?? []) as Fields[]), ...((state['Catch'] ?? []) as Fields[])];
    for (const { Next } of ways) reach(Next as string);
    reach(state['Default'] as string);
  };
  const first = steps[0]?.loop === undefined ? name(0) : `${name(0)}Begin`;
  reach(first);
  return { StartAt: first, States };
}

function named(
  { fields, skips, inner, loop }: Step,
  at: number,
  name: (at: number) => string,
  last: number,
  prefix: string,
): [string, Fields][] {
  const way = (index: number): string => name(at + 1 + (skips[index] ?? 0));
  const withNext = (rules: unknown): Fields[] =>
    ((rules ?? []) as Fields[]).map((rule, index) => ({ ...rule, Next: way(index) }));
  const type = fields['Type'];
  const branches = inner.map((one, index) => linked(one, `${prefix}${at}${'abc'[index]}`));
  const counter = `n${at}`;
  const state: Fields = {
    ...fields,
    ...(type === 'Choice' ? { Choices: withNext(fields['Choices']) } : {}),
    ...('Default' in fields ? { Default: way(3) } : {}),
    ...('Catch' in fields ? { Catch: withNext(fields['Catch']) } : {}),
    ...(type === 'Parallel' ? { Branches: branches } : {}),
    ...(type === 'Map' ? { ItemProcessor: branches[0] } : {}),
    ...(['Choice', 'Succeed', 'Fail'].includes(type as string)
      ? {}
      : at === last
        ? { End: true }
        : { Next: name(at + 1) }),
  };
  if (loop === undefined) return [[name(at), state]];
  // A loop begins by setting its counter; whoever goes to the state by another way finds none, and fails at the choice.
  const again = {
    Condition: jsonata(`$${counter} < ${loop}`),
    Assign: { [counter]: jsonata(`$${counter} + 1`) },
    Next: name(at),
  };
  return [
    [`${name(at)}Begin`, { Type: 'Pass', Assign: { [counter]: 1 }, Next: name(at) }],
    [name(at), { ...state, Next: `${name(at)}Again` }],
    [`${name(at)}Again`, { Type: 'Choice', Choices: [again], Default: name(at + 1) }],
  ];
}
