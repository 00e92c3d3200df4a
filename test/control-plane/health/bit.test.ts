import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bitOf } from '../../../control-plane/health/bit.ts';
import type { ProbeRow } from '../../../control-plane/health/probe-row.ts';
import type { Drain } from '../../../control-plane/traffic/traffic.ts';
import { NOW_MS, sick, sketch, well } from './sketch.ts';
import { anyRow, blindRow } from './worlds.ts';

const drain: Drain = { region: 'a', sinceMs: NOW_MS - 5_000, by: 'policy', because: 'region/a' };

describe("a member's health bit", () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { rows: [],                                         answer: 200, why: 'no evidence is no reason to go' },
    { rows: ['a ... .'],                                answer: 200, why: 'it sees itself well' },
    { rows: ['a e.. .'],                                answer: 503, why: 'it sees itself sick' },
    { rows: ['a e.. .', 'b ... .', 'c ... .'],          answer: 503, why: 'and others do not, but its own eyes see more than blackness' },
    { rows: ['a ccc c', 'b ... .'],                     answer: 200, why: 'its prober is blind, and somebody reaches it' },
    { rows: ['a ccc c', 'b c.. .'],                     answer: 503, why: 'nobody reaches it' },
    { rows: ['a ccc c', 'b u.. .'],                     answer: 503, why: 'whoever lost it just now does not reach it' },
    { rows: ['a ccc c', 'b ... . -120'],                answer: 200, why: 'all others are out of time: rather this clock is off, or this prober' },
    { rows: ['a ccc c'],                                answer: 503, why: 'nor is nobody' },
    { rows: ['a ccc .', 'b ... .'],                     answer: 503, why: 'the name is answered, so it is not blind' },
    { rows: ['a u.. .'],                                answer: 503, why: 'one bad round: Route 53 asks three times before it believes it' },
    { rows: ['a ... .', 'b e.. .', 'c e.. .'],          answer: 200, why: 'its own word goes before that of others' },
    { rows: ['a ... . -120', 'b e.. .', 'c e.. .'],     answer: 503, why: 'its word is stale, and two agree' },
    { rows: ['a ... . 30', 'b e.. .', 'c e.. .'],       answer: 503, why: 'or from the future' },
    { rows: ['a e.. . -120'],                           answer: 200, why: 'stale trouble is no evidence' },
    { rows: ['b e.. .', 'c ... .'],                     answer: 200, why: 'one of two others moves nobody' },
    { rows: ['b e.. .'],                                answer: 503, why: 'there is only one other' },
    { rows: ['b e.. .', 'c e.. . -120'],                answer: 503, why: 'only one other speaks' },
    { rows: ['b u.. .', 'c u.. .'],                     answer: 200, why: 'others have to be sure' },
    { rows: ['b e.. .', 'c e.. .', 'd ... .'],          answer: 503, why: 'two of three' },
    { rows: ['b e.. .', 'c e.. .', 'd ... .', 'e ... .', 'f ... .'], answer: 200, why: 'two are outnumbered by three who reach it' },
    { rows: ['b ?.. .', 'c ?.. .'],                     answer: 200, why: 'others say nothing of it' },
    { rows: ['a ?.. .'],                                answer: 200, why: 'it does not ask itself' },
  ])('$rows: $answer, $why', ({ rows, answer }) => {
    const { inService, because } = bitOf('a', sketch(...rows), [], NOW_MS);
    expect(inService ? 200 : 503, because).toBe(answer);
  });

  test('goes out with the second bad round, before the state does, and says of what', () => {
    const failing = well({ recent: '..........xx', symptom: 'error', says: 'HTTP 503 after 31 ms' });
    const [row] = sketch('a ... .');
    const rows = [{ ...row, replicas: { ...row?.replicas, a: failing } } as ProbeRow];
    expect(bitOf('a', rows, [], NOW_MS)).toEqual({
      inService: false,
      because: 'it sees itself error: HTTP 503 after 31 ms',
    });
  });

  test('stays out until the state is well again, not until the first good round', () => {
    const [row] = sketch('a ... .');
    const rows = [{ ...row, replicas: { a: sick('error', { recent: 'xxxxxxx.....' }) } } as ProbeRow];
    expect(bitOf('a', rows, [], NOW_MS).inService).toBe(false);
  });

  test('is out while it is drained, whatever is seen, and only the one that is', () => {
    fc.assert(
      fc.property(fc.array(anyRow('a', ['a', 'b'])), (rows) => {
        expect(bitOf('a', rows, [drain], NOW_MS)).toEqual({ inService: false, because: 'drained by policy: region/a' });
        expect(bitOf('b', sketch('b .. .'), [drain], NOW_MS).inService).toBe(true);
      }),
    );
  });

  const regions = ['a', 'b', 'c', 'd'];
  const foreign = fc
    .tuple(
      ...['b', 'c', 'd'].map((region) =>
        fc.option(fc.oneof(anyRow(region, regions), fc.constant(blindRow(region, regions)))),
      ),
    )
    .map((rows) => rows.filter((row) => row !== null));

  test('no word of others takes it out while its own row sees it well', () => {
    fc.assert(
      fc.property(foreign, anyRow('a', regions), fc.nat(90_000), (others, row, agoMs) => {
        const own = { ...row, atMs: NOW_MS - agoMs, replicas: { ...row.replicas, a: well() } };
        expect(bitOf('a', [...others, own], [], NOW_MS).inService).toBe(true);
      }),
    );
  });

  test('rows that are stale or from the future change nothing, nor does the order of the others', () => {
    fc.assert(
      fc.property(
        foreign,
        fc.option(anyRow('a', regions)),
        anyRow('a', regions),
        fc.constantFrom(...regions),
        fc.constantFrom(-91_000, 11_000, 600_000),
        (others, own, row, observer, aheadMs) => {
          const rows = own === null ? others : [...others, own];
          const expected = bitOf('a', rows, [], NOW_MS);
          expect(bitOf('a', [...rows, { ...row, observer, atMs: NOW_MS + aheadMs }], [], NOW_MS)).toEqual(expected);
          expect(bitOf('a', rows.toReversed(), [], NOW_MS)).toEqual(expected);
        },
      ),
    );
  });
});
