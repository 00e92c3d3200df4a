import { conditionsOf } from '../data-plane/weather.ts';
import type { Condition, Sources } from './condition.ts';

export interface LinkOptions {
  /** Packets that leave this Region; left out: any. */
  readonly from?: string | undefined;
  /** Packets for this Region; left out: any. */
  readonly to?: string | undefined;
  /** The other direction too. Left out, it goes one way. */
  readonly bothWays?: boolean | undefined;
  /** The share of journeys whose packets are lost in this direction: 1 swallows everything. Only peerings lose packets. */
  readonly drop?: number | undefined;
  /** Added to every round trip. */
  readonly delayMs?: number | undefined;
  /** Up to so much more or less, each time anew; never below what was measured. */
  readonly jitterMs?: number | undefined;
}

/** Packets between Regions are lost or late, while every status says `active`. */
export function links({ world, random, tally }: Sources, options: LinkOptions): Condition {
  const { from, to, bothWays = false, drop = 0, delayMs = 0, jitterMs = 0 } = options;
  const oneWay = (fromRegion: string, toRegion: string): boolean =>
    (from === undefined || from === fromRegion) && (to === undefined || to === toRegion);
  const isMeant = (fromRegion: string, toRegion: string): boolean =>
    fromRegion !== toRegion && (oneWay(fromRegion, toRegion) || (bothWays && oneWay(toRegion, fromRegion)));
  const { further } = conditionsOf(world);
  const here = {
    eats: ({ fromRegion, toRegion }: { readonly fromRegion: string; readonly toRegion: string }): boolean => {
      if (drop === 0 || !isMeant(fromRegion, toRegion) || (drop < 1 && random.next() >= drop)) return false;
      tally.count('packet dropped', 'ec2', `${fromRegion}>${toRegion}`);
      return true;
    },
    // A round trip goes both ways: either direction makes it longer.
    extraLatencyMs: (fromRegion: string, toRegion: string): number => {
      if (delayMs === 0 && jitterMs === 0) return 0;
      if (!isMeant(fromRegion, toRegion) && !isMeant(toRegion, fromRegion)) return 0;
      tally.count('packet late', 'ec2', `${fromRegion}>${toRegion}`);
      return Math.max(0, delayMs + (jitterMs === 0 ? 0 : (random.next() * 2 - 1) * jitterMs));
    },
  };
  further.add(here);
  return { over: () => void further.delete(here) };
}
