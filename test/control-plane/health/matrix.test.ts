import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changesOf, isNews, judged, nextRow, type Round } from '../../../control-plane/health/matrix.ts';
import { MOST_ROUNDS, type ProbeRow, type Streak } from '../../../control-plane/health/probe-row.ts';
import { PROBE_EVERY_MS } from '../../../control-plane/model/agents.ts';
import type { HealthSettings } from '../../../control-plane/model/fleet.ts';
import { badProbe, goodProbe, NOW_MS } from './sketch.ts';

const settings: HealthSettings = { slowMs: 1_500, failAfterRounds: 3, recoverAfterRounds: 6, coolDownSeconds: 300 };

const probeOf = (letter: string) => (letter === 'x' ? badProbe : goodProbe);
const round = (letter: string, atMs: number): Round => ({
  observer: 'a',
  atMs,
  replicas: { b: probeOf(letter) },
  name: goodProbe,
});
/** The rows after each of these rounds: '.' a good one, 'x' a bad one, '_' none for three minutes. */
function rowsOf(rounds: string, given = settings): readonly ProbeRow[] {
  const rows: ProbeRow[] = [];
  let atMs = NOW_MS;
  for (const letter of rounds) {
    if (letter === '_') atMs += 180_000;
    else rows.push(nextRow(rows.at(-1), round(letter, atMs), given));
    if (letter !== '_') atMs += PROBE_EVERY_MS;
  }
  return rows;
}
const streaksOf = (rounds: string, given?: HealthSettings): readonly (Streak | undefined)[] =>
  rowsOf(rounds, given).map(({ replicas }) => replicas.b);
const statesOf = (rounds: string, given?: HealthSettings): string =>
  streaksOf(rounds, given)
    .map((streak) => (streak?.state === 'sick' ? 'S' : '-'))
    .join('');

describe('streaks', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { rounds: '............',           states: '------------',             why: 'well' },
    { rounds: '..xx..xx....',           states: '------SSSSSS',             why: 'two in a row, twice within a minute: it flaps' },
    { rounds: '..xxx.......',           states: '----SSSSSS--',             why: 'sick with the third, well with the sixth good one' },
    { rounds: 'xxx',                    states: '--S',                      why: 'what is new has to fail as often' },
    { rounds: 'xxx.....x......',        states: '--SSSSSSSSSSSS-',          why: 'a bad round begins the count of good ones anew' },
    { rounds: '..xx..xx..xx..xx',       states: '------SSSSSSSSSS',         why: 'flapping: the third bad round of six' },
    { rounds: 'x..x..x..x..x',          states: '-------------',            why: 'every third is one of three: the fifth falls on the thirteenth' },
    { rounds: 'x.x.x.x.x',              states: '----SSSSS',                why: 'every second is too much' },
    { rounds: 'xxxxxx......xxx',        states: '--SSSSSSSSS---S',          why: 'just back: what it was sick of before does not count again' },
    { rounds: 'xxxxxx..........',       states: '--SSSSSSSSS-----',         why: 'what is counted already does not make a good round sick' },
    { rounds: 'xx_x',                   states: '---',                      why: 'rounds before a pause are not in a row with those after it' },
    { rounds: 'xxx_.....',              states: '--SSSSSS',                 why: 'but what was thought stays, until six are good' },
    { rounds: 'xxx_......',             states: '--SSSSSS-',                why: 'then it goes' },
    { rounds: 'xxx____.x.',             states: '--S---',                   why: 'after ten minutes it is another life' },
  ])('$rounds: $states, $why', ({ rounds, states }) => {
    expect(statesOf(rounds)).toBe(states);
  });

  test('five rounds of twelve are no flapping for whoever set more patience than that', () => {
    expect(statesOf('x.x.x.x.x.x', { ...settings, failAfterRounds: 8 })).not.toContain('S');
    expect(statesOf('xxxxxxxx', { ...settings, failAfterRounds: 8 })).toBe('-------S');
  });

  test('remember since when, of what, and no more than twelve rounds', () => {
    const streaks = streaksOf('..xxx................');
    expect(streaks[4]).toMatchObject({ state: 'sick', sinceMs: NOW_MS + 40_000, symptom: 'connect', recent: '..xxx' });
    expect(streaks[9]).toMatchObject({ state: 'sick', sinceMs: NOW_MS + 40_000, symptom: 'connect', latencyMs: 84 });
    expect(streaks[10]).toMatchObject({ state: 'well', sinceMs: NOW_MS + 100_000, symptom: 'connect' });
    expect(streaks.at(-1)).toMatchObject({ state: 'well', symptom: null, recent: '.'.repeat(MOST_ROUNDS) });
  });

  test('a good answer that is too late is a bad one, and says so', () => {
    const late = { latencyMs: 1_501, says: 'HTTP 200 after 1501 ms' };
    expect(judged(late, settings)).toEqual({ ...late, symptom: 'slow' });
    expect(judged({ ...late, latencyMs: 1_500 }, settings)).not.toHaveProperty('symptom');
    expect(judged({ ...badProbe, latencyMs: 9_999 }, settings).symptom).toBe('connect');
    const row = nextRow(undefined, { ...round('.', NOW_MS), replicas: { b: late } }, settings);
    expect(row.replicas.b).toMatchObject({ recent: 'x', symptom: 'slow' });
  });

  test('what is asked no more drops out, and the bit of a client never was there', () => {
    const first = nextRow(undefined, { ...round('x', NOW_MS), bit: goodProbe }, settings);
    expect(first.bit?.recent).toBe('.');
    const next = nextRow(first, { ...round('x', NOW_MS + 10_000), replicas: { c: goodProbe } }, settings);
    expect(Object.keys(next.replicas)).toEqual(['c']);
    expect(next.bit).toBeNull();
  });

  const roundsOf = (least: number) =>
    fc.array(fc.constantFrom('.', 'x'), { minLength: least, maxLength: 60 }).map((letters) => letters.join(''));
  const patience = fc.record({
    failAfterRounds: fc.integer({ min: 2, max: 10 }),
    recoverAfterRounds: fc.integer({ min: 2, max: 12 }),
  });

  test('a state only turns sick on a bad round and well on enough good ones, whatever the rounds', () => {
    fc.assert(
      fc.property(roundsOf(2), patience, (rounds, wanted) => {
        const given = { ...settings, ...wanted };
        const states = statesOf(rounds, given);
        for (let at = 1; at < states.length; at++) {
          const until = rounds.slice(0, at + 1);
          if (states[at - 1] === '-' && states[at] === 'S') expect(until).toMatch(/x$/);
          if (states[at - 1] === 'S' && states[at] === '-')
            expect(until.endsWith('.'.repeat(given.recoverAfterRounds))).toBe(true);
          // And it must turn when rounds agree for long enough.
          if (until.endsWith('x'.repeat(given.failAfterRounds))) expect(states[at]).toBe('S');
          if (until.endsWith('.'.repeat(given.recoverAfterRounds))) expect(states[at]).toBe('-');
        }
      }),
    );
  });

  test('half of the rounds lost is sick within two minutes, however they are spread', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...Array(12).keys()], { minLength: 6, maxLength: 6 }), (bad) => {
        const rounds = Array.from({ length: 12 }, (_, at) => (bad.includes(at) ? 'x' : '.')).join('');
        // Six good ones in a row between are a recovery: then it may be well again at the end.
        expect(statesOf(rounds)).toContain('S');
      }),
    );
  });
});

describe('changes and news', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { rounds: '.',         news: true,  changes: 0, why: 'the first row there is' },
    { rounds: '..',        news: false, changes: 0, why: 'well as before' },
    { rounds: '.x',        news: true,  changes: 0, why: 'a bad round, though it changes nothing yet' },
    { rounds: '.x.',       news: true,  changes: 0, why: 'the first good one after it' },
    { rounds: '.x..',      news: false, changes: 0, why: 'the second' },
    { rounds: 'xxx',       news: true,  changes: 1, why: 'sick now' },
    { rounds: 'xxx..',     news: false, changes: 0, why: 'on its way back' },
    { rounds: 'xxx......', news: true,  changes: 1, why: 'well again' },
  ])('$rounds: news $news, $changes changes, $why', ({ rounds, news, changes }) => {
    const rows = rowsOf(rounds);
    const [previous, next] = [rows.at(-2), rows.at(-1)];
    if (next === undefined) throw new Error('no rounds');
    expect(isNews(previous, next)).toBe(news);
    expect(changesOf(previous, next)).toHaveLength(changes);
  });

  test('a change says who sees what how', () => {
    const rows = rowsOf('xxx......');
    expect(changesOf(rows[1], rows[2] as ProbeRow)).toEqual([
      {
        about: 'replica/b',
        state: 'sick',
        symptom: 'connect',
        says: `a sees replica/b sick (connect): ${badProbe.says}`,
      },
    ]);
    expect(changesOf(rows[7], rows[8] as ProbeRow)).toEqual([
      { about: 'replica/b', state: 'well', symptom: 'connect', says: `a sees replica/b well: ${goodProbe.says}` },
    ]);
  });

  test('replicas come first and alphabetically, then the name, then the bit', () => {
    const probes: Round = {
      observer: 'a',
      atMs: NOW_MS,
      replicas: { z: badProbe, b: badProbe },
      name: badProbe,
      bit: badProbe,
    };
    let row = nextRow(undefined, probes, settings);
    row = nextRow(row, { ...probes, atMs: NOW_MS + 10_000 }, settings);
    const third = nextRow(row, { ...probes, atMs: NOW_MS + 20_000 }, settings);
    expect(changesOf(row, third).map(({ about }) => about)).toEqual(['replica/b', 'replica/z', 'name', 'bit']);
  });
});
