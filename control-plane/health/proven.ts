import { PROBE_EVERY_MS } from '../model/agents.ts';
import type { ProbeRow, Streak } from './probe-row.ts';

/** What a member's newest probe row shows to be as it should, so that nobody need ask AWS about it. */
export interface Proven {
  /** A request by the fleet's name was answered: names resolve in its VPC. */
  readonly names: boolean;
  /** Its health bit was answered over the internet: there is a way to it, and everybody is let in. */
  readonly bit: boolean;
  /** Its prober was called within the last beats: something calls it. */
  readonly watch: boolean;
}

/** Three beats: one may come late, and one be lost on its way to home. */
const ROW_PROVES_FOR_MS = 3 * PROBE_EVERY_MS;

const nowWell = (streak: Streak | null): boolean => streak?.state === 'well' && streak.recent.endsWith('.');

/** What a row proves at this moment. One from long ago, or from a clock that is ahead of ours, proves nothing. */
export function provenBy({ atMs, name, bit }: ProbeRow, nowMs: number): Proven {
  const isFresh = Math.abs(nowMs - atMs) <= ROW_PROVES_FOR_MS;
  return { names: isFresh && nowWell(name), bit: isFresh && nowWell(bit), watch: isFresh };
}
