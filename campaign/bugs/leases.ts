import type { Bug } from './bug.ts';

/** One writer at a time, and nobody who only thinks that it is the one. */
export const leases: readonly Bug[] = [
  {
    name: 'a fence is not checked',
    file: 'handlers/runtime/lease.ts',
    of: "ConditionExpression: 'fence = :fence AND holder = :holder',",
    instead: "ConditionExpression: 'attribute_exists(fence) OR fence = :fence OR holder = :holder',",
    only: ['a lease is broken by hand', 'tags removed', 'peering deleted by its requester'],
  },
  {
    name: 'a lease is taken though somebody holds it',
    file: 'handlers/runtime/lease.ts',
    of: '(attribute_not_exists(holder) OR holder = :holder OR expiresAtMs < :now)',
    instead: '(attribute_not_exists(holder) OR attribute_exists(holder) OR expiresAtMs < :now)',
    only: ['reconcile', 'reconcile one Region', 'tags removed', 'tags removed', 'calls are slow', 'calls are slow'],
    anHour: 40,
  },
  {
    name: 'the lease of somebody who died is held for ever',
    file: 'handlers/runtime/lease.ts',
    of: '(attribute_not_exists(holder) OR holder = :holder OR expiresAtMs < :now)',
    instead:
      '(attribute_not_exists(holder) OR holder = :holder OR (expiresAtMs < :now AND attribute_not_exists(holder)))',
    only: ['functions crash'],
  },
  {
    name: 'a fence is forgotten when the lease is given back',
    file: 'handlers/runtime/lease.ts',
    of: "set: 'REMOVE holder, expiresAtMs ADD fence :one',",
    instead: "set: 'SET fence = :one REMOVE holder, expiresAtMs',",
  },
  {
    name: 'what was planned while somebody else wrote is carried out',
    file: 'handlers/runtime/lease.ts',
    of: "set: 'REMOVE holder, expiresAtMs ADD fence :one',\n        condition: 'fence = :fence',\n        values: { ':fence': lease.fence, ':one': 1 },",
    instead:
      "set: 'REMOVE holder, expiresAtMs',\n        condition: 'fence = :fence',\n        values: { ':fence': lease.fence },",
    only: [
      'peering deleted by its requester',
      'endpoint deleted',
      'tags removed',
      'reconcile',
      'reconcile one Region',
      'calls are slow',
    ],
    anHour: 30,
  },
  {
    name: 'what was planned before somebody else wrote is carried out',
    file: 'handlers/runtime/lease.ts',
    of: "'attribute_not_exists(fence)' : 'fence = :seen'",
    instead:
      "'(attribute_exists(fence) OR attribute_not_exists(fence))' : '(attribute_exists(fence) OR fence = :seen)'",
    only: [
      'peering deleted by its requester',
      'endpoint deleted',
      'tags removed',
      'reconcile',
      'reconcile one Region',
      'calls are slow',
    ],
    anHour: 30,
  },
  {
    name: 'a run looks again while a writer that it gave up is at it',
    file: 'handlers/runtime/lease.ts',
    of: 'const its = held.filter((lease) => lease.holder === holder);',
    instead: 'const its = held.filter((lease) => lease.holder !== holder && lease.holder === holder);',
    only: ['functions are given up', 'functions are given up', 'writes take long', 'reads are stale', 'join'],
    anHour: 30,
    // While members join: that is when most is made.
    hours: 1.5,
  },
];
