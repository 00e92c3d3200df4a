/** Widths of a sans serif face's signs, as shares of its size; measured in DejaVu Sans, which is wider than most. */
const WIDTHS: readonly (readonly [signs: RegExp, width: number])[] = [
  [/[ijl'|.,:;! ]/, 0.32],
  [/[-()[\]ftr/~·]/, 0.42],
  [/[mwMW@%—]/, 0.95],
  [/[A-Z]/, 0.7],
  [/[\u2e80-\u{10ffff}]/u, 1],
];
const MOST = 0.63;
const BOLD = 1.13;

/** A guess, rather too wide than too narrow: nobody here can measure text. */
export function widthOf(says: string, size: number, weight: 'plain' | 'bold' = 'plain'): number {
  const widths = Array.from(says, (sign) => WIDTHS.find(([signs]) => signs.test(sign))?.[1] ?? MOST);
  return widths.reduce((sum, width) => sum + width, 0) * size * (weight === 'bold' ? BOLD : 1);
}

/** More than any line here holds. */
const MOST_SIGNS = 400;

/** As much of it as fits, with an ellipsis where something is left out. */
export function fitted(says: string, size: number, width: number): string {
  if (widthOf(says, size) <= width) return says;
  const signs = Array.from(says.slice(0, MOST_SIGNS));
  while (signs.length > 0 && widthOf(`${signs.join('')}…`, size) > width) signs.pop();
  return `${signs.join('').trimEnd()}…`;
}

const twoDigits = (count: number): string => String(count).padStart(2, '0');

/** '4 min 10 s', '3 h 05 min', '12 d 4 h' */
export function lasting(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const [minutes, hours, days] = [60, 3_600, 86_400].map((unit) => Math.floor(seconds / unit)) as [
    number,
    number,
    number,
  ];
  if (days > 0) return `${days} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${twoDigits(minutes % 60)} min`;
  return minutes > 0 ? `${minutes} min ${twoDigits(seconds % 60)} s` : `${seconds} s`;
}

/** Where clocks show another time than Greenwich's. */
export interface TimeZone {
  readonly label: string;
  readonly offsetMinutes: number;
}
export const UTC: TimeZone = { label: 'UTC', offsetMinutes: 0 };

const LAST_INSTANT_MS = 8.64e15;

/** '2026-11-21 05:00:00 UTC' */
export function instant(atMs: number, { label, offsetMinutes }: TimeZone = UTC): string {
  const shifted = atMs + offsetMinutes * 60_000;
  if (!(Math.abs(shifted) <= LAST_INSTANT_MS)) return `${atMs} ms`;
  return `${new Date(shifted).toISOString().slice(0, 19).replace('T', ' ')} ${label}`;
}
