import type { Region } from '../model/region.ts';
import type { Drain } from '../traffic/traffic.ts';
import { freshRows } from './evidence.ts';
import type { ProbeRow, Streak } from './probe-row.ts';

/** What a member's health bit answers, 200 or 503, and the sentence that goes with it. */
export interface BitAnswer {
  readonly inService: boolean;
  readonly because: string;
}

/** Sooner than the state says so: the bit has Route 53's own three checks behind it, which wait long enough. */
// One bad round is enough: Route 53 asks three times, ten seconds apart, and the next round is there before the second.
const isFailing = ({ state, recent }: Streak): boolean => state === 'sick' || recent.endsWith('x');
const isAnswering = (streak: Streak | undefined): boolean => streak?.state === 'well' && !streak.recent.endsWith('x');

const failsAll = ({ replicas, name }: ProbeRow): boolean => [...Object.values(replicas), name].every(isFailing);

const inService = (because: string): BitAnswer => ({ inService: true, because });
const outOfService = (because: string): BitAnswer => ({ inService: false, because });

/**
 * What the public health bit of one member says, from the rows in its own Region's replica of the state table.
 *
 * Needs no fleet document, no home Region and no other call, so that it answers when nothing else does. No evidence is
 * no reason to go out of service: silence takes nobody's callers away.
 *
 * In      region, rows of any observers and any age, drains
 * Source  docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export function bitOf(region: Region, rows: readonly ProbeRow[], drains: readonly Drain[], nowMs: number): BitAnswer {
  const drain = drains.find((one) => one.region === region);
  if (drain !== undefined) return outOfService(`drained by ${drain.by}: ${drain.because}`);

  const { usable } = freshRows(rows, nowMs);
  const others = usable.filter((row) => row.observer !== region && row.replicas[region] !== undefined);
  const own = usable.find((row) => row.observer === region);
  const self = own?.replicas[region];
  if (own === undefined || self === undefined) return byOthers(region, others);
  const isAlone = others.length === 0 && rows.some(({ observer }) => observer !== region);
  return byItself(region, own, self, others, isAlone);
}

/**
 * Its own row decides, unless it is of a prober that reaches nothing at all: while somebody else reaches this replica, or
 * while nobody else's row is of this moment, it is more likely this observer, or this clock, that is off.
 */
function byItself(
  region: Region,
  own: ProbeRow,
  self: Streak,
  others: readonly ProbeRow[],
  isAlone: boolean,
): BitAnswer {
  if (!isFailing(self)) return inService(`it sees itself well: ${self.says}`);
  const witness = others.find((row) => isAnswering(row.replicas[region]));
  if (witness !== undefined && failsAll(own))
    return inService(`its prober reaches nothing at all, and ${witness.observer} reaches this replica`);
  if (isAlone && failsAll(own)) return inService('its prober reaches nothing at all, and nobody else is heard from');
  return outOfService(`it sees itself ${self.symptom ?? 'sick'}: ${self.says}`);
}

/**
 * With no word of its own, two others must agree, and not be outnumbered by those who see it well. Where there is only
 * one other, its word is enough: there will never be a second.
 */
function byOthers(region: Region, others: readonly ProbeRow[]): BitAnswer {
  const sick = others.filter((row) => row.replicas[region]?.state === 'sick').map((row) => row.observer);
  const well = others.filter((row) => isAnswering(row.replicas[region])).length;
  const enough = Math.min(2, others.length);
  if (sick.length > 0 && sick.length >= enough && sick.length >= well)
    return outOfService(`it says nothing, and ${sick.join(', ')} see${sick.length === 1 ? 's' : ''} it sick`);
  if (others.length === 0) return inService('nobody says anything about it');
  return inService(`it says nothing, and ${sick.length} of ${others.length} others see it sick`);
}
