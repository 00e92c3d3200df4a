import type { Region } from '../model/region.ts';

/**
 * Where a request ended that was not well: no address, no connection, TLS, 403, another answer than a good one, or a
 * good one too late.
 */
export const symptoms = ['name', 'connect', 'tls', 'forbidden', 'error', 'slow'] as const;
export type Symptom = (typeof symptoms)[number];

/** One request of a prober, as it ended. Without a symptom it was well. */
export interface Probe {
  readonly symptom?: Symptom | undefined;
  readonly latencyMs: number;
  /** 'HTTP 200 after 84 ms' */
  readonly says: string;
}

/** What one observer thinks of one thing it asks again and again. */
export interface Streak {
  /** Only changes after several rounds that agree: `failAfterRounds`, `recoverAfterRounds`. */
  readonly state: 'well' | 'sick';
  /** Since when, by the observer's clock. */
  readonly sinceMs: number;
  /** The newest rounds, newest last: '.' well, 'x' not. At most `MOST_ROUNDS`. */
  readonly recent: string;
  /** Of the newest round that was not well. */
  readonly symptom: Symptom | null;
  readonly latencyMs: number;
  readonly says: string;
}

/**
 * One row of the probe matrix: how the fleet looks from inside one member's VPC. Kept in the state table of that
 * member's own Region, and from there in every other.
 */
export interface ProbeRow {
  readonly observer: Region;
  /** When it was written, by the observer's clock. */
  readonly atMs: number;
  /** Every replica it can reach by the fleet's links, its own among them, asked straight at its endpoint. */
  readonly replicas: Readonly<Record<Region, Streak>>;
  /** The fleet's own name, asked as callers do. */
  readonly name: Streak;
  /** A serving member's own health bit, asked from outside. */
  readonly bit: Streak | null;
}

export const MOST_ROUNDS = 12;
