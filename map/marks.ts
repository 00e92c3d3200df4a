import type { LinkState, MemberState, MemberView } from './fleet-view.ts';
import { element, type Markup, number, text } from './markup.ts';
import { type Ink, ink } from './palette.ts';
import type { Point } from './projection.ts';

/** Drawn in a box from -1 to 1. A state has a sign as well as a color: not everybody sees colors. */
const memberSigns: Record<MemberState, string> = {
  well: 'M-.42 .02L-.1 .34L.45 -.3',
  sick: 'M0 -.5V.12M0 .46V.48',
  drained: 'M-.22 -.42V.42M.22 -.42V.42',
  dark: 'M-.38 -.38L.38 .38M.38 -.38L-.38 .38',
  joining: 'M-.45 0H.45M0 -.45V.45',
  leaving: 'M-.45 0H.45',
  unheard: 'M-.3 -.18C-.3 -.62 .32 -.62 .32 -.2C.32 .08 0 .02 0 .24M0 .5V.52',
};

const linkSigns: Partial<Record<LinkState, string>> = {
  cut: 'M-.38 -.38L.38 .38M.38 -.38L-.38 .38',
  steered: 'M-.42 .34C-.42 -.3 .1 -.36 .4 -.2M.12 -.48L.42 -.2L.1 .06',
  repairing: 'M.42 -.1A.44 .44 0 1 0 .34 .3M.46 -.46V-.08H.08',
};

export const linkInk: Record<LinkState, Ink> = {
  well: 'link',
  steered: 'steered',
  cut: 'cut',
  repairing: 'repairing',
  idle: 'dark',
  making: 'joining',
};

export const linkDashes: Record<LinkState, string | undefined> = {
  well: undefined,
  steered: '9 4',
  cut: '3 5',
  repairing: '8 4',
  idle: '1.5 5',
  making: '4 4',
};

const sign = (path: string, { x, y }: Point, size: number, color: Ink): Markup =>
  element('path', {
    d: path,
    transform: `translate(${number(x)} ${number(y)}) scale(${number(size)})`,
    fill: 'none',
    stroke: ink(color),
    // In units of the sign's own box.
    'stroke-width': 0.3,
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
  });

/** Circles serve; squares on their corners only call. */
export function memberMark(
  { role, state, incidents }: Pick<MemberView, 'role' | 'state' | 'incidents'>,
  at: Point,
  radius: number,
  seat: 'home' | 'standby' | undefined,
): readonly Markup[] {
  const color = ink(state);
  const outline = (around: number, attributes: Record<string, string | number>): Markup => {
    if (role === 'serving') return element('circle', { cx: at.x, cy: at.y, r: around, ...attributes });
    const side = around * 1.12;
    const corners = [`M${number(at.x)} ${number(at.y - side)}`, `l${number(side)} ${number(side)}`];
    corners.push(`l${number(-side)} ${number(side)}`, `l${number(-side)} ${number(-side)}Z`);
    return element('path', { d: corners.join(''), ...attributes });
  };
  const isHalf = state === 'joining' || state === 'leaving' || state === 'unheard';
  return [
    ...(incidents > 0 ? [outline(radius * 1.95, { fill: ink('cut'), opacity: '0.18' })] : []),
    ...(seat === undefined
      ? []
      : [
          outline(radius + 3.4, {
            fill: 'none',
            stroke: ink('ink'),
            'stroke-width': 1.2,
            ...(seat === 'standby' && { 'stroke-dasharray': '2 2.4' }),
          }),
        ]),
    outline(radius, {
      fill: isHalf ? ink('ground') : color,
      stroke: isHalf ? color : ink('sea'),
      'stroke-width': 1.5,
      ...((state === 'joining' || state === 'leaving') && { 'stroke-dasharray': '2.6 2' }),
    }),
    sign(memberSigns[state], at, radius, isHalf ? state : 'sign'),
  ];
}

/** In the middle of a link that is not as it should be. */
export function linkMark(state: LinkState, at: Point, radius: number): readonly Markup[] {
  const path = linkSigns[state];
  if (path === undefined) return [];
  return [
    element('circle', {
      cx: at.x,
      cy: at.y,
      r: radius,
      fill: ink('ground'),
      stroke: ink(linkInk[state]),
      'stroke-width': 1.4,
    }),
    sign(path, at, radius * 0.92, linkInk[state]),
  ];
}

export const title = (says: string): Markup => element('title', {}, text(says));
