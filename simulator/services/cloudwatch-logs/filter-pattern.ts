import { AwsError } from '../../aws-error.ts';

const TERM = /\s*(?<sign>[?-]?)(?:"(?<phrase>[^"]*)"|(?<word>[^\s"]+))/y;

/**
 * Whether a message matches a pattern of terms: all plain terms, any of those after `?`, none of those after `-`.
 * Patterns for JSON, for columns and regular expressions are refused.
 *
 * Source    CloudWatch Logs User Guide, "Filter pattern syntax", unstructured log events
 */
export function matcher(pattern: string | undefined): (message: string) => boolean {
  const text = pattern?.trim() ?? '';
  if (text === '') return () => true;
  if (/^[{[%]/.test(text))
    throw new AwsError('InvalidParameterException', 'Only filter patterns of terms are simulated');
  const all: string[] = [];
  const any: string[] = [];
  const none: string[] = [];
  TERM.lastIndex = 0;
  for (let match = TERM.exec(text); match !== null; match = TERM.exec(text)) {
    const { sign, phrase, word } = match.groups ?? {};
    (sign === '?' ? any : sign === '-' ? none : all).push(phrase ?? word ?? '');
  }
  return (message) =>
    all.every((term) => message.includes(term)) &&
    (any.length === 0 || any.some((term) => message.includes(term))) &&
    !none.some((term) => message.includes(term));
}
