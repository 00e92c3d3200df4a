import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareUtf8 } from '../../../simulator/services/dynamodb/attribute-value.ts';
import { addNumbers, canonicalNumber, compareNumbers } from '../../../simulator/services/dynamodb/decimal.ts';

// biome-ignore format: a table is read down its columns
test.for<[text: string, canonical: string]>([
  ['0',       '0'],
  ['-0',      '0'],
  ['+7',      '7'],
  ['007.50',  '7.5'],
  ['.5',      '0.5'],
  ['5.',      '5'],
  ['1e3',     '1000'],
  ['-1.5E-3', '-0.0015'],
  ['100000000000000000000000000000000000000', '100000000000000000000000000000000000000'],
  ['0.10000000000000000000000000000000000001', '0.10000000000000000000000000000000000001'],
  ['9.9999999999999999999999999999999999999E+125', `99999999999999999999999999999999999999${'0'.repeat(88)}`],
  ['1E-130',  `0.${'0'.repeat(129)}1`],
])('%s is kept as %s', ([text, canonical]) => {
  expect(canonicalNumber(text)).toBe(canonical);
});

// biome-ignore format: a table is read down its columns
test.for<[text: string, message: string]>([
  ['',        'The parameter cannot be converted to a numeric value: '],
  ['.',       'The parameter cannot be converted to a numeric value: .'],
  ['12a',     'The parameter cannot be converted to a numeric value: 12a'],
  ['NaN',     'The parameter cannot be converted to a numeric value: NaN'],
  ['1e126',   'Number overflow. Attempting to store a number with magnitude larger than supported range'],
  ['1e-131',  'Number underflow. Attempting to store a number with magnitude smaller than supported range'],
  ['123456789012345678901234567890123456789', 'Attempting to store more than 38 significant digits in a Number'],
])('%s is refused', ([text, message]) => {
  expect(() => canonicalNumber(text)).toThrow(message);
});

/** An integer over a power of ten: exact in both forms. */
const decimals = fc.tuple(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), fc.integer({ min: -6, max: 6 }));
const text = ([digits, exponent]: [bigint, number]) => canonicalNumber(`${digits}e${exponent}`);
const scaled = ([digits, exponent]: [bigint, number]) => digits * 10n ** BigInt(exponent + 6);

describe('numbers agree with whole ones of the same scale', () => {
  test('in order', () => {
    fc.assert(
      fc.property(decimals, decimals, (a, b) => {
        const difference = scaled(a) - scaled(b);
        expect(Math.sign(compareNumbers(text(a), text(b)))).toBe(difference > 0n ? 1 : difference < 0n ? -1 : 0);
      }),
    );
  });

  test('in sums and differences', () => {
    fc.assert(
      fc.property(decimals, decimals, fc.constantFrom(1 as const, -1 as const), (a, b, sign) => {
        const sum = scaled(a) + BigInt(sign) * scaled(b);
        expect(addNumbers(text(a), text(b), sign)).toBe(canonicalNumber(`${sum}e-6`));
      }),
    );
  });
});

test('strings are ordered by their UTF-8 bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});
