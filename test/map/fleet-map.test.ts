import { describe, expect, test } from 'vitest';
import { allRegions } from '../../control-plane/model/region.ts';
import { fleetMap } from '../../map/fleet-map.ts';
import type { FleetView } from '../../map/fleet-view.ts';
import { placeOf } from '../../map/places.ts';
import { viewOf } from '../../map/view-of.ts';
import { widthOf } from '../../map/words.ts';
import { finding, incident, known, TEN, troubled } from './known.ts';
import { all, type Element, read, textOf } from './markup-reader.ts';

const three = viewOf(known({ regions: ['us-east-1', 'eu-west-1', 'ap-southeast-2'] }));
const everybody = viewOf(known({ regions: allRegions }));
const ten = viewOf(troubled());

const elements = (view: FleetView): readonly Element[] => all(read(fleetMap(view)));
const texts = (view: FleetView): readonly Element[] => elements(view).filter(({ name }) => name === 'text');

describe('the picture', () => {
  test.for([
    ['three', three],
    ['ten', ten],
    ['everybody', everybody],
    ['nobody', viewOf(known({ regions: [] }))],
  ] as const)('of %s is well-formed, the same every time, and has a name and a description', ([, view]) => {
    const [root, ...rest] = elements(view);
    expect(fleetMap(structuredClone(view))).toBe(fleetMap(view));
    expect(root).toMatchObject({ name: 'svg', attributes: { role: 'img', viewBox: '0 0 900 480' } });
    expect(rest.slice(0, 2).map(({ name }) => name)).toEqual(['title', 'desc']);
    expect(rest.map(textOf).join(' ')).toContain('2026-11-21 05:00:00 UTC');
  });

  test('shows every member by name, and every link once while they are few', () => {
    const shown = texts(ten).map(textOf);
    for (const region of TEN) expect(shown).toContain(region);
    const titles = elements(ten).filter(({ name }) => name === 'title');
    for (const { ends } of ten.links)
      expect(titles.filter((one) => textOf(one).startsWith(`${ends[0]} to ${ends[1]}: `))).toHaveLength(1);
  });

  const EVACUATED = { region: 'eu-west-1', sinceMs: 0, by: 'olga', because: 'a drill' };
  const SICK = finding('replica/eu-west-1', 'it answers 500');
  // biome-ignore format: a table is read down its columns
  test.for([
    { verdict: 'all is well',          of: {} },
    { verdict: '1 member evacuated',   of: { traffic: { drains: [EVACUATED] } } },
    { verdict: 'not all are heard of', of: { traffic: { drains: [EVACUATED] }, discounted: { 'us-east-1': 'it says nothing' } } },
    { verdict: 'not all is well',      of: { traffic: { drains: [EVACUATED] }, findings: [finding('replica/us-east-1', 'it answers 500')] } },
    { verdict: '1 open incident',      of: { findings: [SICK], incidents: [incident('replica/eu-west-1')] } },
  ])('says at once: $verdict', ({ verdict, of }) => {
    const shown = texts(viewOf(known({ regions: ['us-east-1', 'eu-west-1'], ...of }))).map(textOf);
    expect(shown).toContain(verdict);
  });

  test('tells in words whatever it tells in signs', () => {
    const [, description = ''] = elements(ten).flatMap((one) =>
      one.name === 'title' || one.name === 'desc' ? [textOf(one)] : [],
    );
    for (const words of [
      'eu-central-1, serving, dark',
      'ap-south-1, serving, evacuated: evacuated by operator: maintenance; its callers are sent to',
      'sa-east-1, client, well: its callers are answered well; its callers are sent to us-east-1',
      'Link us-east-1 to ap-northeast-1, callers kept off',
      'Link ap-southeast-2 to us-west-2, being repaired',
      'Incident region/eu-central-1 since 2026-11-21 04:49:55 UTC',
    ])
      expect(description).toContain(words);
  });

  test('carries its colors for light and for dark, and where the theme is known only that one', () => {
    expect(fleetMap(three)).toContain('prefers-color-scheme:dark');
    const [light, dark] = [fleetMap(three, { theme: 'light' }), fleetMap(three, { theme: 'dark' })];
    expect(light).not.toContain('prefers-color-scheme');
    expect(dark).not.toContain('prefers-color-scheme');
    expect(light).not.toBe(dark);
  });

  test('names no more incidents than it is asked to, and counts the others', () => {
    const causes = TEN.slice(0, 5).map((region) => incident(`view/${region}`));
    const svg = fleetMap(viewOf(known({ regions: TEN, incidents: causes })), { incidentsShown: 2 });
    expect(svg).toContain('(and 3 more)');
    expect(all(read(svg)).map(textOf)).toContain('5 open incidents');
  });

  test('of everybody stays small: links that are well are one drawing', () => {
    expect(fleetMap(everybody).length).toBeLessThan(80_000);
  });
});

interface Rectangle {
  readonly what: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where a text is drawn, as far as its width can be guessed. */
function rectangleOf(one: Element): Rectangle {
  const what = textOf(one);
  const { x = '', y = '', 'font-size': size = '', 'text-anchor': anchor = 'start' } = one.attributes;
  const weight = one.attributes['font-weight'] === undefined ? 'plain' : 'bold';
  const width = widthOf(what, Number(size), weight);
  const left = Number(x) - (anchor === 'end' ? width : anchor === 'middle' ? width / 2 : 0);
  return {
    what,
    left,
    right: left + width,
    top: Number(y) - Number(size) * 0.8,
    bottom: Number(y) + Number(size) * 0.2,
  };
}

const overlaps = (a: Rectangle, b: Rectangle): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

describe('labels', () => {
  test.for([
    ['three members', three],
    ['ten in trouble', ten],
    ['all Regions there are', everybody],
    ['all of Europe', viewOf(known({ regions: allRegions.filter((region) => region.startsWith('eu-')) }))],
    [
      'all of Asia, all drained',
      viewOf(
        known({
          regions: allRegions.filter((region) => region.startsWith('ap-')),
          traffic: {
            drains: allRegions.map((region) => ({ region, sinceMs: 0, by: 'operator', because: 'maintenance' })),
          },
        }),
      ),
    ],
  ] as const)('of %s lie over no other text, over no mark, and within the picture', ([, view]) => {
    const rectangles = texts(view).map(rectangleOf);
    for (const [index, one] of rectangles.entries()) {
      expect(one.left, one.what).toBeGreaterThanOrEqual(0);
      expect(one.right, one.what).toBeLessThanOrEqual(900);
      expect(
        rectangles.slice(index + 1).filter((other) => overlaps(one, other)),
        one.what,
      ).toEqual([]);
    }
    const names = new Set(view.members.map(({ region }) => region));
    const marks = elements(view)
      .filter(({ name, attributes: { stroke = '', r = '' } }) => name === 'circle' && stroke !== '' && Number(r) >= 5.7)
      .map(({ attributes: { cx, cy, r } }) => ({ x: Number(cx), y: Number(cy), r: Number(r) }));
    for (const label of rectangles.filter(({ what }) => names.has(what)))
      expect(
        marks.filter(
          ({ x, y, r }) => x + r > label.left && x - r < label.right && y + r > label.top && y - r < label.bottom,
        ),
        label.what,
      ).toEqual([]);
  });

  test('of all Regions have places of their own on the map', () => {
    const places = allRegions.map((region) => placeOf(region));
    expect(new Set(places.map(({ east, north }) => `${east} ${north}`)).size).toBe(allRegions.length);
  });
});

const HOSTILE = [
  '</text></svg><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onload='alert(1)",
  '<![CDATA[ ]]> --> ]]>',
  '&lt;b&gt; &amp; &#x3c;',
  'javascript:alert(1)',
  '}</style><style>*{display:none}',
  '\u0000\u001b[31m\u202Egnp.exe\ud800',
  '__proto__',
];

test.for(HOSTILE)('whatever somebody calls a thing, it is text: %j', (name) => {
  const view: FleetView = {
    fleet: name,
    domain: name,
    home: name,
    standby: name,
    atMs: three.atMs,
    members: [{ region: name, role: 'serving', state: 'sick', says: name, servedBy: [`${name}2`], incidents: 1 }],
    links: [{ ends: [name, name], state: 'cut', says: name }],
    incidents: [{ id: name, cause: `region/${name}`, status: 'open', sinceMs: 0, says: name }],
  };
  const svg = fleetMap(view, { timeZone: { label: name, offsetMinutes: 60 } });
  const found = all(read(svg));
  const allowed = new Set(['svg', 'title', 'desc', 'style', 'rect', 'text', 'g', 'path', 'circle']);
  expect(found.filter((one) => !allowed.has(one.name))).toEqual([]);
  expect(found.flatMap(({ attributes }) => Object.keys(attributes)).filter((key) => /^on|href|src/i.test(key))).toEqual(
    [],
  );
  expect(found.filter((one) => one.name === 'style')).toHaveLength(1);
  const style = found.find((one) => one.name === 'style');
  expect(style === undefined ? '' : textOf(style)).not.toContain('display:none');
  expect(svg).not.toMatch(/[[\p{Cc}--[\n]]\p{Bidi_C}]/v);
  expect(svg.isWellFormed()).toBe(true);
});
