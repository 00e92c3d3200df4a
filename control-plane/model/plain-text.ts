/** What a terminal obeys instead of showing it: control characters of both sets, line ends, and what turns the direction of writing. */
const UNSEEN = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

const NAMED: Readonly<Record<string, string>> = { '\n': String.raw`\n`, '\r': String.raw`\r`, '\t': String.raw`\t` };

const asEscape = (character: string): string =>
  NAMED[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * A text of somebody else's as one line that shows what it holds and does nothing: names, messages and reasons come from
 * events, answers and files, and end in logs, in the journal and on terminals.
 *
 * Source  Unicode Technical Report 36, 3.1.2 (bidirectional overrides); ECMA-48, 5.3 (control functions)
 */
export const plain = (text: string): string => text.replaceAll(UNSEEN, asEscape);

/** The same of every text in a value, the names of its fields among them. */
export function plainly<Value>(value: Value): Value {
  return changed(value) as Value;
}

function changed(value: unknown): unknown {
  if (typeof value === 'string') return plain(value);
  if (Array.isArray(value)) return value.map(changed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [plain(field), changed(inner)]));
}

/** JSON that holds no character a terminal obeys, but for the line ends of its own indentation: JSON itself escapes half of them. */
export const plainJson = (
  value: unknown,
  indentation?: number,
  replacer?: (this: unknown, key: string, inner: unknown) => unknown,
): string =>
  JSON.stringify(value, replacer, indentation).replaceAll(UNSEEN, (character) =>
    character === '\n' ? character : asEscape(character),
  );
