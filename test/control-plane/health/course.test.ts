import { describe, expect, test } from 'vitest';
import { compactRow, fullRow } from '../../../control-plane/health/compact-row.ts';
import { diagnose } from '../../../control-plane/health/diagnose.ts';
import { isNews, nextRow } from '../../../control-plane/health/matrix.ts';
import type { Probe, ProbeRow } from '../../../control-plane/health/probe-row.ts';
import { PROBE_EVERY_MS } from '../../../control-plane/model/agents.ts';
import { badProbe, fleetOf, goodProbe, NOW_MS } from './sketch.ts';

const regions = ['a', 'b', 'c', 'd'];
const declared = fleetOf('abcd');

interface Course {
  /** Whether a request gets through once the trouble is there. */
  readonly crosses: (from: string, to: string) => boolean;
  /** Members that write nothing any more. */
  readonly mute?: string;
  /** When it ends, in seconds after it began. */
  readonly untilSeconds?: number;
  /** Whether a request gets through from then on. */
  readonly crossesAfter?: (from: string, to: string) => boolean;
}

/**
 * What is diagnosed second by second, each diagnosis once, with the seconds since the trouble began: every observer asks
 * every ten seconds at a beat of its own, and writes what is news, else once a minute.
 */
function told(
  { crosses, mute, untilSeconds = Number.POSITIVE_INFINITY, crossesAfter = () => true }: Course,
  forSeconds: number,
): readonly string[] {
  const table = new Map<string, ProbeRow>();
  const memory = new Map<string, ProbeRow>();
  const course: string[] = [];
  let last = '';
  for (let second = -120; second < forSeconds; second++) {
    const atMs = NOW_MS + second * 1_000;
    const isBroken = second >= 0 && second < untilSeconds;
    for (const [index, observer] of regions.entries()) {
      if ((second + 120) % (PROBE_EVERY_MS / 1_000) !== 3 * index || (isBroken && observer === mute)) continue;
      const getsThrough = second < 0 ? () => true : isBroken ? crosses : crossesAfter;
      const ask = (to: string): Probe => (getsThrough(observer, to) ? goodProbe : badProbe);
      const replicas = Object.fromEntries(regions.map((to) => [to, ask(to)]));
      // The name leads to the replica next door.
      const row = nextRow(
        memory.get(observer),
        { observer, atMs, replicas, name: ask(observer) },
        declared.fleet.health,
      );
      const due = atMs - (table.get(observer)?.atMs ?? 0) >= 60_000;
      if (due || isNews(memory.get(observer), row)) table.set(observer, fullRow(compactRow(row)));
      memory.set(observer, row);
    }
    const { findings } = diagnose(declared, [...table.values()], atMs);
    const now = findings.map(({ cause }) => cause).join(', ');
    if (now !== last) course.push(`${second} s: ${now}`);
    last = now;
  }
  return course;
}

const apart = (a: string, b: string) => (from: string, to: string) =>
  !(from === a && to === b) && !(from === b && to === a);

type Victim = (x: string, y: string) => Course;
const ended = { untilSeconds: 120 };

describe('a trouble has one name from its beginning to its end, and none before or after', () => {
  const troubles: readonly { readonly trouble: Victim; readonly names: string; readonly why: string }[] = [
    {
      trouble: (x) => ({ crosses: (from, to) => from !== x && to !== x, mute: x, ...ended }),
      names: 'region/x',
      why: 'a Region goes dark',
    },
    {
      trouble: (x) => ({ crosses: (from, to) => from === to || (from !== x && to !== x), ...ended }),
      names: 'network/x',
      why: 'a network is cut off',
    },
    { trouble: (x) => ({ crosses: (_, to) => to !== x, ...ended }), names: 'replica/x', why: 'a replica is sick' },
    { trouble: (x, y) => ({ crosses: apart(x, y), ...ended }), names: 'link/x~y', why: 'a link is cut' },
    { trouble: (x) => ({ crosses: (from) => from !== x, ...ended }), names: 'observer/x', why: 'a prober is blind' },
    { trouble: () => ({ crosses: () => false, ...ended }), names: 'fleet/payments', why: 'all is gone' },
    { trouble: () => ({ crosses: () => false, untilSeconds: 20 }), names: '', why: 'two beats are missed' },
  ];
  test.for(troubles)('$why: $names', ({ trouble, names }) => {
    for (const x of regions) {
      const y = x === 'd' ? 'a' : 'd';
      const link = x < y ? `link/${x}~${y}` : `link/${y}~${x}`;
      const [began, ends, ...more] = told(trouble(x, y), 300);
      expect(more, x).toEqual([]);
      expect(began?.replace(/^\d+ s: /, ''), x).toBe(
        names === '' ? undefined : names.replace('link/x~y', link).replace(/x$/, x),
      );
      if (names === '') continue;
      // Three rounds until it is told, and six until it is over, whoever's beat comes first.
      const seconds = [began, ends].map((entry) => Number.parseInt(entry ?? '', 10));
      expect(seconds[0], x).toBeLessThanOrEqual(30);
      expect(ends, x).toMatch(/^1[67]\d s: $/);
    }
  });
});

test.for(regions)(
  'a replica that is well again beside a link to it that is not: no other link and no network is named: %s',
  (x) => {
    for (const y of regions.filter((other) => other !== x)) {
      const cut = apart(x, y);
      const course = told({ crosses: (_, to) => to !== x, untilSeconds: 120, crossesAfter: cut }, 300);
      const causes = course.map((entry) => entry.replace(/^\d+ s: /, ''));
      const link = `link/${[x, y].toSorted().join('~')}`;
      expect(causes, y).toEqual([`replica/${x}`, `${link}, replica/${x}`, link]);
    }
  },
);

test.for(regions)('a replica that is sick until only some are sure of it is named, and nothing else: %s', (x) => {
  for (let untilSeconds = 15; untilSeconds <= 45; untilSeconds += 1) {
    const course = told({ crosses: (_, to) => to !== x, untilSeconds }, 200);
    const named = new Set(course.map((entry) => entry.replace(/^\d+ s: /, '')));
    expect(
      [...named].filter((causes) => causes !== '' && causes !== `replica/${x}`),
      `${untilSeconds} s`,
    ).toEqual([]);
  }
});

describe('where the table cannot tell yet', () => {
  test('a member that nobody reaches any more may be dark, until its own row of that minute says otherwise', () => {
    const inwards: Course = { crosses: (from, to) => from === to || to !== 'a', untilSeconds: 220 };
    // And as it is answered again it looks like one that was dark and is back.
    expect(told(inwards, 300)).toEqual(['23 s: region/a', '60 s: network/a', '229 s: region/a', '279 s: ']);
  });

  test('a Region that was dark for less than its row takes to be stale is back for a beat before others know', () => {
    const short: Course = { crosses: (from, to) => from !== 'a' && to !== 'a', mute: 'a', untilSeconds: 50 };
    expect(told(short, 300)).toEqual(['23 s: region/a', '50 s: network/a', '59 s: region/a', '109 s: ']);
  });
});
