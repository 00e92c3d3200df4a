import type { Course } from './course.ts';

/** What one duration of some faults is held against. Milliseconds. */
export interface FaultBound {
  readonly figure: string;
  /** Rows, with all their variants: '3' is 3a, 3b and 3c. */
  readonly rows: readonly string[];
  of(course: Course): number | undefined;
  readonly p50Ms?: number;
  readonly p99Ms: number;
  /** Which variants of a row, if not all of them. */
  readonly not?: readonly string[];
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/** What AWS takes to make an endpoint, and to let its callers in at the private domain. */
const ENDPOINT_MS = 90 * SECOND_MS;
const ASSOCIATION_MS = 15 * MINUTE_MS;

const repairAfterDetection = ({ detectedAfterMs, repairedAfterMs }: Course): number | undefined =>
  detectedAfterMs === undefined || repairedAfterMs === undefined ? undefined : repairedAfterMs - detectedAfterMs;

const repair = { figure: 'repaired after it was detected', of: repairAfterDetection } as const;

const bounds: readonly FaultBound[] = [
  {
    figure: 'detected',
    rows: ['1', '2', '3'],
    of: ({ detectedAfterMs }) => detectedAfterMs,
    p99Ms: 45 * SECOND_MS,
  },
  // Down for two rounds and up again is a hiccup: that it flaps shows when it comes back, 40 s after it began.
  { figure: 'detected', rows: ['11'], of: ({ detectedAfterMs }) => detectedAfterMs, p99Ms: 60 * SECOND_MS },
  { ...repair, rows: ['1', '3', '9'], p50Ms: 15 * SECOND_MS, p99Ms: 60 * SECOND_MS },
  { ...repair, rows: ['4'], not: ['4b'], p50Ms: ENDPOINT_MS + 15 * SECOND_MS, p99Ms: ENDPOINT_MS + 60 * SECOND_MS },
  {
    ...repair,
    rows: ['4b'],
    p50Ms: ENDPOINT_MS + ASSOCIATION_MS + 15 * SECOND_MS,
    p99Ms: ENDPOINT_MS + ASSOCIATION_MS + 60 * SECOND_MS,
  },
  {
    figure: 'callers answered again',
    rows: ['5', '6', '7', '8'],
    of: ({ mitigatedAfterMs }) => mitigatedAfterMs,
    p99Ms: 120 * SECOND_MS,
  },
];

/** '2a' is of row 2, and of 2a. */
export const isOfRow = (row: string, of: string): boolean =>
  row === of || (row.startsWith(of) && !/^\d/.test(row.slice(of.length)));

export const boundsOf = (row: string): readonly FaultBound[] =>
  bounds.filter(({ rows, not = [] }) => rows.some((of) => isOfRow(row, of)) && !not.includes(row));
