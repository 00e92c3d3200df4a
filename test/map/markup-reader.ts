/** One element of a document, with what is in it. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (Element | string)[];
}

const NAME = /^[A-Za-z][\w:-]*/;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

const unescaped = (text: string): string =>
  text.replaceAll(/&([^;\s]*);?/g, (whole, name: string) => {
    const sign = ENTITIES[name];
    if (sign === undefined || !whole.endsWith(';')) throw new Error(`an '&' that begins nothing: ${whole}`);
    return sign;
  });

/**
 * Reads XML of one element, strictly: whatever is not well-formed throws. No doctype, comments, CDATA or instructions: what
 * is read here may hold none.
 */
export function read(xml: string): Element {
  let at = 0;
  const fail = (why: string): never => {
    throw new Error(`${why} at ${at}: ${xml.slice(at, at + 60)}`);
  };
  const take = (what: string): void => {
    if (!xml.startsWith(what, at)) fail(`${what} is missing`);
    at += what.length;
  };
  const name = (): string => {
    const [found = fail('a name is missing')] = NAME.exec(xml.slice(at, at + 80)) ?? [];
    at += found.length;
    return found;
  };
  const element = (): Element => {
    take('<');
    const tag = name();
    const attributes: Record<string, string> = {};
    while (xml[at] === ' ') {
      at += 1;
      const key = name();
      take('="');
      const end = xml.indexOf('"', at);
      if (key in attributes || end < 0) fail(`attribute ${key} is wrong`);
      const value = xml.slice(at, end);
      if (value.includes('<')) fail('a < in an attribute');
      attributes[key] = unescaped(value);
      at = end + 1;
    }
    if (xml.startsWith('/>', at)) {
      at += 2;
      return { name: tag, attributes, children: [] };
    }
    take('>');
    const children: (Element | string)[] = [];
    while (!xml.startsWith('</', at)) {
      if (at >= xml.length) fail(`${tag} does not end`);
      if (xml[at] === '<') children.push(element());
      else {
        const end = xml.indexOf('<', at);
        children.push(unescaped(xml.slice(at, end)));
        at = end;
      }
    }
    take(`</${tag}>`);
    return { name: tag, attributes, children };
  };
  const root = element();
  if (at !== xml.length) fail('something comes after the end');
  return root;
}

/** An element and all that is in it, in order. */
export const all = (root: Element): readonly Element[] => [
  root,
  ...root.children.flatMap((child) => (typeof child === 'string' ? [] : all(child))),
];

export const textOf = ({ children }: Element): string =>
  children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');
