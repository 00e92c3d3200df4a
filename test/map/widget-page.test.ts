import { expect, test } from 'vitest';
import { costOfEvidence } from '../../control-plane/health/cost.ts';
import { viewOf } from '../../map/view-of.ts';
import { problemPage, type Told, widgetPage } from '../../map/widget-page.ts';
import { UTC } from '../../map/words.ts';
import { incident, NOW_MS, troubled } from './known.ts';
import { all, read, textOf } from './markup-reader.ts';

const told: Told = {
  view: viewOf(troubled()),
  latest: [incident('region/eu-central-1', { status: 'mitigated', sinceMs: NOW_MS - 605_000 })],
  repair: { days: 30, count: 4, p50Ms: 95_000, p90Ms: 3_700_000 },
  cost: costOfEvidence(10, 3, 5_000),
};
const options = { theme: 'light', timeZone: UTC } as const;

test('tells the picture, times to repair, cost, incidents, members, and links that are not as always', () => {
  const page = read(widgetPage(told, options));
  const words = textOf(page);
  for (const part of ['1 min 35 s', '1 h 01 min', 'region', '2026-11-21 04:49:55 UTC', '10 min 05 s', 'sa-east-1'])
    expect(words).toContain(part);
  expect(words).toMatch(/watching all 9, a month\$\d+\.\d\d/);
  const rows = all(page)
    .filter(({ name }) => name === 'tr')
    .map(textOf);
  expect(rows.filter((row) => row.startsWith('ap-southeast-2 to us-west-2being repaired'))).toHaveLength(1);
  expect(words).toContain('evacuatedap-northeast-1, the nearest of 6evacuated by operator: maintenance');
  expect(words).toContain('45 links, of which 19 not as always:');
  expect(words).toContain('and 4 more');
  expect(all(page).filter(({ name }) => name === 'svg').length).toBeGreaterThan(0);
});

test('holds nothing that CloudWatch would cut out, whatever somebody wrote into an incident', () => {
  const hostile = '</td></table><script>alert(1)</script><iframe src=//x>';
  const page = widgetPage(
    { ...told, latest: [incident(`link/${hostile}~x`, { says: hostile })], view: { ...told.view, fleet: hostile } },
    options,
  );
  const names = new Set(all(read(page)).map(({ name }) => name));
  expect(
    [...names].filter((name) => ['script', 'iframe', 'use', 'a', 'form', 'img', 'link', 'object'].includes(name)),
  ).toEqual([]);
  expect(textOf(read(page))).toContain(hostile);
});

test('a problem is text as well', () => {
  const words = '<script>1</script>';
  expect(textOf(read(problemPage(words, words, 'dark')))).toContain(words);
});
