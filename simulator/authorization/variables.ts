import { patternOf, type Test } from './pattern.ts';
import { type Question, valueOf } from './question.ts';

const VARIABLE = /\$\{([^}]*)\}/g;

export const hasVariables = (text: string): boolean => text.includes('${');

/**
 * A text with policy variables, filled in for one question: as a test in which what was filled in stands for itself.
 * Undefined where a variable has no value and no default: such an element matches nothing.
 *
 * Source  IAM User Guide, "IAM policy elements: Variables and tags"
 */
export function filledIn(text: string, question: Question): { readonly test: Test; readonly text: string } | undefined {
  const parts: { text: string; literal: boolean }[] = [];
  let from = 0;
  for (const found of text.matchAll(VARIABLE)) {
    parts.push({ text: text.slice(from, found.index), literal: false });
    const value = valueOfVariable(found[1] ?? '', question);
    if (value === undefined) return undefined;
    parts.push({ text: value, literal: true });
    from = found.index + found[0].length;
  }
  parts.push({ text: text.slice(from), literal: false });
  return { test: patternOf(parts), text: parts.map((part) => part.text).join('') };
}

function valueOfVariable(written: string, question: Question): string | undefined {
  // `${*}`, `${?}` and `${$}` are the signs themselves.
  if (written === '*' || written === '?' || written === '$') return written;
  const [, name = written, otherwise] = /^([^,]+),\s*'(.*)'$/.exec(written) ?? [];
  const value = valueOf(question, name.trim().toLowerCase());
  return typeof value === 'string' ? value : otherwise;
}
