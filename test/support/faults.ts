import { describe, expect, test } from 'vitest';
import { boundsOf, isOfRow } from '../../local/faults/bounds.ts';
import { faults } from '../../local/faults/catalog.ts';
import type { Course } from '../../local/faults/course.ts';
import { heldAgainst, heldAgainstAlone } from '../../local/faults/promises.ts';
import { tryOut } from '../../local/faults/try-out.ts';

const SEED = 'a test';

/** What the bench holds many worlds against, asked of one: its worst is as good as any. */
function late({ row }: { readonly row: string }, course: Course, isAlone: boolean): readonly string[] {
  return boundsOf(row)
    .filter(({ figure }) => !isAlone || figure === 'callers answered again')
    .flatMap(({ figure, of, p99Ms }) => {
      const ms = of(course);
      return ms !== undefined && ms <= p99Ms ? [] : [`${figure} after ${ms} ms, not ${p99Ms}`];
    });
}

/** One world for each fault of these rows, held against what is promised. */
export function testFaults(rows: readonly string[], leftOut: readonly string[] = []): void {
  const chosen = faults.filter(({ row }) => rows.some((of) => isOfRow(row, of)) && !leftOut.includes(row));
  describe.each(chosen)('$row: $name', (fault) => {
    test(`is ${fault.expected}, as promised`, async () => {
      const course = await tryOut(fault, { seed: SEED });
      expect([...heldAgainst(fault, course), ...late(fault, course, false)], JSON.stringify(course)).toEqual([]);
    });
  });
}

/** Callers get to somebody else though nobody in home is told. */
export function testFailoverAlone(rows: readonly string[]): void {
  test.each(faults.filter(({ row }) => rows.includes(row)))('$row: $name, and home is told nothing', async (fault) => {
    const course = await tryOut(fault, { seed: SEED, alone: true });
    expect([...heldAgainstAlone(course), ...late(fault, course, true)], JSON.stringify(course)).toEqual([]);
  });
}
