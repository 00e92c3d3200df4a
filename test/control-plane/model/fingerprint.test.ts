import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, fingerprint } from '../../../control-plane/model/fingerprint.ts';

const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([field, inner]) => [field, reversed(inner)]),
  );
};

describe('a fingerprint', () => {
  test('does not depend on the order of fields, and a JSON round trip keeps it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(fingerprint(reversed(value))).toBe(fingerprint(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('tells values apart', () => {
    const values = Array.from({ length: 20_000 }, (_, index) => ({ path: `/payments/${index}`, version: index % 7 }));
    expect(new Set(values.map(fingerprint)).size).toBe(values.length);
  });

  test('takes a field that is undefined for one that is not there, as JSON does', () => {
    expect(fingerprint({ a: 1, b: undefined })).toBe(fingerprint({ a: 1 }));
    expect(fingerprint([undefined])).toBe(fingerprint([null]));
  });

  test('is the same for ever: it is compared with what an earlier version wrote', () => {
    expect(fingerprint({ openapi: '3.0.3', paths: {} })).toMatchInlineSnapshot(`"ee6bb36419873056"`);
  });
});
