import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { canonicalNumber, compareNumbers } from './decimal.ts';
import type { Attributes } from './state.ts';
import { invalid, invalidParameters } from './validation-error.ts';

export const attributeTypes = ['S', 'N', 'B', 'SS', 'NS', 'BS', 'M', 'L', 'NULL', 'BOOL'] as const;
export type AttributeType = (typeof attributeTypes)[number];

const MAX_DEPTH = 32;

/** The type of a value that is already in the state or was taken in. */
export function typeOf(value: AttributeValue): AttributeType {
  for (const type of attributeTypes) if (value[type] !== undefined) return type;
  throw invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
}

/** A value as a caller gave it, checked, its numbers in canonical form, sharing nothing with the caller's. */
export function takeIn(value: AttributeValue, depth = 0): AttributeValue {
  let type: string | undefined;
  for (const member in value) {
    if (value[member as AttributeType] === undefined) continue;
    if (type !== undefined)
      throw invalid(
        'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
      );
    type = member;
  }
  if (depth > MAX_DEPTH) throw invalid('Nesting Levels have exceeded supported limits');
  if (value.S !== undefined) return { S: value.S };
  if (value.N !== undefined) return { N: canonicalNumber(value.N) };
  if (value.BOOL !== undefined) return { BOOL: value.BOOL };
  if (value.M !== undefined) return { M: takeInAll(value.M, depth + 1) };
  if (value.L !== undefined) return { L: value.L.map((item) => takeIn(item, depth + 1)) };
  if (value.SS !== undefined) return { SS: distinct(value.SS, 'An string set  may not be empty') };
  if (value.NS !== undefined) return { NS: distinct(value.NS.map(canonicalNumber), 'An number set  may not be empty') };
  if (value.B !== undefined) return { B: value.B.slice() };
  if (value.BS !== undefined) return { BS: distinctBytes(value.BS) };
  if (value.NULL === true) return { NULL: true };
  if (value.NULL === false) throw invalidParameters('Null attribute value types must have the value of true');
  throw invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
}

export function takeInAll(attributes: Attributes, depth = 0): Record<string, AttributeValue> {
  const taken: Record<string, AttributeValue> = {};
  for (const name in attributes) taken[name] = takeIn(attributes[name] as AttributeValue, depth);
  return taken;
}

function distinct(members: readonly string[], whenEmpty: string): string[] {
  if (members.length === 0) throw invalidParameters(whenEmpty);
  if (new Set(members).size < members.length)
    throw invalidParameters(`Input collection [${members.join(', ')}] contains duplicates.`);
  return [...members];
}

function distinctBytes(members: readonly Uint8Array[]): Uint8Array[] {
  if (members.length === 0) throw invalidParameters('Binary sets should not be empty');
  if (new Set(members.map(latin1)).size < members.length)
    throw invalidParameters('Input collection of type BS contains duplicates.');
  return members.map((member) => member.slice());
}

/** A copy of a value of the state, for a caller to keep and change. */
export function copyValue(value: AttributeValue): AttributeValue {
  if (value.S !== undefined) return { S: value.S };
  if (value.N !== undefined) return { N: value.N };
  if (value.BOOL !== undefined) return { BOOL: value.BOOL };
  if (value.M !== undefined) return { M: copyAttributes(value.M) };
  if (value.L !== undefined) return { L: value.L.map(copyValue) };
  if (value.SS !== undefined) return { SS: [...value.SS] };
  if (value.NS !== undefined) return { NS: [...value.NS] };
  if (value.B !== undefined) return { B: value.B.slice() };
  if (value.BS !== undefined) return { BS: value.BS.map((bytes) => bytes.slice()) };
  return { NULL: true };
}

export function copyAttributes(attributes: Attributes): Record<string, AttributeValue> {
  const copy: Record<string, AttributeValue> = {};
  for (const name in attributes) copy[name] = copyValue(attributes[name] as AttributeValue);
  return copy;
}

const alreadyFrozen = new WeakSet<object>();

/** Attributes of the state for a caller to keep and not to change: frozen all the way down, but for bytes, which are copied. */
export function frozen(attributes: Attributes): Record<string, AttributeValue> {
  if (alreadyFrozen.has(attributes)) return attributes;
  if (holdsBytes(attributes)) return copyAttributes(attributes);
  freeze(attributes);
  alreadyFrozen.add(attributes);
  return attributes;
}

/** Arrays of bytes cannot be frozen. */
function holdsBytes(attributes: Attributes): boolean {
  const inValue = ({ B, BS, M, L }: AttributeValue): boolean =>
    B !== undefined || BS !== undefined || (M !== undefined && holdsBytes(M)) || L?.some(inValue) === true;
  return Object.values(attributes).some(inValue);
}

function freeze(value: object): void {
  Object.freeze(value);
  for (const inner of Object.values(value) as unknown[]) if (typeof inner === 'object' && inner !== null) freeze(inner);
}

/** Bytes as a string of as many characters, which compares as the bytes do. */
export const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/** Equality of two values that were taken in; the order within sets does not count. */
export function sameValue(a: AttributeValue, b: AttributeValue): boolean {
  if (a.S !== undefined) return a.S === b.S;
  if (a.N !== undefined) return a.N === b.N;
  if (a.BOOL !== undefined) return a.BOOL === b.BOOL;
  if (a.NULL !== undefined) return a.NULL === b.NULL;
  if (a.B !== undefined) return b.B !== undefined && latin1(a.B) === latin1(b.B);
  if (a.SS !== undefined) return b.SS !== undefined && sameMembers(a.SS, b.SS);
  if (a.NS !== undefined) return b.NS !== undefined && sameMembers(a.NS, b.NS);
  if (a.BS !== undefined) return b.BS !== undefined && sameMembers(a.BS.map(latin1), b.BS.map(latin1));
  if (a.L !== undefined) {
    const { L: other } = b;
    return other?.length === a.L.length && a.L.every((item, at) => sameValue(item, other[at] as AttributeValue));
  }
  const { M: mine = {} } = a;
  const { M: other } = b;
  if (other === undefined) return false;
  const names = Object.keys(mine);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => other[name] !== undefined && sameValue(mine[name] as AttributeValue, other[name]))
  );
}

const sameMembers = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && new Set(a).isSubsetOf(new Set(b));

/** Below 0, 0 or above for strings, numbers and binaries of one type; undefined where the two cannot be ordered. */
export function compareValues(a: AttributeValue, b: AttributeValue): number | undefined {
  if (a.S !== undefined && b.S !== undefined) return compareUtf8(a.S, b.S);
  if (a.N !== undefined && b.N !== undefined) return compareNumbers(a.N, b.N);
  if (a.B !== undefined && b.B !== undefined) return compareText(latin1(a.B), latin1(b.B));
  return undefined;
}

export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const FIRST_SURROGATE = 0xd800;

/** Orders strings by their UTF-8 bytes, as DynamoDB does, where JavaScript's `<` goes by UTF-16 units. */
export function compareUtf8(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  let at = 0;
  while (at < shorter && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  if (at === shorter) return a.length - b.length;
  const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
  // Only characters beyond U+FFFF, written with surrogates (D800 to DFFF), sort after E000 to FFFF in UTF-8 and before in UTF-16.
  if (left >= FIRST_SURROGATE && right >= FIRST_SURROGATE)
    return ((left + 0x2000) & 0xffff) - ((right + 0x2000) & 0xffff);
  return left - right;
}

/** Source: "DynamoDB item sizes and formats": names and strings by UTF-8, 3 bytes of overhead per list and map and 1 per element. */
function sizeOfValue(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return sizeOfNumber(value.N);
  if (value.M !== undefined) {
    let bytes = 3;
    for (const name in value.M) bytes += 1 + Buffer.byteLength(name) + sizeOfValue(value.M[name] as AttributeValue);
    return bytes;
  }
  if (value.L !== undefined) return value.L.reduce((bytes, item) => bytes + 1 + sizeOfValue(item), 3);
  if (value.SS !== undefined) return value.SS.reduce((bytes, member) => bytes + Buffer.byteLength(member), 0);
  if (value.NS !== undefined) return value.NS.reduce((bytes, member) => bytes + sizeOfNumber(member), 0);
  if (value.B !== undefined) return value.B.byteLength;
  if (value.BS !== undefined) return value.BS.reduce((bytes, member) => bytes + member.byteLength, 0);
  return 1;
}

/** About one byte for two significant digits, and one. */
const sizeOfNumber = (text: string): number => Math.ceil(text.length / 2) + 1;

export function sizeOfItem(attributes: Attributes): number {
  let bytes = 0;
  for (const name in attributes) bytes += Buffer.byteLength(name) + sizeOfValue(attributes[name] as AttributeValue);
  return bytes;
}
