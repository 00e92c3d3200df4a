import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatCidr, formatIp, holdsCidr, holdsIp, lastOf, overlap, parseCidr, parseIp } from '../../simulator/ip.ts';

fc.configureGlobal({ seed: 1 });

const ip = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const cidr = fc
  .record({ ip, prefixLength: fc.integer({ min: 0, max: 32 }) })
  .map(({ ip: any, prefixLength }) => parseCidr(`${formatIp(any)}/${prefixLength}`) ?? { first: -1, prefixLength: -1 });

describe('IPv4 arithmetic', () => {
  test('every address and block survives being written and read', () => {
    fc.assert(fc.property(ip, (one) => parseIp(formatIp(one)) === one));
    fc.assert(
      fc.property(cidr, (one) => {
        expect(parseCidr(formatCidr(one))).toEqual(one);
      }),
    );
  });

  test('a block holds its first and last address and neither neighbour', () => {
    fc.assert(
      fc.property(
        cidr,
        (one) =>
          holdsIp(one, one.first) &&
          holdsIp(one, lastOf(one)) &&
          !holdsIp(one, one.first - 1) &&
          !holdsIp(one, lastOf(one) + 1),
      ),
    );
  });

  test('blocks overlap where one has an end of the other, and then one holds the other', () => {
    fc.assert(
      fc.property(cidr, cidr, (a, b) => {
        const shares = holdsIp(a, b.first) || holdsIp(b, a.first);
        return overlap(a, b) === shares && overlap(b, a) === shares && (!shares || holdsCidr(a, b) || holdsCidr(b, a));
      }),
    );
  });

  test.for([
    { text: '100.68.0.18/18', canonical: '100.68.0.0/18', why: 'host bits are dropped' },
    { text: '255.255.255.255/32', canonical: '255.255.255.255/32', why: 'the highest address' },
    { text: '0.0.0.0/0', canonical: '0.0.0.0/0', why: 'everything' },
    { text: '10.0.0.0/33', canonical: undefined, why: 'no such prefix' },
    { text: '10.0.0.256/24', canonical: undefined, why: 'no such octet' },
    { text: '10.0.0/24', canonical: undefined, why: 'three octets' },
    { text: '10.0.0.0', canonical: undefined, why: 'no prefix' },
    { text: '10.0.0.0/8/8', canonical: undefined, why: 'two prefixes' },
  ])('$text is $canonical: $why', ({ text, canonical }) => {
    const parsed = parseCidr(text);
    expect(parsed && formatCidr(parsed)).toBe(canonical);
  });
});
