import { remembered } from '../data-plane/remembered.ts';

export type Test = (text: string) => boolean;

const literal = (text: string): string => text.replaceAll(/[.+^${}()|[\]\\/*?]/g, String.raw`\$&`);

/** The expression for a pattern: `*` is any text of `any`, `?` one character of it. */
const expression = (pattern: string, any: string): string =>
  pattern.replaceAll(/[*?]|[^*?]+/g, (part) => (part === '*' ? `${any}*` : part === '?' ? any : literal(part)));

const ANYTHING: Test = () => true;
const NOTHING: Test = () => false;

/** A pattern of a policy, `*` and `?`, as a test of texts. */
export const like = remembered((pattern): Test => {
  if (pattern === '*') return ANYTHING;
  if (!/[*?]/.test(pattern)) return (text) => text === pattern;
  // 'arn:aws:s3:::bucket/*' and its like are most of all patterns.
  if (/^[^*?]*\*$/.test(pattern)) {
    const start = pattern.slice(0, -1);
    return (text) => text.startsWith(start);
  }
  const compiled = new RegExp(`^${expression(pattern, '.')}$`, 's');
  return (text) => compiled.test(text);
});

/** How many colons stand before an ARN's resource. */
const COLONS = 5;

/**
 * A pattern of ARNs: in the five parts before the resource a wildcard ends at the next colon, in the resource it goes on.
 *
 * Source  IAM User Guide, "IAM JSON policy elements: Resource", and ArnLike in "Condition operators"
 */
export const arnLike = remembered((pattern): Test => {
  if (pattern === '*') return ANYTHING;
  if (!/[*?]/.test(pattern)) return (arn) => arn === pattern;
  const parts = pattern.split(':');
  // What ends early with a wildcard means all that could follow; anything else that ends early is no ARN.
  if (parts.length <= COLONS && !pattern.endsWith('*')) return NOTHING;
  while (parts.length <= COLONS) parts.push('*');
  const head = parts.slice(0, COLONS);
  const resource = parts.slice(COLONS).join(':');
  if (!head.some((part) => /[*?]/.test(part)) && /^[^*?]*\*$/.test(resource)) return like(parts.join(':'));
  const compiled = new RegExp(
    `^${head.map((part) => expression(part, '[^:]')).join(':')}:${expression(resource, '.')}$`,
    's',
  );
  return (arn) => compiled.test(arn);
});

/** A text as the pattern that only it matches: `like` reads no escapes, so this is for expressions made here. */
export const patternOf = (parts: readonly { readonly text: string; readonly literal: boolean }[]): Test => {
  const source = parts.map((part) => (part.literal ? literal(part.text) : expression(part.text, '.'))).join('');
  const compiled = new RegExp(`^${source}$`, 's');
  return (text) => compiled.test(text);
};
