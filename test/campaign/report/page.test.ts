import { describe, expect, test } from 'vitest';
import { invariants } from '../../../campaign/invariants/index.ts';
import { drawnActs } from '../../../campaign/report/coverage.ts';
import { pageOf } from '../../../campaign/report/page.ts';
import { type Summary, summaryOf } from '../../../campaign/report/summary.ts';
import { textOf } from '../../../campaign/report/text.ts';
import { places } from '../../../campaign/schedule.ts';
import { all, type Element, read, textOf as wordsOf } from '../../map/markup-reader.ts';
import { every, three, world } from './known.ts';

/** Meta elements are the only ones without an end. */
const elementsOf = (summary: Summary): readonly Element[] =>
  all(
    read(
      pageOf(summary)
        .replace('<!doctype html>\n', '')
        .replaceAll(/<meta [^>]*>/g, '')
        .trimEnd(),
    ),
  );
const named = (elements: readonly Element[], name: string): readonly Element[] =>
  elements.filter((element) => element.name === name);
const classed = (elements: readonly Element[], name: string): readonly Element[] =>
  elements.filter(({ attributes }) => attributes['class'] === name);

const violation = {
  invariant: 'one writer per scope',
  atMs: 90_000,
  says: 'two at once: <script>alert("gotcha")</script> & more',
};
const good = summaryOf(three, 5);
const broken = summaryOf([...three, world('17', { violations: [violation] }), { seed: '9', failed: 'Error: <b>' }], 5);
const nothing = summaryOf([], 1);
/** A line of twenty minutes, of which one lost a request. */
const unlucky = summaryOf(
  [
    world('1', {
      course: {
        reads: every(12, () => 50),
        writes: every(12, () => 0),
        answered: every(12, (bin) => (bin === 6 ? 19 : 20)),
        needless: every(12, (bin) => (bin === 6 ? 1 : 0)),
        helpless: every(12, () => 0),
      },
    }),
  ],
  5,
);

describe('the page', () => {
  test.for([
    ['a good campaign', good],
    ['a broken one', broken],
    ['none at all', nothing],
  ] as const)('of %s is well-formed, the same every time, and holds all sections', ([, summary]) => {
    const elements = elementsOf(summary);
    expect(pageOf(structuredClone(summary))).toBe(pageOf(summary));
    // What was broken comes first.
    expect(named(elements, 'h2').map(wordsOf)).toEqual([
      ...(summary === broken ? ['Violations'] : []),
      'Time to repair',
      'Back to as declared',
      'Calls to AWS',
      'Availability',
      'What happened',
      'Coverage',
      ...(summary === broken ? [] : ['Violations']),
      'Slowest worlds',
    ]);
    expect(pageOf(summary)).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('needs nothing from anywhere, and no script', () => {
    const elements = elementsOf(broken);
    for (const name of ['script', 'link', 'img', 'iframe', 'object', 'form'])
      expect(named(elements, name), name).toEqual([]);
    expect(pageOf(broken)).not.toMatch(/\b(?:src|href|onload|onclick)=|url\((?!#)|@import|https?:/);
  });

  test('says in one sentence how it went', () => {
    const verdict = (summary: Summary): string => wordsOf(named(elementsOf(summary), 'h1')[0] as Element);
    expect(verdict(good)).toBe('3 worlds, 3 simulated hours, 9 faults: nothing that must hold was broken.');
    expect(verdict(broken)).toBe(
      '5 worlds, 4 simulated hours, 12 faults: 1 world broke “one writer per scope” and 1 world came to no end.',
    );
  });

  test('shows who broke what, and how to see it again', () => {
    const codes = named(elementsOf(broken), 'code').map(wordsOf);
    expect(codes).toContain('npm run simulate -- --replay 17');
    expect(codes).toContain('npm run simulate -- --replay 9');
    expect(elementsOf(broken).map(wordsOf)).toContain(violation.says);
    expect(named(elementsOf(good), 'li').filter(({ attributes }) => attributes['class'] === 'broken')).toEqual([]);
    expect(elementsOf(good).filter(({ attributes }) => attributes['class'] === 'rules')[0]?.children).toHaveLength(
      invariants.length,
    );
  });

  test('says first how long repairs took, of all and of each kind', () => {
    const [says] = classed(elementsOf(good), 'says').map(wordsOf);
    const strips = elementsOf(good).filter(({ attributes }) => /^strip( tall)?$/.test(attributes['class'] ?? ''));
    expect(says).toBe(
      '6 incidents: a repair put 3 right, half of them within 20\u00a0s, nine of ten within 20\u00a0s; 3 passed by themselves.',
    );
    expect(strips.map((strip) => named(all(strip), 'b').map(wordsOf))).toEqual([
      ['all', '6 incidents'],
      ['link', '3 incidents'],
      ['region', '3 incidents'],
    ]);
    expect(strips.map((strip) => wordsOf(named(all(strip), 'p').at(-1) as Element))).toEqual([
      '6 incidents3 repaired: half within 20\u00a0s, nine of ten within 20\u00a0s',
      '3 incidents3 repaired: half within 20\u00a0s, nine of ten within 20\u00a0s',
      '3 incidentsnone put right by a repair',
    ]);
  });

  test('marks availability at round shares, near the line', () => {
    const marks = classed(elementsOf(unlucky), 'up').map(wordsOf);
    expect(marks.filter((mark) => mark.endsWith(' %'))).toEqual(['95 %', '96 %', '97 %', '98 %', '99 %', '100 %']);
    const says = classed(elementsOf(unlucky), 'says').map(wordsOf);
    expect(says).toContain(
      "99.58\u00a0% of 240 requests that somebody could have answered were answered; 1 was lost, until callers had been moved. The least of any five minutes was 95.0\u00a0%, 30\u00a0min after a world's beginning.",
    );
  });

  test('has a bar for what happened, and one line for all that never did', () => {
    const bars = classed(elementsOf(good), 'bars').flatMap((of) => of.children.map((one) => wordsOf(one as Element)));
    expect(bars).toContain('route deleted');
    expect(bars).not.toContain('drill');
    expect(classed(elementsOf(good), 'never-once').map(wordsOf)).toContainEqual(
      expect.stringMatching(/^Not once: .*drill/),
    );
  });

  test('tells of every workflow and every act how much was met', () => {
    const shares = classed(elementsOf(good), 'shares').flatMap((of) =>
      of.children.map((one) => wordsOf(one as Element)),
    );
    expect(shares.filter((share) => share !== '')).toHaveLength(drawnActs.length);
    expect(classed(elementsOf(good), 'workflows').map(wordsOf)[0]).toMatch(/reconcile0 %/);
  });

  test('has a cell for every act at every place, and tells each in words', () => {
    const says = named(elementsOf(good), 'title').map(wordsOf);
    const cells = says.filter((one) => drawnActs.some((what) => one.startsWith(`${what} in `)));
    expect(cells).toHaveLength(drawnActs.length * places.length);
    expect(cells).toContain('calls fail in reconcile/Apply: 9 times');
    expect(cells).toContain('tags removed in drill/Hold: not once, and it can be');
    expect(cells.filter((one) => one.includes('cannot be, for'))).toHaveLength(drawnActs.length * 2);
  });
});

describe('the text', () => {
  test('fits a terminal of 120 columns', () => {
    for (const summary of [good, broken, nothing])
      expect(
        textOf(summary)
          .split('\n')
          .filter((line) => line.length > 120),
      ).toEqual([]);
  });

  test('tells figures, what is missing, and what broke', () => {
    expect(textOf(good)).toContain('route deleted 6 + 3');
    expect(textOf(good)).toMatch(/worlds of 4, 7 members +2, 1/);
    expect(textOf(good)).toMatch(/^ +not once: .*evacuate/m);
    expect(textOf(good)).toMatch(/^ +all +6 +20 s/m);
    expect(textOf(good)).toMatch(/Coverage: 3 of [\d,]+ combinations/);
    expect(textOf(broken)).toContain('one writer per scope, in world 17 after 1.5 min');
    expect(textOf(broken)).toContain('  npm run simulate -- --replay 17');
    expect(textOf(broken)).toContain('9 came to no end: Error: <b>');
  });
});
