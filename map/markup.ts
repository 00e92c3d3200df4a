const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * Text that can do nothing but be read, in XML and in HTML, between tags and in quoted attributes. Signs that turn the
 * order of reading round go too: they would make a name look like another.
 *
 * Source  www.w3.org/TR/xml/#charsets: most control characters may not occur, not even escaped; halves of a pair neither
 */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[[\p{Cc}--[\t\n\r]]\p{Bidi_C}\ufffe\uffff]/gv, '\ufffd')
    .replaceAll(/[&<>"']/g, (sign) => NAMED[sign] ?? '');

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** A tenth of a unit is less than anybody sees. */
const shown = (value: string | number): string =>
  typeof value === 'number' ? String(Math.round(value * 10) / 10 || 0) : escaped(value);

/** Markup: made by `element` and `text` alone, so that nothing gets into it unescaped. */
export interface Markup {
  readonly markup: string;
}

export const text = (content: string): Markup => ({ markup: escaped(content) });

const opening = (name: string, attributes: Attributes): string =>
  [
    `<${name}`,
    ...Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [`${key}="${shown(value)}"`])),
  ].join(' ');

/** The names of elements and attributes, and style sheets, are this project's own words; values and children may be anybody's. */
export const element = (name: string, attributes: Attributes, ...children: readonly Markup[]): Markup =>
  children.length === 0 ? { markup: `${opening(name, attributes)}/>` } : container(name, attributes, ...children);

/** As HTML wants it, which knows no other end of an element than its closing tag. */
export const container = (name: string, attributes: Attributes, ...children: readonly Markup[]): Markup => ({
  markup: `${opening(name, attributes)}>${children.map(({ markup }) => markup).join('')}</${name}>`,
});

/** A style sheet of our own. Holds nothing that came from outside. */
export const styleSheet = (rules: string): Markup => ({ markup: `<style>${rules}</style>` });

export const number = (value: number): string => shown(value);
