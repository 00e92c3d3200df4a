import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../control-plane/health/diagnose.ts';
import type { ProbeRow } from '../../../control-plane/health/probe-row.ts';
import type { Declared } from '../../../control-plane/model/fleet.ts';
import { fleetOf, NOW_MS, sick, sketch, unsure, well } from './sketch.ts';

const hub = { kind: 'hub', hub: 'a' } as const;

/** 'region/a 1, link/b~c 0.75' */
const told = (declared: Declared, ...lines: readonly string[]): string =>
  diagnose(declared, sketch(...lines), NOW_MS)
    .findings.map(({ cause, confidence }) => `${cause} ${confidence}`)
    .join(', ');

interface Case {
  readonly rows: readonly string[];
  readonly told: string;
  readonly why: string;
  readonly in?: Declared;
}

describe('diagnosis in a mesh of four', () => {
  const abcd = fleetOf('abcd');
  // biome-ignore format: a table is read down its columns
  test.for<Case>([
    { rows: ['a .... .', 'b .... .', 'c .... .', 'd .... .'], told: '',                             why: 'all is well' },
    { rows: [],                                               told: '',                             why: 'nobody says anything' },
    { rows: ['a u... .', 'b u... .', 'c u... .', 'd u... .'], told: '',                             why: 'one bad round is not sick' },
    { rows: ['a e... .', 'b e... .', 'c e... .', 'd e... .'], told: 'replica/a 1',                  why: 'sick for everyone and for itself' },
    { rows: ['a e... .', 'b e... .', 'c e... .', 'd .... .'], told: 'replica/a 0.75',               why: 'one who sees it well does not outvote it' },
    { rows: ['a e... .', 'b .... .', 'c .... .', 'd .... .'], told: 'observer/a 0.5',               why: 'only itself: outvoted' },
    { rows: ['a u... .', 'b c... .', 'c c... .', 'd u... .'], told: 'replica/a 0.75',               why: 'the first to be sure, the others on their way' },
    { rows: ['b c... .', 'c c... .', 'd c... .'],             told: 'region/a 1',                   why: 'no answer, and no word' },
    { rows: ['a .... . -120', 'b c... .', 'c c... .', 'd c... .'], told: 'region/a 1',              why: 'a word from two minutes ago is none' },
    { rows: ['a .... . -80', 'b c... .', 'c c... .', 'd c... .'], told: 'region/a 0.75',            why: 'nor is one from before others lost it, though it may only be late' },
    { rows: ['a .... . -50', 'b c... .', 'c c... .', 'd c... .'], told: 'network/a 0.75',           why: 'a word from after others lost it counts' },
    { rows: ['b e... .', 'c e... .', 'd e... .'],             told: 'replica/a 1',                  why: 'somebody answers in its name, and not well' },
    { rows: ['a .ccc .', 'b c... .', 'c c... .', 'd c... .'], told: 'network/a 1',                  why: 'its own end of all its links, once and not twice' },
    { rows: ['a .... .', 'b c... .', 'c c... .', 'd c... .'], told: 'network/a 0.75',               why: 'nobody comes in, and it comes out' },
    { rows: ['a .ccc .', 'b .... .', 'c .... .', 'd .... .'], told: 'network/a 0.38',               why: 'it alone says so' },
    { rows: ['a .c.. .', 'b c... .', 'c .... .', 'd .... .'], told: 'link/a~b 1',                   why: 'a pair, from both ends' },
    { rows: ['a .c.. .', 'b .... .', 'c .... .', 'd .... .'], told: 'link/a~b 0.69',                why: 'a pair, from one end' },
    { rows: ['a .c.. .', 'c .... .', 'd .... .'],             told: 'link/a~b 0.75',                why: 'and the other end is silent' },
    { rows: ['a .cc. .', 'b c... .', 'c c... .', 'd .... .'], told: 'link/a~b 0.83, link/a~c 0.83', why: 'two pairs of one member are two, as the third is up' },
    { rows: ['a cccc c', 'b .... .', 'c .... .', 'd .... .'], told: 'observer/a 1',                 why: 'it sees nothing and all see it' },
    { rows: ['a cccc c', 'b .... .', 'c c... .', 'd .... .'], told: 'observer/a 0.88, link/a~c 0.75', why: 'its word does not count for the link either' },
    { rows: ['a cccc c', 'b c... .', 'c c... .', 'd c... .'], told: 'replica/a 1',                  why: 'it sees nothing and nobody sees it' },
    { rows: ['a cccc c'],                                     told: 'observer/a 0.25',              why: 'one observer alone, and blind' },
    { rows: ['a .ccc .'],                                     told: 'network/a 0.38',               why: 'one observer alone: rather its network than three Regions' },
    { rows: ['a .c.. .'],                                     told: 'region/b 0.5',                 why: 'one observer alone, who sees others' },
    { rows: ['a .... n', 'b .... .', 'c .... .', 'd .... .'], told: 'view/a 1',                     why: 'the name only' },
    { rows: ['a .c.. c', 'b c... .', 'c .... .', 'd .... .'], told: 'link/a~b 1',                   why: 'the name may lead to the one it cannot reach' },
    { rows: ['a .c.. n', 'b c... .', 'c .... .', 'd .... .'], told: 'link/a~b 1, view/a 0.88',      why: 'but no address has nothing to do with that' },
    { rows: ['a eeee e', 'b eeee e', 'c eeee e', 'd eeee e'], told: 'fleet/payments 1',             why: 'everything at once is one cause' },
    { rows: ['a eeee e', 'b eeee e'],                         told: 'fleet/payments 1',             why: 'and those who say nothing do not object' },
    { rows: ['a e... .', 'b .e.. .', 'c ..e. .', 'd ...e .'],
      told: 'observer/a 0.5, observer/b 0.5, observer/c 0.5, observer/d 0.5',                   why: 'everybody is outvoted: no fleet' },
    { rows: ['a .ccc .', 'b c.cc .', 'c cc.c .', 'd ccc. .'],
      told: 'network/a 1, network/b 1, network/c 1, network/d 1',                                   why: 'nobody reaches anybody: there is no first one' },

    { rows: ['b c.c. .', 'c cc.. .', 'd c... .'],             told: 'region/a 1, link/b~c 1',       why: 'a Region dark, and a link' },
    { rows: ['c cc.. .', 'd cc.. .'],                         told: 'region/a 1, region/b 1',       why: 'two Regions dark' },
    { rows: ['a .... . -80', 'b .... . -75', 'c cc.. .', 'd cc.. .'], told: 'region/a 0.75, region/b 0.75', why: 'and what they said last of each other is from before too' },
    { rows: ['a e... .', 'b e.c. .', 'c ec.. .', 'd e... .'], told: 'replica/a 1, link/b~c 1',      why: 'a replica, and a link of others' },
    { rows: ['a ec.. .', 'b c... .', 'c e... .', 'd e... .'], told: 'replica/a 1, link/a~b 0.75',   why: 'a replica, and one of its links: that shows from its own end' },
    { rows: ['a .ccc .', 'b c.cc .', 'c cc.. .', 'd cc.. .'], told: 'network/a 1, network/b 1',     why: 'two networks: c and d still reach each other' },
    { rows: ['a .ccc .', 'b c.c. .', 'c cc.. .', 'd c... .'], told: 'network/a 1, link/b~c 1',      why: 'a network, and a link of others' },
    { rows: ['a ec.. .', 'b ec.. .', 'c ec.. .', 'd ec.. .'], told: 'replica/a 1, replica/b 1',     why: 'two replicas' },
    { rows: ['a .cc. .', 'b c.c. .', 'c cc.. .', 'd .... .'],
      told: 'link/a~b 0.67, link/a~c 0.67, link/b~c 0.67',                                          why: 'three links, since d reaches all three' },
  ])('$rows: $told, $why', ({ rows, told: expected }) => {
    expect(told(abcd, ...rows)).toBe(expected);
  });
});

describe('diagnosis of small and odd fleets', () => {
  const abc = fleetOf('abc');
  const ab = fleetOf('ab');
  const abcde = fleetOf('abcde');
  const spokes = fleetOf('abcd', hub);
  const served = fleetOf('abCD');
  const oneServes = fleetOf('aBC');
  const joining = { phase: 'joining', inTraffic: false } as const;
  // biome-ignore format: a table is read down its columns
  test.for<Case & { readonly in: Declared; readonly fleet: string }>([
    { fleet: 'one', in: fleetOf('a'), rows: ['a e e'],              told: 'replica/a 0.5',  why: 'its own word is all there is, and it is no fleet of several' },
    { fleet: 'one', in: fleetOf('a'), rows: ['a . n'],              told: 'view/a 0.5',     why: 'nobody to compare with' },
    { fleet: 'one', in: fleetOf('a'), rows: [],                     told: '',               why: 'silence' },
    { fleet: 'none', in: fleetOf(''), rows: ['a c c'],              told: '',               why: 'whoever speaks is no member' },

    { fleet: 'two', in: ab,   rows: ['a .c .', 'b c. .'],           told: 'link/a~b 1',     why: 'of two, the link: no network can be told from it' },
    { fleet: 'two', in: ab,   rows: ['a .. .', 'b c. .'],           told: 'link/a~b 0.56',  why: 'one end of one' },
    { fleet: 'two', in: ab,   rows: ['b c. .'],                     told: 'region/a 0.5',   why: 'the other is silent: one observer moves nobody' },
    { fleet: 'two', in: ab,   rows: ['a ee e', 'b e. .'],           told: 'replica/a 1',    why: 'what it says of the other does not count' },
    { fleet: 'two', in: ab,   rows: ['a cc c', 'b .. .'],           told: 'observer/a 1',   why: 'the other reaches it' },
    { fleet: 'two', in: ab,   rows: ['a ee e', 'b ee e'],           told: 'fleet/payments 1', why: 'both, by both' },
    { fleet: 'two', in: ab,   rows: ['a e. .', 'b .. .'],           told: 'observer/a 0.5', why: 'only it sees itself sick' },

    { fleet: 'three', in: abc, rows: ['b c.c .', 'c cc. .'],        told: 'link/b~c 1, region/a 0.75', why: 'one dark and the others apart: its silence speaks against their networks' },
    { fleet: 'three', in: abc, rows: ['a .cc .', 'b c.. .', 'c c.. .'], told: 'network/a 1', why: 'both its links' },
    { fleet: 'three', in: abc, rows: ['a .cc .', 'b c.c .', 'c cc. .'], told: 'network/a 1, network/b 1, network/c 1', why: 'no pair is left: any two of them would do, and none is the likelier' },
    { fleet: 'three', in: abc, rows: ['a .c. .', 'b c.. .', 'c ... .'], told: 'link/a~b 1',  why: 'one pair of three' },
    { fleet: 'three', in: abc, rows: ['c cc. .'],                   told: 'network/c 0.38', why: 'rather one cut off than two dark, and nobody is moved for it' },
    { fleet: 'three', in: abc, rows: ['a ccc c', 'c ..c .'],        told: 'observer/a 1, replica/c 0.5', why: 'a blind one is no witness against c, so c is alone in what it says of itself' },

    { fleet: 'three', in: abc, rows: ['a ccc c', 'b ... .', 'c c.. .'], told: 'observer/a 0.83, link/a~c 0.75', why: 'one reaches it and one does not: being answered is believed' },
    { fleet: 'five', in: abcde, rows: ['b c.... .', 'c c.... .', 'd c.... .', 'e ..... .'], told: 'region/a 0.75', why: 'rather one that errs than three links' },
    { fleet: 'five', in: abcde, rows: ['a .cccc .', 'b c.... .', 'c c.... .', 'd c.... .', 'e ..... .'], told: 'network/a 0.89', why: 'the same, of one that is there' },

    { fleet: 'hub', in: spokes, rows: ['a .... .', 'b ...? .', 'c .?.? .', 'd .??. .'], told: '', why: 'all is well, and what spokes say of spokes is not asked' },
    { fleet: 'hub', in: spokes, rows: ['a .... .', 'b ..cc .', 'c .?.? .', 'd .??. .'], told: '', why: 'there is no link to be sick' },
    { fleet: 'hub', in: spokes, rows: ['b c.?? .', 'c c?.? .', 'd c??. .'], told: 'region/a 1',   why: 'the hub is dark' },
    { fleet: 'hub', in: spokes, rows: ['a .ccc .', 'b c.?? .', 'c c?.? .', 'd c??. .'], told: 'network/a 1', why: 'the hub is cut off' },
    { fleet: 'hub', in: spokes, rows: ['a .c.. .', 'b c.?? .', 'c .?.? .', 'd .??. .'], told: 'link/a~b 1', why: 'a spoke has one link: that one' },
    { fleet: 'hub', in: spokes, rows: ['a .c.. .', 'c .?.? .', 'd .??. .'], told: 'region/b 0.5', why: 'only the hub can see that a spoke is dark' },
    { fleet: 'hub', in: spokes, rows: ['a .c.. .', 'b ce?? .', 'c .?.? .', 'd .??. .'], told: 'replica/b 1, link/a~b 0.75', why: 'the name is well, so it is not blind: its way to the hub is a trouble of its own' },
    { fleet: 'hub', in: spokes, rows: ['a .... .', 'b cc?? c', 'c .?.? .', 'd .??. .'], told: 'observer/b 1', why: 'the hub reaches it' },

    { fleet: 'two and two clients', in: served, rows: ['c cc c', 'd .. .', 'a .. .', 'b .. .'], told: 'observer/c 1', why: 'a client that reaches none, and others all' },
    { fleet: 'two and two clients', in: served, rows: ['c c. .', 'd .. .', 'a .. .', 'b .. .'], told: 'link/a~c 0.75', why: 'a client has one direction only' },
    { fleet: 'two and two clients', in: served, rows: ['c c. .', 'd c. .'],           told: 'region/a 1',       why: 'clients are witnesses as good as any' },
    { fleet: 'two and two clients', in: served, rows: ['c cc c', 'd cc c'],           told: 'fleet/payments 1', why: 'nobody serves and all say so' },
    { fleet: 'two and two clients', in: served, rows: ['c cc c'],                     told: 'observer/c 0.25',  why: 'one client alone' },
    { fleet: 'two and two clients', in: served, rows: ['a .. .', 'b .. .', 'c c. .', 'd c. .'], told: 'link/a~c 0.63, link/a~d 0.63', why: 'b still comes in: not all of its links' },
    { fleet: 'one and two clients', in: oneServes, rows: ['a . .', 'b c c', 'c . .'], told: 'link/a~b 0.75',    why: 'a client that has one replica to see has a link, and the name goes with it' },
    { fleet: 'one and two clients', in: oneServes, rows: ['a . .', 'b c c', 'c c c'], told: 'network/a 0.75',   why: 'none comes in' },
    { fleet: 'one and two clients', in: oneServes, rows: ['a e e', 'b e e', 'c e e'], told: 'replica/a 1',      why: 'the one that serves is a replica, not a fleet' },

    { fleet: 'd joins', in: fleetOf('abcd', undefined, { d: joining }), rows: ['a ...c .', 'b ...c .', 'c ...c .', 'd cccc c'], told: '', why: 'what is being made is not judged, nor does it judge' },
    { fleet: 'd leaves', in: fleetOf('abcd', undefined, { d: { phase: 'leaving', inTraffic: false } }), rows: ['a ...c .', 'b ...c .', 'c ...c .'], told: '', why: 'what is being removed is expected to be gone' },
    { fleet: 'd drains', in: fleetOf('abcd', undefined, { d: { phase: 'draining', inTraffic: false } }), rows: ['a ...c .', 'b ...c .', 'c ...c .'], told: '', why: 'it is on its way out' },
  ])('$fleet: $rows: $told, $why', ({ in: declared, rows, told: expected }) => {
    expect(told(declared, ...rows)).toBe(expected);
  });
});

describe('what a finding says', () => {
  const abcd = fleetOf('abcd');
  const findings = (...lines: readonly string[]) => diagnose(abcd, sketch(...lines), NOW_MS).findings;

  test('who saw what, for how many rounds, since when', () => {
    expect(findings('b c... .', 'c c... .', 'd u... .')).toEqual([
      {
        cause: 'region/a',
        says: 'a answers nobody and says nothing: b and c get no answer.',
        symptom: 'connect',
        confidence: 0.83,
        sinceMs: NOW_MS - 60_000,
        seenBy: ['b', 'c'],
        evidence: [
          'b to a: connect, 9 rounds, since 04:59:00Z',
          'c to a: connect, 9 rounds, since 04:59:00Z',
          'd to a: connect, 1 round, not yet sick',
        ],
      },
    ]);
  });

  test('what speaks against it is told as well', () => {
    const [finding] = findings('a .c.. .', 'b .... .', 'c .... .', 'd .... .');
    expect(finding?.says).toBe('a does not reach b, though c and d can.');
    expect(finding?.seenBy).toEqual(['a']);
    expect(finding?.evidence).toEqual(['a to b: connect, 9 rounds, since 04:59:00Z', 'b to a: well, since 04:00:00Z']);
  });

  test('why one reading of three is the likeliest', () => {
    const region = diagnose(fleetOf('abc'), sketch('b c.c .', 'c cc. .'), NOW_MS).findings.find(
      ({ cause }) => cause === 'region/a',
    );
    expect(region?.says).toContain('b and c do not reach each other either; but their networks failing would leave');
  });

  test('flapping is told as what it is, and a symptom only where most agree', () => {
    const rows = sketch('b c... .', 'c e... .', 'a e... .', 'd .... .').map((row) =>
      row.observer === 'b'
        ? { ...row, replicas: { ...row.replicas, a: sick('slow', { recent: 'x.xx..xx..xx' }) } }
        : row,
    );
    const [finding] = diagnose(abcd, rows, NOW_MS).findings;
    expect(finding?.symptom).toBe('error');
    expect(finding?.evidence).toContain('b to a: slow, 7 of 12 rounds, since 04:59:00Z');
    const [torn] = findings('a f... .', 'b c... .', 'c e... .', 'd .... .');
    expect(torn).not.toHaveProperty('symptom');
  });

  test('whose word did not count, and why', () => {
    const { discounted } = diagnose(
      fleetOf('abcd', undefined, { d: { phase: 'joining', inTraffic: false } }),
      sketch('a cccc c', 'b .... . -100', 'c .... .', 'd .... .', 'e .... . 30'),
      NOW_MS,
    );
    expect(discounted).toEqual({
      a: 'it sees everything down, and c can reach its replica',
      b: 'its row is 100 s old: it says nothing about now',
      d: 'it is no joined member of the fleet: its links are being made or removed',
      e: 'its row is 30 s ahead of us: a clock is off',
    });
  });
});

describe('health bits', () => {
  const abc = fleetOf('abc');
  const rows = (bit = sick('error'), a = well()): readonly ProbeRow[] =>
    sketch('a ... .', 'b ... .', 'c ... .').map((row) =>
      row.observer === 'a' ? { ...row, replicas: { ...row.replicas, a }, bit } : row,
    );
  const causes = (declared: Declared, given = rows()) =>
    diagnose(declared, given, NOW_MS).findings.map(({ cause }) => cause);
  const drained: Declared = {
    ...abc,
    traffic: { steers: [], drains: [{ region: 'a', sinceMs: 0, by: 'policy', because: 'a drill' }] },
  };

  test('one that keeps callers off a replica that is well is told of', () => {
    expect(causes(abc)).toEqual(['observer/a']);
  });
  test('one that does so because of a drain is not', () => {
    expect(causes(drained)).toEqual([]);
  });
  test('a drained member is diagnosed like any other', () => {
    const dark = sketch('b c.. .', 'c c.. .');
    expect(causes(drained, dark)).toEqual(['region/a']);
  });
  test.for([
    { bit: well(), a: well(), why: 'it is in service' },
    { bit: unsure(), a: well(), why: 'once is nothing' },
    { bit: sick('error', { recent: 'xxxxxxxxxxx.' }), a: well(), why: 'it is on its way back' },
    {
      bit: sick('error'),
      a: well({ recent: 'xxxxxx......' }),
      why: 'the replica was sick within two minutes: the bit may be right',
    },
  ])('nothing is told when $why', ({ bit, a }) => {
    expect(causes(abc, rows(bit, a))).toEqual([]);
  });
});
