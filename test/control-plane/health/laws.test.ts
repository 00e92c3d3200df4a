import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../control-plane/health/diagnose.ts';
import { freshRows } from '../../../control-plane/health/evidence.ts';
import { causeKind, causeName } from '../../../control-plane/health/finding.ts';
import type { ProbeRow } from '../../../control-plane/health/probe-row.ts';
import { fieldOf, isMending, onto, outOf, ownSight, thatSee } from '../../../control-plane/health/sight.ts';
import type { Declared } from '../../../control-plane/model/fleet.ts';
import { fleetOf, NOW_MS, well } from './sketch.ts';
import { anyRow, blindRow, causeOf, isOneWay, membersIn, rowsOf, type Trouble, troubleIn } from './worlds.ts';

const RUNS = { numRuns: 400 };

interface Seen {
  readonly declared: Declared;
  readonly rows: readonly ProbeRow[];
}

/** Any fleet, and any rows of some of its members: what could be seen, and what never could. */
const anySight: fc.Arbitrary<Seen> = fc
  .record({
    letters: fc.constantFrom('a', 'ab', 'aB', 'abc', 'aBC', 'abC', 'abcd', 'abcD', 'abcde', 'abcdEF'),
    isHub: fc.boolean(),
    joining: fc.constantFrom('b', 'none', 'none'),
  })
  .chain(({ letters, isHub, joining }) => {
    const declared = fleetOf(letters, isHub ? { kind: 'hub', hub: 'a' } : { kind: 'mesh' }, {
      [joining]: { phase: 'joining', inTraffic: false },
    });
    const regions = declared.members.map(({ region }) => region);
    const rowOf = (region: string) =>
      fc.oneof(
        { weight: 5, arbitrary: anyRow(region, regions) },
        { weight: 1, arbitrary: fc.constant(blindRow(region, regions)) },
      );
    return fc
      .tuple(...regions.map((region) => fc.option(rowOf(region), { nil: undefined, freq: 4 })))
      .map((rows) => ({ declared, rows: rows.filter((row) => row !== undefined) }));
  });

const fieldIn = ({ declared, rows }: Seen) => fieldOf(declared, freshRows(rows, NOW_MS).usable);

describe('whatever is seen', () => {
  test('the order of rows decides nothing', () => {
    fc.assert(
      fc.property(
        anySight.chain((seen) =>
          fc.tuple(fc.constant(seen), fc.shuffledSubarray([...seen.rows], { minLength: seen.rows.length })),
        ),
        ([{ declared, rows }, shuffled]) => {
          expect(diagnose(declared, shuffled, NOW_MS)).toEqual(diagnose(declared, rows, NOW_MS));
        },
      ),
      RUNS,
    );
  });

  test('a stale row, or one from the future, changes no finding', () => {
    const ages = fc.oneof(fc.integer({ min: 90_001, max: 900_000 }), fc.integer({ min: -900_000, max: -10_001 }));
    fc.assert(
      fc.property(
        anySight,
        fc.constantFrom('a', 'b', 'c', 'f'),
        anyRow('a', ['a', 'b', 'c']),
        ages,
        (seen, observer, row, ageMs) => {
          const { declared, rows } = seen;
          const more = [...rows, { ...row, observer, atMs: NOW_MS - ageMs }];
          expect(diagnose(declared, more, NOW_MS).findings).toEqual(diagnose(declared, rows, NOW_MS).findings);
        },
      ),
      RUNS,
    );
  });

  test('nobody is blamed whom nobody calls sick', () => {
    fc.assert(
      fc.property(anySight, (seen) => {
        const field = fieldIn(seen);
        const called = (region: string) =>
          thatSee(
            'sick',
            field.sights.filter(({ target }) => target === region),
          ).length;
        for (const { cause } of diagnose(seen.declared, seen.rows, NOW_MS).findings) {
          const name = causeName(cause);
          const [a = '', b = ''] = name.split('~');
          const own = seen.rows.find(({ observer }) => observer === name);
          const grounds = {
            fleet: () => field.targets.every((region) => called(region) > 0),
            replica: () => called(name) > 0,
            region: () => called(name) > 0,
            network: () =>
              thatSee('sick', onto(field, name)).length > 0 || thatSee('sick', outOf(field, name)).length > 0,
            link: () =>
              thatSee('sick', onto(field, a)).some(({ observer }) => observer === b) ||
              thatSee('sick', outOf(field, a)).some(({ target }) => target === b),
            view: () => own?.name.state === 'sick',
            observer: () =>
              ownSight(field, name)?.sees === 'sick' || own?.name.state === 'sick' || own?.bit?.state === 'sick',
          };
          expect(grounds[causeKind(cause)](), cause).toBe(true);
        }
      }),
      RUNS,
    );
  });

  test('every finding is told once, of members that are judged, with grounds, and surest first', () => {
    fc.assert(
      fc.property(anySight, (seen) => {
        const { findings } = diagnose(seen.declared, seen.rows, NOW_MS);
        const { peers } = fieldIn(seen);
        expect(new Set(findings.map(({ cause }) => cause)).size).toBe(findings.length);
        expect(findings.map(({ confidence }) => confidence)).toEqual(
          findings.map(({ confidence }) => confidence).toSorted((a, b) => b - a),
        );
        for (const { cause, confidence, evidence, sinceMs, says } of findings) {
          expect(confidence).toBeGreaterThanOrEqual(0);
          expect(confidence).toBeLessThanOrEqual(1);
          expect(evidence.length).toBeGreaterThan(0);
          expect(Number.isFinite(sinceMs)).toBe(true);
          expect(says).toMatch(/^\S.*\.$/);
          if (causeKind(cause) === 'fleet') expect(findings).toHaveLength(1);
          else for (const region of causeName(cause).split('~')) expect([...peers.keys()]).toContain(region);
        }
      }),
      RUNS,
    );
  });

  test('every sick replica is explained: somebody is blamed who has to do with it, or whoever says so', () => {
    fc.assert(
      fc.property(anySight, (seen) => {
        const { findings, discounted } = diagnose(seen.declared, seen.rows, NOW_MS);
        if (findings.some(({ cause }) => causeKind(cause) === 'fleet')) return;
        const blamed = new Set(findings.flatMap(({ cause }) => causeName(cause).split('~')));
        // What mends, and is sick to itself alone by now, needs no new explanation.
        const sick = thatSee('sick', fieldIn(seen).sights).filter((sight) => !isMending(sight));
        for (const { observer, target } of sick)
          expect(blamed.has(observer) || blamed.has(target) || discounted[observer] !== undefined).toBe(true);
      }),
      RUNS,
    );
  });

  test('one who says so alone, against two who see it well, never makes a member down', () => {
    fc.assert(
      fc.property(anySight, (seen) => {
        const field = fieldIn(seen);
        for (const { cause } of diagnose(seen.declared, seen.rows, NOW_MS).findings) {
          if (!['replica', 'region'].includes(causeKind(cause))) continue;
          const about = field.sights.filter(({ target }) => target === causeName(cause));
          const others = thatSee('well', onto(field, causeName(cause))).length;
          expect(others >= 2 && about.length - thatSee('well', about).length <= 1).toBe(false);
        }
      }),
      RUNS,
    );
  });
});

describe('one liar in a fleet that is well', () => {
  const liars = fc.constantFrom('abcd', 'abcdE', 'abcde', 'abcdef').chain((letters) => {
    const declared = fleetOf(letters);
    const regions = declared.members.map(({ region }) => region);
    const serving = declared.members.filter(({ role }) => role === 'serving').map(({ region }) => region);
    return fc.constantFrom(...regions).chain((liar) =>
      fc.record({
        declared: fc.constant(declared),
        liar: fc.constant(liar),
        lie: fc.oneof(anyRow(liar, serving), fc.constant(blindRow(liar, serving))),
        // Rows of a fleet that is well are up to a minute old, as nothing is new.
        agesMs: fc.array(fc.nat(60_000), { minLength: regions.length, maxLength: regions.length }),
      }),
    );
  });

  test("is the only one down by anybody's word, and takes nobody else's callers away", () => {
    fc.assert(
      fc.property(liars, ({ declared, liar, lie, agesMs }) => {
        const serving = declared.members.filter(({ role }) => role === 'serving').map(({ region }) => region);
        const honest = declared.members
          .filter(({ region }) => region !== liar)
          .map(({ region }, index) => ({
            observer: region,
            atMs: NOW_MS - (agesMs[index] ?? 0),
            replicas: Object.fromEntries(serving.map((target) => [target, well()])),
            name: well(),
            bit: null,
          }));
        for (const { cause } of diagnose(declared, [...honest, lie], NOW_MS).findings) {
          expect(['replica', 'region', 'fleet']).not.toContain(causeKind(cause));
          // Whatever it says is told of itself, or of its own links.
          expect(causeName(cause).split('~')).toContain(liar);
        }
      }),
      RUNS,
    );
  });
});

/**
 * Whether two troubles can both be told from what is seen. Two links may share an end. A view without an address shows
 * beside whatever leaves its observer's eyes open. Any other two at one member hide each other: a link of a dark Region
 * is dark.
 */
function areTellable(one: Trouble, other: Trouble): boolean {
  const shared = membersIn(one).some((member) => membersIn(other).includes(member));
  if (!shared) return true;
  if (one.kind === 'link' && other.kind === 'link') return causeOf(one) !== causeOf(other);
  const [view, beside] = one.kind === 'view' ? [one, other] : [other, one];
  return view.kind === 'view' && ['link', 'network', 'replica'].includes(beside.kind);
}

const letters = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const worlds = (least: number, troubles: number) =>
  fc.record({ serving: fc.integer({ min: least, max: 8 }), clients: fc.integer({ min: 0, max: 2 }) }).chain((size) => {
    const serving = letters.slice(0, size.serving);
    const clients = ['y', 'z'].slice(0, size.clients);
    return fc.record({
      serving: fc.constant(serving),
      clients: fc.constant(clients),
      troubles: fc.array(troubleIn(serving, clients), { maxLength: troubles }),
      astray: fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }),
    });
  });

/**
 * Under these conditions a diagnosis is exact:
 * - a mesh; 4 serving members or more for two troubles, 3 or more for one;
 * - every member that is not dark has written a row since the trouble began, and every row is true;
 * - everybody has had rounds enough to be sure;
 * - the troubles can be told apart (`areTellable`), and no replica fails with the symptom of a view, 'name'.
 * With 3 serving members and two troubles every pair may be cut, whichever two they are.
 */
describe('true causes are found again, all of them and nothing else', () => {
  const found = (serving: readonly string[], clients: readonly string[], rows: readonly ProbeRow[]) =>
    diagnose(fleetOf([...serving, ...clients.map((client) => client.toUpperCase())].join('')), rows, NOW_MS);

  test.for([
    { least: 3, troubles: 1 },
    { least: 4, troubles: 2 },
  ])('up to $troubles, among $least serving members or more', ({ least, troubles: most }) => {
    fc.assert(
      fc.property(
        worlds(least, most).filter(
          ({ troubles: [one, other] }) => one === undefined || other === undefined || areTellable(one, other),
        ),
        ({ serving, clients, troubles, astray }) => {
          const rows = rowsOf(serving, clients, troubles, astray);
          const { findings } = found(serving, clients, rows);
          expect(findings.map(({ cause }) => cause).toSorted()).toEqual(troubles.map(causeOf).toSorted());
          // And surely enough for callers to be moved, where it is seen from more than one side. A view never is.
          for (const trouble of troubles) {
            const finding = findings.find(({ cause }) => cause === causeOf(trouble));
            if (!isOneWay(trouble) && trouble.kind !== 'view')
              expect(finding?.confidence, causeOf(trouble)).toBeGreaterThanOrEqual(0.6);
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
