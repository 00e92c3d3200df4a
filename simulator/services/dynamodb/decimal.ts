import { invalid } from './validation-error.ts';

/**
 * DynamoDB's numbers: decimal, exact, up to 38 significant digits, as strings in one canonical form.
 *
 * Source    "Naming rules and data types", Number: up to 38 digits of precision, magnitude 1E-130 to 9.99...E+125,
 *           leading and trailing zeroes are trimmed
 */

/** Value = 0.DIGITS x 10^pointAt. Digits start and end with something other than 0; zero has none. */
interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly pointAt: number;
}

const MAX_DIGITS = 38;
const CANONICAL_SHORT_INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;
const NUMERAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/;
/** Decimals this long or shorter are told apart by doubles, and in the right order. */
const EXACT_AS_DOUBLE = 15;

function parse(text: string): Decimal {
  const match = NUMERAL.exec(text);
  const whole = match?.[2] ?? '';
  const fraction = match?.[3] ?? '';
  if (match === null || whole.length + fraction.length === 0)
    throw invalid(`The parameter cannot be converted to a numeric value: ${text}`);
  const written = whole + fraction;
  const leadingZeroes = /^0*/.exec(written)?.[0].length ?? 0;
  const digits = written.slice(leadingZeroes).replace(/0+$/, '');
  if (digits === '') return { negative: false, digits, pointAt: 0 };
  return { negative: match[1] === '-', digits, pointAt: whole.length - leadingZeroes + Number(match[4] ?? 0) };
}

function format({ negative, digits, pointAt }: Decimal): string {
  if (digits === '') return '0';
  if (digits.length > MAX_DIGITS) throw invalid('Attempting to store more than 38 significant digits in a Number');
  if (pointAt > 126)
    throw invalid('Number overflow. Attempting to store a number with magnitude larger than supported range');
  if (pointAt < -129)
    throw invalid('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  const sign = negative ? '-' : '';
  if (pointAt <= 0) return `${sign}0.${'0'.repeat(-pointAt)}${digits}`;
  if (pointAt >= digits.length) return sign + digits.padEnd(pointAt, '0');
  return `${sign}${digits.slice(0, pointAt)}.${digits.slice(pointAt)}`;
}

/** The one way to write this number; throws the ValidationException that DynamoDB answers with. */
export const canonicalNumber = (text: string): string =>
  CANONICAL_SHORT_INTEGER.test(text) ? text : format(parse(text));

/** Compares canonical numbers. */
export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0;
  if (a.length <= EXACT_AS_DOUBLE && b.length <= EXACT_AS_DOUBLE) return Number(a) - Number(b);
  const [left, right] = [parse(a), parse(b)];
  const [signOfLeft, signOfRight] = [signOf(left), signOf(right)];
  if (signOfLeft !== signOfRight) return signOfLeft - signOfRight;
  const magnitude = left.pointAt - right.pointAt || (left.digits < right.digits ? -1 : 1);
  return signOfLeft * magnitude;
}

/** The sum (`sign` 1) or difference (-1) of two canonical numbers. */
export function addNumbers(a: string, b: string, sign: 1 | -1): string {
  if (a.length <= EXACT_AS_DOUBLE && b.length <= EXACT_AS_DOUBLE && !a.includes('.') && !b.includes('.'))
    return String(Number(a) + sign * Number(b));
  const [left, right] = [parse(a), parse(b)];
  const lowest = Math.min(left.pointAt - left.digits.length, right.pointAt - right.digits.length);
  const sum = scaled(left, lowest) + BigInt(sign) * scaled(right, lowest);
  return format(parse(`${sum}e${lowest}`));
}

const signOf = ({ negative, digits }: Decimal): number => (digits === '' ? 0 : negative ? -1 : 1);

const scaled = ({ negative, digits, pointAt }: Decimal, exponent: number): bigint => {
  const magnitude = BigInt(digits === '' ? '0' : digits.padEnd(Math.max(digits.length, pointAt - exponent), '0'));
  return negative ? -magnitude : magnitude;
};
