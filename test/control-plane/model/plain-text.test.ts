import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plain, plainJson, plainly } from '../../../control-plane/model/plain-text.ts';

/** Said otherwise than there: by categories of Unicode, of which tabs and line ends are one. */
const OBEYED = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;

const nasty = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '\n',
      '\r',
      '\u001b',
      '\u009b',
      '\u007f',
      '\u0007',
      '\u202e',
      '\u2066',
      '\u2028',
      '\ufeff',
      '[2J',
      '"',
      '\\',
      'ä',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
});

describe('texts of others', () => {
  test('hold nothing that a terminal or a line-wise reader obeys', () => {
    fc.assert(fc.property(nasty, (text) => !OBEYED.test(plain(text))));
  });

  test('that are plain already are left as they are, and twice is as once', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(plain(plain(text))).toBe(plain(text));
        if (!OBEYED.test(text) && !text.includes('\ufeff')) expect(plain(text)).toBe(text);
      }),
    );
  });

  test('are shown for what they hold', () => {
    expect(plain('a\r\n2026-11-21 outcome: repaired\u001b[1A\u009b2K\u202e')).toBe(
      String.raw`a\r\n2026-11-21 outcome: repaired\u001b[1A\u009b2K\u202e`,
    );
    expect(plainly({ 'a\nb': ['c\u001b', 1, null, { d: true }] })).toEqual({
      [String.raw`a\nb`]: [String.raw`c\u001b`, 1, null, { d: true }],
    });
  });

  test('come back from JSON as they were, of which no line is theirs', () => {
    fc.assert(
      fc.property(fc.dictionary(nasty, nasty), (value) => {
        const [flat, indented] = [plainJson(value), plainJson(value, 2)];
        expect(JSON.parse(flat)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(JSON.parse(indented)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(flat).not.toMatch(OBEYED);
        const fields = Object.keys(JSON.parse(JSON.stringify(value)) as object).length;
        expect(indented.split('\n')).toHaveLength(fields === 0 ? 1 : fields + 2);
      }),
    );
  });
});
