import * as fc from 'fast-check';
import type { Cause } from '../../../control-plane/health/finding.ts';
import type { ProbeRow, Streak, Symptom } from '../../../control-plane/health/probe-row.ts';
import { linkName } from '../../../control-plane/model/target.ts';
import { NOW_MS, sick, well } from './sketch.ts';

/** A true cause, with what can be otherwise about it. */
export type Trouble =
  | { readonly kind: 'link'; readonly from: string; readonly to: string; readonly ways: 'both' | 'there' }
  | { readonly kind: 'network'; readonly at: string; readonly ways: 'both' | 'in' | 'out' }
  | { readonly kind: 'replica'; readonly at: string; readonly symptom: Symptom }
  /** Its last row: none, one that is stale, or one that is fresh and from before. */
  | { readonly kind: 'region'; readonly at: string; readonly lastRowAgoMs: number | undefined }
  | { readonly kind: 'view'; readonly at: string }
  | { readonly kind: 'observer'; readonly at: string };

export const causeOf = (trouble: Trouble): Cause =>
  trouble.kind === 'link' ? `link/${linkName(trouble.from, trouble.to)}` : `${trouble.kind}/${trouble.at}`;
export const membersIn = (trouble: Trouble): readonly string[] =>
  trouble.kind === 'link' ? [trouble.from, trouble.to] : [trouble.at];
export const isOneWay = (trouble: Trouble): boolean => 'ways' in trouble && trouble.ways !== 'both';

/** What a request from one member to another's replica ends in under one trouble; nothing where it does not matter. */
function effect(trouble: Trouble, from: string, to: string): Symptom | undefined {
  const across = from !== to;
  switch (trouble.kind) {
    case 'link': {
      const there = from === trouble.from && to === trouble.to;
      const back = from === trouble.to && to === trouble.from && trouble.ways === 'both';
      return there || back ? 'connect' : undefined;
    }
    case 'network': {
      const into = to === trouble.at && trouble.ways !== 'out';
      const outOf = from === trouble.at && trouble.ways !== 'in';
      return across && (into || outOf) ? 'connect' : undefined;
    }
    case 'replica':
      return to === trouble.at ? trouble.symptom : undefined;
    case 'region':
      return to === trouble.at ? 'connect' : undefined;
    case 'observer':
      return from === trouble.at ? 'connect' : undefined;
    case 'view':
      return undefined;
  }
}

/**
 * The probe matrix of a mesh with these troubles: a model of its own, which knows nothing of how they are found.
 *
 * In  whether the name, for each observer in turn, leads to a replica that it cannot reach, if there is one
 */
export function rowsOf(
  serving: readonly string[],
  clients: readonly string[],
  troubles: readonly Trouble[],
  nameLeadsAstray: readonly boolean[],
): readonly ProbeRow[] {
  return [...serving, ...clients].flatMap((observer, index) => {
    const dark = troubles.find((trouble) => trouble.kind === 'region' && trouble.at === observer);
    if (dark?.kind === 'region') {
      if (dark.lastRowAgoMs === undefined) return [];
      const replicas = Object.fromEntries(serving.map((target) => [target, well()]));
      return [{ observer, atMs: NOW_MS - dark.lastRowAgoMs, replicas, name: well(), bit: null }];
    }
    const ends = serving.map((target) => troubles.flatMap((trouble) => effect(trouble, observer, target) ?? [])[0]);
    const streak = (symptom: Symptom | undefined): Streak => (symptom === undefined ? well() : sick(symptom));
    const astray = nameLeadsAstray[index] === true ? ends.find((symptom) => symptom !== undefined) : undefined;
    const blind = troubles.some((trouble) => trouble.kind === 'observer' && trouble.at === observer);
    const nameless = troubles.some((trouble) => trouble.kind === 'view' && trouble.at === observer);
    return {
      observer,
      atMs: NOW_MS - index * 1_000,
      replicas: Object.fromEntries(serving.map((target, at) => [target, streak(ends[at])])),
      name: blind ? sick() : nameless ? sick('name') : streak(astray),
      bit: null,
    };
  });
}

/** Any trouble that a mesh of these members can have. */
export const troubleIn = (serving: readonly string[], clients: readonly string[]): fc.Arbitrary<Trouble> => {
  const server = fc.constantFrom(...serving);
  const anybody = fc.constantFrom(...serving, ...clients);
  return fc.oneof(
    fc
      .record({ kind: fc.constant('link' as const), from: anybody, to: server, ways: fc.constantFrom('both', 'there') })
      .filter(({ from, to }) => from !== to),
    fc.record({ kind: fc.constant('network' as const), at: server, ways: fc.constantFrom('both', 'in', 'out') }),
    fc.record({
      kind: fc.constant('replica' as const),
      at: server,
      symptom: fc.constantFrom('connect', 'tls', 'forbidden', 'error', 'slow'),
    }),
    fc.record({
      kind: fc.constant('region' as const),
      at: server,
      lastRowAgoMs: fc.constantFrom(undefined, 120_000, 80_000),
    }),
    fc.record({ kind: fc.constant('view' as const), at: anybody }),
    fc.record({ kind: fc.constant('observer' as const), at: anybody }),
  );
};

const anyStreak: fc.Arbitrary<Streak> = fc.record({
  state: fc.constantFrom('well', 'sick'),
  sinceMs: fc.integer({ min: NOW_MS - 300_000, max: NOW_MS + 5_000 }),
  recent: fc.array(fc.constantFrom('.', 'x'), { maxLength: 12 }).map((rounds) => rounds.join('')),
  symptom: fc.constantFrom(null, 'name', 'connect', 'tls', 'forbidden', 'error', 'slow'),
  latencyMs: fc.nat(2_000),
  says: fc.constant('whatever'),
});

/** A fresh row that may say anything, also of itself, of members it has no link with, and of others than members. */
export const anyRow = (observer: string, about: readonly string[]): fc.Arbitrary<ProbeRow> =>
  fc.record({
    observer: fc.constant(observer),
    atMs: fc.integer({ min: NOW_MS - 90_000, max: NOW_MS + 10_000 }),
    replicas: fc.dictionary(fc.constantFrom(...about, 'elsewhere'), anyStreak),
    name: anyStreak,
    bit: fc.option(anyStreak),
  });
/** One that sees nothing, which chance would seldom draw. */
export const blindRow = (observer: string, about: readonly string[]): ProbeRow => ({
  observer,
  atMs: NOW_MS,
  replicas: Object.fromEntries(about.map((region) => [region, sick()])),
  name: sick(),
  bit: sick('error'),
});
