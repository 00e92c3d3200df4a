/**
 * A name as Route 53 keeps and tells it: lower-case, with a trailing dot, and with an octal code for every character
 * that is not a-z, 0-9, '-', '_' or '.', so that '*.shop.internal' is told as '\052.shop.internal.'.
 *
 * Source: docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
 */
export function canonicalName(name: string): string {
  const escaped = name
    .toLowerCase()
    .replace(/\\([0-7]{3})|[^a-z0-9._-]/g, (match, code: string | undefined) =>
      code === undefined ? `\\${match.charCodeAt(0).toString(8).padStart(3, '0')}` : match,
    );
  return escaped.endsWith('.') ? escaped : `${escaped}.`;
}

/** 'a.shop.internal.' as 'internal.shop.a.': the order of every list of names in Route 53. */
export const reversedLabels = (name: string): string => {
  const labels = name.slice(0, -1).split('.');
  return `${labels.toReversed().join('.')}.`;
};

export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Whether a name lies in a zone: its apex or below it. Both canonical. */
export const liesIn = (name: string, zoneName: string): boolean => name === zoneName || name.endsWith(`.${zoneName}`);

const LABEL = /^(?!-)([a-z0-9_-]|\\[0-7]{3}){1,63}(?<!-)$/;

/** Whether a canonical name is one DNS allows. */
export const isDomainName = (name: string): boolean =>
  name.length <= 255 &&
  name
    .slice(0, -1)
    .split('.')
    .every((label) => LABEL.test(label));
