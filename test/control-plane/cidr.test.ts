import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  allocate,
  type Cidr,
  cidrOf,
  contains,
  formatCidr,
  isPrivate,
  overlaps,
  parseCidr,
  subdivide,
} from '../../control-plane/model/cidr.ts';

const blocks = (shortest = 0, longest = 32): fc.Arbitrary<Cidr> =>
  fc.tuple(fc.integer({ min: shortest, max: longest }), fc.nat(2 ** 32 - 1)).map(([prefixLength, address]) => {
    const size = 2 ** (32 - prefixLength);
    return { prefixLength, first: Math.floor(address / size) * size };
  });

/** The deliberately dumb second implementation: two blocks meet where their shared leading bits are the same. */
const bits = ({ first, prefixLength }: Cidr): string => first.toString(2).padStart(32, '0').slice(0, prefixLength);
const meet = (a: Cidr, b: Cidr): boolean => bits(a).startsWith(bits(b)) || bits(b).startsWith(bits(a));

describe('CIDR blocks', () => {
  test('are written as they are read', () => {
    fc.assert(
      fc.property(blocks(), (block) => {
        expect(cidrOf(formatCidr(block))).toEqual(block);
      }),
    );
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { text: '10.0.0.0',      says: /not an address, a slash/,         why: 'no prefix length' },
    { text: '10.0.0.0/8/8',  says: /not an address, a slash/,         why: 'two of them' },
    { text: '10.0.0/8',      says: /"10.0.0" .* not an IPv4 address/, why: 'three parts' },
    { text: '10.0.0.256/8',  says: /not an IPv4 address/,             why: 'a part over 255' },
    { text: '10.0.0.010/32', says: /not an IPv4 address/,             why: 'octal or decimal, nobody knows' },
    { text: '10.0.0.0./8',   says: /not an IPv4 address/,             why: 'a dot too many' },
    { text: '::/0',          says: /not an IPv4 address/,             why: 'IPv6' },
    { text: '10.0.0.0/33',   says: /not a prefix length/,             why: 'longer than an address' },
    { text: '10.0.0.0/08',   says: /not a prefix length/,             why: 'a leading zero' },
    { text: '10.0.0.0/',     says: /not a prefix length/,             why: 'an empty length' },
    { text: '10.65.3.4/16',  says: /holds this address is 10.65.0.0\/16/, why: 'an address in a block is not a block' },
  ])('refuses $text: $why', ({ text, says }) => {
    const parsed = parseCidr(text);
    expect('says' in parsed && parsed.says).toMatch(says);
    expect(() => cidrOf(text)).toThrow(says);
  });

  test('overlap exactly where they share leading bits, both ways round', () => {
    fc.assert(
      fc.property(blocks(0, 6), blocks(0, 6), (a, b) => {
        expect(overlaps(a, b)).toBe(meet(a, b));
        expect(overlaps(b, a)).toBe(overlaps(a, b));
        expect(contains(a, b)).toBe(meet(a, b) && a.prefixLength <= b.prefixLength);
      }),
    );
  });

  test('subdivide into disjoint blocks that fill them', () => {
    fc.assert(
      fc.property(blocks(0, 26), fc.integer({ min: 0, max: 6 }), (block, more) => {
        const parts = [...subdivide(block, block.prefixLength + more)];
        expect(parts).toHaveLength(2 ** more);
        expect(parts.every((part) => contains(block, part))).toBe(true);
        expect(parts.every((part, i) => parts.slice(i + 1).every((other) => !overlaps(part, other)))).toBe(true);
      }),
    );
    expect([...subdivide(cidrOf('10.0.0.0/16'), 15)], 'nothing larger fits').toEqual([]);
  });
});

describe('allocation', () => {
  test('is the first free block, found as by trying each', () => {
    fc.assert(
      fc.property(
        fc.array(blocks(8, 16), { maxLength: 12 }),
        fc.integer({ min: 10, max: 16 }),
        (wild, prefixLength) => {
          const supernet = cidrOf('10.64.0.0/10');
          // Into the supernet's neighbourhood, where they matter.
          const taken = wild.map((block) => {
            const size = 2 ** (32 - block.prefixLength);
            return { ...block, first: cidrOf('10.0.0.0/8').first + Math.floor((block.first % 2 ** 24) / size) * size };
          });
          const byTrying = [...subdivide(supernet, prefixLength)].find(
            (block) => !taken.some((t) => overlaps(t, block)),
          );
          expect(allocate({ supernet, prefixLength, taken })).toEqual(byTrying);
        },
      ),
    );
  });

  test('fills a supernet to its last block and then says no', () => {
    const supernet = cidrOf('10.64.0.0/12');
    const taken: Cidr[] = [];
    for (let block = allocate({ supernet, prefixLength: 16, taken }); block; ) {
      taken.push(block);
      block = allocate({ supernet, prefixLength: 16, taken });
    }
    expect(taken.map(formatCidr)).toEqual(Array.from({ length: 16 }, (_, i) => `10.${64 + i}.0.0/16`));
  });

  test('is undefined for a block larger than the supernet', () => {
    expect(allocate({ supernet: cidrOf('10.64.0.0/12'), prefixLength: 11, taken: [] })).toBeUndefined();
  });
});

// biome-ignore format: a table is read down its columns
test.for([
  { text: '10.64.0.0/12',   private: true,  why: 'within 10/8' },
  { text: '172.31.0.0/16',  private: true,  why: 'the default VPC' },
  { text: '172.32.0.0/16',  private: false, why: 'just past 172.16/12' },
  { text: '100.64.0.0/10',  private: true,  why: 'shared address space' },
  { text: '192.168.0.0/15', private: false, why: 'half of it is not' },
  { text: '8.8.8.0/24',     private: false, why: 'somebody else has it' },
])('$text is private: $private, $why', ({ text, private: expected }) => {
  expect(isPrivate(cidrOf(text))).toBe(expected);
});
