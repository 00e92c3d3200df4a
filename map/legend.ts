import { linkStates, memberStates } from './fleet-view.ts';
import { linkDashes, linkInk, linkMark, memberMark } from './marks.ts';
import { element, type Markup, text } from './markup.ts';
import { ink } from './palette.ts';
import type { Point } from './projection.ts';
import { linkWords, memberWords } from './state-words.ts';
import { widthOf } from './words.ts';

const FONT = 10.5;
const GAP = 17;

interface Item {
  readonly says: string;
  /** What its picture takes before the words. */
  readonly wide: number;
  draw(at: Point): readonly Markup[];
}

const line = ({ x, y }: Point, wide: number, attributes: Record<string, string | number | undefined>): Markup =>
  element('path', {
    d: `M${Math.round(x)} ${Math.round(y)}h${wide}`,
    fill: 'none',
    'stroke-width': 2,
    'stroke-linecap': 'round',
    ...attributes,
  });

const memberItems: readonly Item[] = [
  ...memberStates.map(
    (state): Item => ({
      says: memberWords[state],
      wide: 16,
      draw: ({ x, y }) => memberMark({ role: 'serving', state, incidents: 0 }, { x: x + 6, y }, 5.5, undefined),
    }),
  ),
  {
    says: 'only calls',
    wide: 17,
    draw: ({ x, y }) => memberMark({ role: 'client', state: 'well', incidents: 0 }, { x: x + 6, y }, 5.5, undefined),
  },
  {
    says: 'home',
    wide: 20,
    draw: ({ x, y }) => memberMark({ role: 'serving', state: 'well', incidents: 0 }, { x: x + 8, y }, 4.6, 'home'),
  },
  {
    says: 'standby',
    wide: 20,
    draw: ({ x, y }) => memberMark({ role: 'serving', state: 'well', incidents: 0 }, { x: x + 8, y }, 4.6, 'standby'),
  },
];

const linkItems: readonly Item[] = [
  ...linkStates.map(
    (state): Item => ({
      says: state === 'well' ? 'link' : linkWords[state],
      wide: 36,
      draw: ({ x, y }) => [
        line({ x, y }, 30, { stroke: ink(linkInk[state]), 'stroke-dasharray': linkDashes[state] }),
        ...linkMark(state, { x: x + 15, y }, 5.5),
      ],
    }),
  ),
  {
    says: 'callers sent elsewhere',
    wide: 36,
    draw: ({ x, y }) => [
      line({ x, y }, 22, { stroke: ink('callers') }),
      element('path', { d: `M${Math.round(x + 30)} ${Math.round(y)}l-9 -4v8Z`, fill: ink('callers') }),
    ],
  },
];

const row = (items: readonly Item[], { x, y }: Point): readonly Markup[] => {
  let at = x;
  return items.flatMap(({ says, wide, draw }) => {
    const drawn = [
      ...draw({ x: at, y }),
      element('text', { x: at + wide, y: y + 3.7, 'font-size': FONT, class: 'fm-faint' }, text(says)),
    ];
    at += wide + widthOf(says, FONT) + GAP;
    return drawn;
  });
};

export const LEGEND_HEIGHT = 50;

/** What the signs mean: members in one row, links in another. */
export const legend = ({ x, y }: Point): Markup =>
  element('g', {}, ...row(memberItems, { x, y: y + 14 }), ...row(linkItems, { x, y: y + 35 }));
