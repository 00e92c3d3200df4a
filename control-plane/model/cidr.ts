/** A block of IPv4 addresses: the first as a number, and how many leading bits all of them share. */
export interface Cidr {
  readonly first: number;
  readonly prefixLength: number;
}

const ADDRESS_BITS = 32;

const sizeOf = ({ prefixLength }: Cidr): number => 2 ** (ADDRESS_BITS - prefixLength);
const endOf = (block: Cidr): number => block.first + sizeOf(block);

/** Dotted quad, each part 0 to 255 without leading zeros: '010' is 10 to some readers and 8 to others. */
const DOTTED_QUAD = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

const addressOf = (text: string): number => text.split('.').reduce((address, part) => address * 256 + Number(part), 0);

const formatAddress = (address: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');

export const formatCidr = ({ first, prefixLength }: Cidr): string => `${formatAddress(first)}/${prefixLength}`;

/** A block from what a person wrote, or a sentence that says what is wrong with it. */
export function parseCidr(text: string): { readonly cidr: Cidr } | { readonly says: string } {
  const [address = '', length, ...rest] = text.split('/');
  if (length === undefined || rest.length > 0)
    return { says: `"${text}" is not an address, a slash and a prefix length` };
  if (!DOTTED_QUAD.test(address)) return { says: `"${address}" in "${text}" is not an IPv4 address` };
  if (!/^(?:[12]?\d|3[0-2])$/.test(length))
    return { says: `"${length}" in "${text}" is not a prefix length from 0 to 32` };
  const cidr = { first: addressOf(address), prefixLength: Number(length) };
  const offset = cidr.first % sizeOf(cidr);
  if (offset !== 0) {
    const meant = formatCidr({ ...cidr, first: cidr.first - offset });
    return { says: `"${text}" has bits set beyond its prefix: the block that holds this address is ${meant}` };
  }
  return { cidr };
}

/** A block from text that has been checked before. Throws on any other. */
export function cidrOf(text: string): Cidr {
  const parsed = parseCidr(text);
  if ('says' in parsed) throw new RangeError(parsed.says);
  return parsed.cidr;
}

export const contains = (outer: Cidr, inner: Cidr): boolean =>
  outer.first <= inner.first && endOf(inner) <= endOf(outer);

export const overlaps = (a: Cidr, b: Cidr): boolean => a.first < endOf(b) && b.first < endOf(a);

/** Every block of `prefixLength` within `block`, from the lowest address up. */
export function* subdivide(block: Cidr, prefixLength: number): Generator<Cidr, void> {
  if (prefixLength < block.prefixLength || prefixLength > ADDRESS_BITS) return;
  const size = sizeOf({ first: 0, prefixLength });
  for (let first = block.first; first < endOf(block); first += size) yield { first, prefixLength };
}

/** The lowest block of `prefixLength` in `supernet` that touches nothing in `taken`, or `undefined` when it is full. */
export function allocate({
  supernet,
  prefixLength,
  taken,
}: {
  readonly supernet: Cidr;
  readonly prefixLength: number;
  readonly taken: readonly Cidr[];
}): Cidr | undefined {
  if (prefixLength < supernet.prefixLength || prefixLength > ADDRESS_BITS) return undefined;
  const size = sizeOf({ first: 0, prefixLength });
  let first = supernet.first;
  while (first < endOf(supernet)) {
    const candidate = { first, prefixLength };
    const inTheWay = taken.find((block) => overlaps(block, candidate));
    if (inTheWay === undefined) return candidate;
    // To the first boundary past it, not to the next block: a /8 taken out of a supernet may hide a million of them.
    first = Math.ceil(endOf(inTheWay) / size) * size;
  }
  return undefined;
}

/**
 * Where a VPC of a fleet may lie: addresses that nobody routes on the internet.
 *
 * Source  RFC 1918 section 3; RFC 6598 section 7 for 100.64.0.0/10, which VPCs may use as well
 */
const PRIVATE_RANGES = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].map(cidrOf);

export const isPrivate = (block: Cidr): boolean => PRIVATE_RANGES.some((range) => contains(range, block));
