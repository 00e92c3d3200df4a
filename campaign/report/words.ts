import { container, type Markup, text } from '../../map/markup.ts';

export const count = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 0 });

/** '2.4', '17', '10,240': hours of a campaign, in tenths while they are few. */
export const hours = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 1 : 0 });

/** '99.97 %', and no '100.00 %' where something is missing. */
export function percentOf(share: number): string {
  if (Number.isNaN(share)) return '–';
  if (share === 1) return '100 %';
  const digits = share > 0.9999 ? 4 : share > 0.99 ? 2 : 1;
  const scale = 10 ** (digits + 2);
  return `${(Math.floor(share * scale) / (scale / 100)).toFixed(digits)} %`;
}

/** '8 s', '4.5 min', '1.2 h' */
export function time(ms: number): string {
  if (Number.isNaN(ms)) return '–';
  if (ms < 60_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 3_600_000) return `${Number((ms / 60_000).toFixed(ms < 600_000 ? 1 : 0))} min`;
  return `${Number((ms / 3_600_000).toFixed(1))} h`;
}

/** 'a, b and c' */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** A number and its unit stay on one line. */
const together = (says: string): string => says.replaceAll(/(\d) (s|min|h|%)(?![\w%])/g, '$1\u00a0$2');

export const paragraph = (className: string, ...says: readonly (string | Markup)[]): Markup =>
  container('p', { class: className }, ...says.map((one) => (typeof one === 'string' ? text(together(one)) : one)));

/** A part of the page: its name, what was found, and then the picture of it. */
export const section = (name: string, says: string, ...content: readonly Markup[]): Markup =>
  container('section', {}, container('h2', {}, text(name)), paragraph('says', says), ...content);

/** Below a picture: what its marks stand for, and what else there is to know. */
export const reading = (...says: readonly string[]): Markup =>
  paragraph('reading', says.filter((one) => one !== '').join(' '));

/** As a fill of a key: what stands upright and dashed in a plot. */
export const DASHES = 'repeating-linear-gradient(var(--fm-ink) 0 3px,transparent 3px 5px) center/2px 100% no-repeat';

/** What a colour stands for. */
export const key = (...items: readonly (readonly [color: string, says: string])[]): Markup =>
  container(
    'ul',
    { class: 'key' },
    ...items.map(([color, says]) => container('li', {}, container('i', { style: `background:${color}` }), text(says))),
  );
