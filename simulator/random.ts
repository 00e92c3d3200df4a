/** A seeded source of chance: the same seed gives the same numbers on any machine. */
export interface Random {
  /** 0 <= x < 1 */
  next(): number;
  /** A whole number, from <= x < below. */
  between(from: number, below: number): number;
  /** `length` characters of 0-9a-f. */
  hex(length: number): string;
  /** `length` characters of 0-9a-z. */
  alphanumeric(length: number): string;
  uuid(): string;
  /** The same draws as `uuid()`, and the same text once somebody asks for it: of most ids nobody does. */
  uuidLater(): () => string;
  /** A source of its own, so that asking more often in one place changes nothing in another. */
  fork(name: string): Random;
}

const HEX_DIGITS = '0123456789abcdef';
/** That are drawn: one of the 32 is the version's. */
const UUID_DIGITS = 31;
const ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyz0123456789';

let draws = 0;

/** How often chance was drawn in this process so far, in whatever world: for whoever wants to know whether some work draws any. */
export const drawsSoFar = (): number => draws;

/** sfc32, seeded by a 32-bit hash of the text. Source: PractRand, Chris Doty-Humphrey (public domain). */
export function seededRandom(seed: string): Random {
  let hash = 0x811c9dc5;
  const nextHash = (text: string): number => {
    for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    hash ^= hash >>> 15;
    return hash >>> 0;
  };
  let a = nextHash(seed);
  let b = nextHash(`${seed}/b`);
  let c = nextHash(`${seed}/c`);
  let counter = 1;
  const word = (): number => {
    draws += 1;
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let warmUp = 0; warmUp < 12; warmUp += 1) word();
  const next = (): number => word() / 0x1_0000_0000;
  const between = (from: number, below: number): number => from + Math.floor(next() * (below - from));
  const text = (length: number, alphabet: string): string => {
    let out = '';
    for (let index = 0; index < length; index += 1) out += alphabet[between(0, alphabet.length)];
    return out;
  };
  const digit = (): string => HEX_DIGITS[word() >>> 28] as string;
  const hex = (length: number): string => {
    let out = '';
    for (let index = 0; index < length; index += 1) out += digit();
    return out;
  };
  const four = (): string => digit() + digit() + digit() + digit();
  // The same draws as hex() makes, with fewer texts in between: there are several in every request.
  const uuid = (): string => {
    const start = `${four()}${four()}-${four()}-4${digit()}${digit()}${digit()}-`;
    return `${start}${'89ab'[word() >>> 30]}${digit()}${digit()}${digit()}-${four()}${four()}${four()}`;
  };
  const uuidLater = (): (() => string) => {
    const drawn = [a, b, c, counter] as const;
    for (let digits = 0; digits < UUID_DIGITS; digits += 1) word();
    let made: string | undefined;
    return () => {
      if (made !== undefined) return made;
      const [now, drawnSoFar] = [[a, b, c, counter] as const, draws];
      [a, b, c, counter] = drawn;
      made = uuid();
      [a, b, c, counter] = now;
      draws = drawnSoFar;
      return made;
    };
  };
  return {
    next,
    between,
    hex,
    alphanumeric: (length) => text(length, ALPHANUMERIC),
    uuid,
    uuidLater,
    fork: (name) => seededRandom(`${seed}/${name}`),
  };
}
