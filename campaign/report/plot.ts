import { container, element, type Markup, text } from '../../map/markup.ts';
import { type Ink, ink } from '../../map/palette.ts';

/**
 * Plots whose lines stretch with the page and whose words do not: shapes are drawn on a square of a thousand units that
 * takes whatever shape it is given, and words stand over it at shares of its sides.
 */
const SIDE = 1_000;

/** From the left, or from below: 0 to 1. */
type Share = number;

export interface Tick {
  readonly at: Share;
  readonly says: string;
}

export interface Note extends Tick {
  /** From below. */
  readonly up: Share;
  readonly color?: Ink;
  readonly side?: 'left' | 'right';
}

export interface Plot {
  /** What somebody hears who cannot see it. */
  readonly says: string;
  readonly heightPx: number;
  readonly across: readonly Tick[];
  readonly up: readonly Tick[];
  readonly shapes: readonly Markup[];
  readonly notes?: readonly Note[];
}

const percent = (share: Share): string => `${(share * 100).toFixed(2)}%`;
const x = (share: Share): number => share * SIDE;
const y = (share: Share): number => (1 - share) * SIDE;
const points = (along: readonly (readonly [Share, Share])[]): string =>
  along.map(([at, up]) => `${x(at).toFixed(1)},${y(up).toFixed(1)}`).join(' ');

const said = (says: string | undefined): readonly Markup[] =>
  says === undefined ? [] : [container('title', {}, text(says))];

export const line = (along: readonly (readonly [Share, Share])[], color: Ink): Markup =>
  element('polyline', { class: 'line', points: points(along), stroke: ink(color) });

/** Between the upper line and the lower one, both from left to right. */
export const area = (
  upper: readonly (readonly [Share, Share])[],
  lower: readonly (readonly [Share, Share])[],
  color: Ink,
): Markup => element('polygon', { class: 'area', points: points([...upper, ...lower.toReversed()]), fill: ink(color) });

interface Box {
  readonly from: Share;
  readonly to: Share;
  readonly low: Share;
  readonly high: Share;
}

export const box = ({ from, to, low, high }: Box, fill: string, says?: string): Markup =>
  container('rect', { x: x(from), y: y(high), width: x(to - from), height: (high - low) * SIDE, fill }, ...said(says));

export const upright = (at: Share, color: Ink, style: 'line' | 'dashes' = 'line'): Markup =>
  element('line', { class: style, x1: x(at), x2: x(at), y1: 0, y2: SIDE, stroke: ink(color) });

/** Behind what is drawn: where a round number is. */
export const gridline = (at: Share): Markup =>
  element('line', { class: 'grid', x1: x(at), x2: x(at), y1: 0, y2: SIDE });

const level = (at: Share): Markup => element('line', { class: 'grid', x1: 0, x2: SIDE, y1: y(at), y2: y(at) });

export const square = (says: string, className: string, ...shapes: readonly Markup[]): Markup =>
  container(
    'svg',
    { class: className, viewBox: `0 0 ${SIDE} ${SIDE}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': says },
    ...shapes,
  );

const word = (className: string, style: string, says: string): Markup =>
  container('span', { class: className, style }, text(says));

const noteOf = ({ at, up, says, color = 'ink', side = 'right' }: Note): Markup =>
  word(
    'note',
    `${side === 'right' ? `left:${percent(at)}` : `right:${percent(1 - at)}`};bottom:${percent(up)};color:${ink(color)}`,
    says,
  );

export const plot = ({ says, heightPx, across, up, shapes, notes = [] }: Plot): Markup =>
  container(
    'div',
    { class: 'plot', style: `height:${heightPx}px` },
    square(says, 'canvas', ...up.map(({ at }) => level(at)), ...shapes),
    ...up.map((tick) => word('up', `bottom:${percent(tick.at)}`, tick.says)),
    ...across.map(({ at, says: name }) =>
      word(at <= 0.01 ? 'across first' : at >= 0.99 ? 'across last' : 'across', `left:${percent(at)}`, name),
    ),
    ...notes.map(noteOf),
  );

const STEPS = [1, 2, 2.5, 5, 10];

/** Round numbers from 0 to at least `most`, no more than so many of them. `whole`: of things that there are no halves of. */
export function roundTicks(
  most: number,
  { count = 4, whole = false }: { readonly count?: number; readonly whole?: boolean } = {},
): readonly number[] {
  const rough = Math.max(most, Number.MIN_VALUE) / count;
  const power = Math.max(whole ? 1 : 0, 10 ** Math.floor(Math.log10(rough)));
  const fits = (one: number): boolean => one * power >= rough && !(whole && !Number.isInteger(one * power));
  const step = (STEPS.find(fits) ?? 10) * power;
  return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, index) => index * step);
}
