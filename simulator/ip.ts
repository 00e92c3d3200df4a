/** An IPv4 address as a number, 0 to 2^32 - 1: what routing compares millions of times is never a string. */
export type Ip = number;

/** A block of addresses in canonical form: `first` has no bit set below the prefix. */
export interface Cidr {
  readonly first: Ip;
  readonly prefixLength: number;
}

export const ANYWHERE: Cidr = { first: 0, prefixLength: 0 };

const DOTTED = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** `undefined` where the text is no IPv4 address. */
export function parseIp(text: string): Ip | undefined {
  const octets = DOTTED.exec(text)?.slice(1).map(Number);
  if (octets === undefined || octets.some((octet) => octet > 255)) return undefined;
  return octets.reduce((ip, octet) => ip * 256 + octet, 0);
}

export const formatIp = (ip: Ip): string => `${ip >>> 24}.${(ip >>> 16) & 255}.${(ip >>> 8) & 255}.${ip & 255}`;

/** How many addresses the block holds. */
export const sizeOf = (cidr: Cidr): number => 2 ** (32 - cidr.prefixLength);

export const lastOf = (cidr: Cidr): Ip => cidr.first + sizeOf(cidr) - 1;

/**
 * Reads 'address/prefix' and makes it canonical, as EC2 does: 100.68.0.18/18 is 100.68.0.0/18.
 * `undefined` where the text is no IPv4 block.
 *
 * Source    docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html, CidrBlock
 */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', prefix = '', ...rest] = text.split('/');
  const ip = parseIp(address);
  if (ip === undefined || rest.length > 0 || !/^\d{1,2}$/.test(prefix)) return undefined;
  const prefixLength = Number(prefix);
  if (prefixLength > 32) return undefined;
  return { first: ip - (ip % 2 ** (32 - prefixLength)), prefixLength };
}

export const formatCidr = (cidr: Cidr): string => `${formatIp(cidr.first)}/${cidr.prefixLength}`;

export const holdsIp = (cidr: Cidr, ip: Ip): boolean => ip >= cidr.first && ip <= lastOf(cidr);

/** Whether all of `inner` lies in `outer`; a block holds itself. */
export const holdsCidr = (outer: Cidr, inner: Cidr): boolean =>
  inner.prefixLength >= outer.prefixLength && holdsIp(outer, inner.first);

/** Blocks are aligned, so two overlap only where one holds the other. */
export const overlap = (a: Cidr, b: Cidr): boolean => holdsCidr(a, b) || holdsCidr(b, a);

export const sameCidr = (a: Cidr, b: Cidr): boolean => a.first === b.first && a.prefixLength === b.prefixLength;
