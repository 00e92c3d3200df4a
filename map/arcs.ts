import type { LinkState } from './fleet-view.ts';
import { linkDashes, linkInk, linkMark, title } from './marks.ts';
import { element, type Markup, number } from './markup.ts';
import { ink } from './palette.ts';
import type { Point } from './projection.ts';

/** A quadratic curve. */
interface Arc {
  readonly from: Point;
  readonly bend: Point;
  readonly to: Point;
}

/** `up`: to the north, as the shortest way over the globe mostly goes; `down`: beside what goes up. */
function arcOf(a: Point, b: Point, side: 'up' | 'down'): Arc {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = Math.hypot(dx, dy) || 1;
  // The normal that points up; to the left where the line itself does.
  const [nx, ny] = dx >= 0 ? [dy / length, -dx / length] : [-dy / length, dx / length];
  const by = (side === 'up' ? 1 : -1) * Math.min(length * 0.17, 62);
  return { from: a, bend: { x: (a.x + b.x) / 2 + nx * by, y: (a.y + b.y) / 2 + ny * by }, to: b };
}

const pointAt = ({ from, bend, to }: Arc, share: number): Point => {
  const rest = 1 - share;
  const on = (a: number, b: number, c: number): number => rest * rest * a + 2 * rest * share * b + share * share * c;
  return { x: on(from.x, bend.x, to.x), y: on(from.y, bend.y, to.y) };
};

const lengthOf = ({ from, to }: Arc): number => Math.hypot(to.x - from.x, to.y - from.y);

const path = ({ from, bend, to }: Arc): string =>
  `M${number(from.x)} ${number(from.y)}Q${number(bend.x)} ${number(bend.y)} ${number(to.x)} ${number(to.y)}`;

/** So many links that each is a thread, few enough that each is a line. */
const faintness = (links: number): number => Math.min(0.8, Math.max(0.2, 2.4 / Math.sqrt(links)));

export interface DrawnLink {
  readonly a: Point;
  readonly b: Point;
  readonly state: LinkState;
  readonly says: string;
}

/** Many links that nothing is to be said of, in one stroke. */
export const threads = (links: readonly DrawnLink[], state: LinkState): Markup =>
  element('path', {
    d: links.map(({ a, b }) => path(arcOf(a, b, 'up'))).join(''),
    fill: 'none',
    stroke: ink(linkInk[state]),
    'stroke-width': 0.6,
    'stroke-dasharray': linkDashes[state],
    opacity: '0.27',
  });

/** One link, and the sign in its middle where there is something to say of it. */
export function linkArc(link: DrawnLink, links: number, radius: number): readonly Markup[] {
  const { a, b, state, says } = link;
  const arc = arcOf(a, b, 'up');
  const line = element(
    'path',
    {
      d: path(arc),
      fill: 'none',
      stroke: ink(linkInk[state]),
      'stroke-width': isTrouble(link) ? 2.2 : 1.4,
      'stroke-dasharray': linkDashes[state],
      'stroke-linecap': 'round',
      opacity: isTrouble(link) ? undefined : String(Math.round(faintness(links) * 100) / 100),
      class: state === 'repairing' ? 'fm-run' : undefined,
    },
    title(says),
  );
  const sign = signBox(link, radius);
  return [line, ...(sign === undefined ? [] : linkMark(state, sign, radius))];
}

/** From callers to whoever answers them now: an arrow, on the other side of the link. */
export function callersArrow(from: Point, to: Point, radius: number, says: string): Markup {
  const whole = arcOf(from, to, 'down');
  const share = (radius + 5) / Math.max(lengthOf(whole), radius * 2 + 12);
  const [start, tip, before] = [share, 1 - share, 1 - share - 0.02].map((at) => pointAt(whole, at));
  if (start === undefined || tip === undefined || before === undefined) return title('');
  const angle = Math.atan2(tip.y - before.y, tip.x - before.x);
  const wing = (turn: number): string =>
    `${number(tip.x - 9 * Math.cos(angle + turn))} ${number(tip.y - 9 * Math.sin(angle + turn))}`;
  return element(
    'g',
    {},
    title(says),
    element('path', {
      d: path({ from: start, bend: whole.bend, to: tip }),
      fill: 'none',
      stroke: ink('callers'),
      'stroke-width': 1.8,
      'stroke-linecap': 'round',
    }),
    element('path', {
      d: `M${number(tip.x)} ${number(tip.y)}L${wing(0.42)}L${wing(-0.42)}Z`,
      fill: ink('callers'),
    }),
  );
}

const isTrouble = ({ state }: Pick<DrawnLink, 'state'>): boolean =>
  state === 'cut' || state === 'repairing' || state === 'steered';

/** Where the signs of links stand, that labels keep off. */
export function signBox(link: DrawnLink, radius: number): Point | undefined {
  const arc = arcOf(link.a, link.b, 'up');
  return isTrouble(link) && lengthOf(arc) > radius * 6 ? pointAt(arc, 0.5) : undefined;
}

const STEPS = [
  0.04, 0.08, 0.12, 0.17, 0.22, 0.28, 0.34, 0.4, 0.46, 0.52, 0.58, 0.64, 0.7, 0.76, 0.82, 0.88, 0.92, 0.96,
];

/** Points along lines that say something, so that labels leave them readable where they can. */
export const pointsAlong = (link: DrawnLink): readonly Point[] =>
  isTrouble(link) ? STEPS.map((share) => pointAt(arcOf(link.a, link.b, 'up'), share)) : [];
export const pointsAlongCall = (from: Point, to: Point): readonly Point[] =>
  STEPS.map((share) => pointAt(arcOf(from, to, 'down'), share));
