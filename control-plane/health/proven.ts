import { isFresh } from './evidence.ts';
import type { ProbeRow, Streak } from './probe-row.ts';

/** What a member's newest probe row shows to be as it should, so that nobody need ask AWS about it. */
export interface Proven {
  /** A request by the fleet's name was answered: names resolve in its VPC. */
  readonly names: boolean;
  /** Its health bit was answered over the internet: there is a way to it, and everybody is let in. */
  readonly bit: boolean;
  /** Its prober was called within the last beats: something calls it. */
  readonly watch: boolean;
  /** Changes with the minute: what two reads show is read by turns, one a look. */
  readonly turn?: 0 | 1;
}

const MINUTE_MS = 60_000;

const nowWell = (streak: Streak | null): boolean => streak?.state === 'well' && streak.recent.endsWith('.');

/** What a row of one of so many observers proves at this moment. One from long ago, or from a clock that is ahead of ours, proves nothing. */
export function provenBy(row: ProbeRow, observers: number, nowMs: number): Proven {
  const says = isFresh(row, observers, nowMs);
  return {
    names: says && nowWell(row.name),
    bit: says && nowWell(row.bit),
    watch: says,
    turn: Math.floor(nowMs / MINUTE_MS) % 2 === 0 ? 0 : 1,
  };
}
