import { beforeAll, describe, expect, test } from 'vitest';
import { kindNamed, kinds } from '../../control-plane/kinds/index.ts';
import type { Assessment } from '../../control-plane/loop/diff.ts';
import type { FaultName } from '../../control-plane/model/faults.ts';
import { TARGET_TAG } from '../../control-plane/model/ownership.ts';
import { kindOf, type TargetKey } from '../../control-plane/model/target.ts';
import { linesOf, type Resource } from '../../local/inventory.ts';
import { lookAlikes } from '../../local/look-alikes/index.ts';
import { bringUp, type Life, liveThrough, meetLookAlike } from './laws.ts';
import { type Ground, SECOND } from './lone-loop.ts';

/** Kinds of which a fleet that lives in one account has none. */
export const ONLY_BETWEEN_ACCOUNTS = {
  'table-policy': 'nobody comes from another account',
  'bus-policy': 'nobody comes from another account',
} as const;

/** What every kind keeps, whatever it manages. */
export type Law = 'harmless' | 'convergent' | 'idempotent' | 'plain' | 'steady' | 'mended' | 'removed' | 'not mistaken';

/** A law that a kind does not keep on some AWS that is not AWS, and why that is that AWS's doing. */
export interface Divergence {
  /** 'fleet' for what is all of theirs. */
  readonly kind: string;
  readonly law: Law;
  readonly why: string;
}

interface Proving {
  /** An AWS with nothing in it, each time. */
  ground(): Promise<Ground>;
  /** Kinds that the ground leaves out because it cannot hold them: here that is proven. */
  readonly gaps: Readonly<Record<string, string>>;
  /** Kinds that it leaves out because nothing would come of them there. */
  readonly idle: Readonly<Record<string, string>>;
  readonly divergences: readonly Divergence[];
}

/** The world is not as the step took it to be: nothing was done, and the next look says what is. */
const LOOK_AGAIN: readonly FaultName[] = ['Absent', 'Conflict'];

const READS = /^(get|list|describe|test|query|scan|batchGet)/;

/** Runs for every registered kind: a new one is under test before anyone writes a test for it. */
export function describeKindLaws({ ground, gaps, idle, divergences }: Proving): void {
  let life: Life;
  beforeAll(async () => {
    life = await liveThrough(await ground());
  });

  function lawOf(kind: string, which: Law, says: string, keeps: () => void | Promise<void>): void {
    const divergence = divergences.find((one) => one.kind === kind && one.law === which);
    if (divergence === undefined) test(`${which}: ${says}`, keeps);
    else test.fails(`${which}, but for this: ${divergence.why}`, keeps);
  }

  const statesOf = (
    kind: string,
    assessments: ReadonlyMap<TargetKey, Assessment>,
  ): ReadonlyMap<TargetKey, Assessment> => new Map([...assessments].filter(([key]) => kindOf(key) === kind));

  for (const [name, because] of Object.entries(gaps))
    describe(`${name}, left out: ${because}`, () => {
      // Once this fails, it can be had: it is to be taken off the list, and kept to the laws.
      test.fails('comes up all the same', async () => {
        expectSettled(await bringUp(name, await ground()));
      });
    });

  const isHere = (name: string): boolean => gaps[name] === undefined && idle[name] === undefined;
  describe.for([...kinds.keys()].filter(isHere))('%s', (name) => {
    const kind = kindNamed(name);
    const law = (which: Law, says: string, keeps: () => void | Promise<void>): void => lawOf(name, which, says, keeps);

    law('harmless', 'a look writes nothing', () => {
      const calls = [...life.surveys].filter(([at]) => at.startsWith(`${name}@`)).flatMap(([, survey]) => survey.calls);
      expect(calls, 'it looks').not.toEqual([]);
      expect(calls.filter(({ access, method }) => access !== 'read' || !READS.test(method))).toEqual([]);
    });

    law('convergent', 'once made, it is as desired', () => {
      expectSettled(statesOf(name, life.built.assessments));
    });

    law('idempotent', 'what is as desired is left alone, and a step carried out twice makes one thing', () => {
      expect(life.again.plan.steps.filter(({ key }) => kindOf(key) === name)).toEqual([]);
      expect(doubled(life.inventory, name)).toEqual([]);
    });

    law('plain', 'what a survey tells is plain JSON', () => {
      const found = [...life.surveys]
        .filter(([at]) => at.startsWith(`${name}@`))
        .flatMap(([, survey]) => [...survey.found]);
      for (const [key, observed] of found) expect(JSON.parse(JSON.stringify(observed)), key).toEqual(observed);
    });

    law('steady', 'a target keeps the id by which the journal knows it', () => {
      const found = [...life.surveys]
        .filter(([at]) => at.startsWith(`${name}@`))
        .flatMap(([, survey]) => [...survey.found]);
      expect(found, 'it is seen').not.toEqual([]);
      for (const [key, observed] of found) expect(kind.attributes(observed)['id'], key).toBe(life.ids.get(key));
    });

    law('mended', 'what a stranger removes comes back, or AWS keeps it from being removed', () => {
      expectSettled(statesOf(name, life.mended.get(name)?.after.assessments ?? new Map()));
    });

    law('removed', 'it goes, once and for all, and a second removal asks at most to look again', () => {
      const removed = life.removed.filter(({ key }) => kindOf(key) === name);
      expect(removed.filter(({ isStillThere }) => isStillThere)).toEqual([]);
      expect(removed.filter(({ fault }) => fault !== undefined)).toEqual([]);
      expect(removed.filter(({ again }) => again !== undefined && !LOOK_AGAIN.includes(again.fault))).toEqual([]);
      expectSettled(statesOf(name, life.left.assessments));
    });

    const lookAlike = lookAlikes[name];
    law('not mistaken', `${lookAlike?.what ?? 'what a stranger makes'} is neither changed nor deleted`, async () => {
      if (lookAlike === undefined) throw new Error(`say in test/support/look-alikes how a stranger makes a ${name}`);
      const { made, asMade, asJoined, asLeft, states, restless } = await meetLookAlike(name, lookAlike, await ground());
      expect(asJoined, 'after joining').toEqual(asMade);
      expect(asLeft, 'after leaving').toEqual(asMade);
      expect(restless, 'it is let be').toEqual([]);
      const conflicts = [...states.values()].filter(({ state }) => state === 'conflict');
      for (const conflict of conflicts) expect(conflict).toMatchObject({ says: expect.stringContaining(made.id) });
      if (lookAlike.stands === 'in the way') expect(conflicts, 'it is named').not.toEqual([]);
      else expect(unsettledIn(states).filter(([, { state }]) => state !== 'conflict')).toEqual([]);
    });
  });

  describe('fleet', () => {
    lawOf('fleet', 'mended', 'broken in every way, it is all as declared again', () => {
      expectSettled([...life.mended.values()].at(-1)?.after.assessments ?? new Map());
    });

    lawOf('fleet', 'removed', 'who has left, leaves nothing behind', () => {
      const inSecond = (inventory: readonly Resource[]) => linesOf(inventory).filter((line) => line.includes(SECOND));
      expect(inSecond(life.after)).toEqual(inSecond(life.before));
    });
  });
}

function expectSettled(states: ReadonlyMap<TargetKey, Assessment>): void {
  expect(states.size, 'there is one').toBeGreaterThan(0);
  expect(unsettledIn(states)).toEqual([]);
}

const unsettledIn = (states: ReadonlyMap<TargetKey, Assessment>): [TargetKey, Assessment][] =>
  [...states].filter(([, { state }]) => state !== 'settled' && state !== 'left-out');

/** Targets of a kind that more than one resource bears the tag of. */
function doubled(inventory: readonly Resource[], kind: string): string[] {
  const bearers = inventory.map(({ region, described }) => `${region} ${targetOf(described) ?? ''}`);
  // A peering is in the lists of both sides, and a member's tag on all that it accepted.
  return bearers.filter(
    (bearer, index) =>
      bearer.includes(` ${kind}/`) && !bearer.includes(' peering-tags/') && bearers.indexOf(bearer) !== index,
  );
}

function targetOf(described: unknown): string | undefined {
  const { Tags = [], tags } = described as {
    readonly Tags?: readonly { readonly Key?: string; readonly Value?: string }[];
    readonly tags?: Readonly<Record<string, string>>;
  };
  return tags?.[TARGET_TAG] ?? Tags.find(({ Key }) => Key === TARGET_TAG)?.Value;
}
