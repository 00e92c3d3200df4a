import { howMany } from '../../control-plane/model/how-many.ts';
import { container, type Markup, text } from '../../map/markup.ts';
import { type Ink, ink } from '../../map/palette.ts';
import type { Family } from '../acts/act.ts';
import { actNames, actOf } from '../acts/index.ts';
import type { Summary } from './summary.ts';
import { count, key, paragraph, reading, section } from './words.ts';

export const FAMILIES: readonly (readonly [Family, Ink, name: string])[] = [
  ['fault', 'sick', "What breaks, by itself or by somebody's hand"],
  ['weather', 'joining', "AWS's moods"],
  ['operator', 'callers', 'People who run the fleet'],
  ['file', 'repairing', 'Changes of the fleet file'],
];

/** How many acts of these families took place, and how many could not. */
export const actsOf = (
  { done, missed }: Pick<Summary, 'done' | 'missed'>,
  ...families: readonly Family[]
): { readonly done: number; readonly missed: number } => {
  const names = actNames.filter((what) => families.includes(actOf(what).family));
  const sum = (of: Readonly<Record<string, number>>): number =>
    names.reduce((total, what) => total + (of[what] ?? 0), 0);
  return { done: sum(done), missed: sum(missed) };
};

const width = (share: number): string => `${(share * 100).toFixed(1)}%`;

/** Bars are as long as its most frequent act lets them: joins would leave nothing to be seen of the rest. */
function familyOf({ done, missed }: Summary, [family, color, name]: (typeof FAMILIES)[number]): Markup {
  const names = actNames
    .filter((what) => actOf(what).family === family)
    .toSorted((a, b) => (done[b] ?? 0) - (done[a] ?? 0));
  const timesOf = (what: (typeof names)[number]): number => (done[what] ?? 0) + (missed[what] ?? 0);
  const most = Math.max(1, ...names.map(timesOf));
  const never = names.filter((what) => timesOf(what) === 0);
  const rows = names.flatMap((what) => {
    if (timesOf(what) === 0) return [];
    const [times, could] = [done[what] ?? 0, missed[what] ?? 0];
    return [
      container('span', {}, text(what)),
      container(
        'span',
        { class: 'bar' },
        container('i', { style: `width:${width(times / most)};background:${ink(color)}` }),
        container('i', { style: `width:${width(could / most)};background:${ink('line')}` }),
      ),
      container('span', { class: 'right' }, text(could === 0 ? count(times) : `${count(times)} + ${count(could)}`)),
    ];
  });
  return container(
    'div',
    { class: 'family' },
    container('h3', {}, text(`${name}: ${count(actsOf({ done, missed }, family).done)}`)),
    container('div', { class: 'bars' }, ...rows),
    ...(never.length === 0 ? [] : [paragraph('never-once', `Not once: ${never.join(', ')}.`)]),
  );
}

/** Everything that happened, by where it comes from. */
export function happenedSection(summary: Summary): Markup {
  const all = actsOf(summary, 'fault', 'weather', 'operator', 'file');
  const kinds = actNames.filter((what) => (summary.done[what] ?? 0) > 0).length;
  return section(
    'What happened',
    `${howMany(all.done, 'thing')} happened to these fleets, of ${howMany(kinds, 'kind')}${kinds < actNames.length ? ` among the ${actNames.length} that there are` : ''}.`,
    container('div', { class: 'families' }, ...FAMILIES.map((family) => familyOf(summary, family))),
    key([ink('line'), 'was tried, and could not be done: the number behind the plus']),
    reading(
      'Each family has a scale of its own.',
      ...(all.missed === 0
        ? []
        : [
            `${count(all.missed)} could not be done: what they would have broken was broken already, was being made, or lay in a Region that was dark.`,
          ]),
    ),
  );
}
