import type { Bug } from './bug.ts';

export const bugs: readonly Bug[] = [
  {
    name: 'a fence is not checked',
    file: 'handlers/runtime/lease.ts',
    of: "ConditionExpression: 'fence = :fence AND holder = :holder',",
    instead: "ConditionExpression: 'attribute_exists(fence) OR fence = :fence OR holder = :holder',",
  },
];
