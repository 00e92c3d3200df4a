import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { Random } from '../random.ts';
import { policyOf } from '../services/route-53/routing-policy.ts';
import { whereaboutsOf } from './geography.ts';
import { roundTripMs } from './latency.ts';

export type RecordSet = Readonly<ResourceRecordSet>;

export interface Asker {
  /** In a private zone, Route 53 takes the caller to be where the VPC is. */
  readonly region: string;
  readonly random: Random;
  isHealthy(set: RecordSet): boolean;
}

/** Which record sets answer, and why those: 'lowest latency from us-east-1, 67 ms'. */
export interface Choice {
  readonly sets: readonly RecordSet[];
  readonly because: string;
}

/**
 * Healthy ones, or all of them where none is: Route 53 had rather send callers somewhere sick than nowhere.
 *
 * Source    Route 53 Developer Guide, "How Route 53 chooses records when health checking is configured"
 */
function standing(sets: readonly RecordSet[], asker: Asker): { sets: readonly RecordSet[]; note: string } {
  const healthy = sets.filter((set) => asker.isHealthy(set));
  if (healthy.length === sets.length) return { sets, note: '' };
  if (healthy.length === 0) return { sets, note: '; all are unhealthy, which counts as all healthy' };
  return { sets: healthy, note: `; ${sets.length - healthy.length} unhealthy left out` };
}

function byLatency(sets: readonly RecordSet[], asker: Asker): Choice {
  const among = standing(sets, asker);
  let best = among.sets[0];
  let bestMs = Number.POSITIVE_INFINITY;
  for (const set of among.sets) {
    const ms = roundTripMs(asker.region, set.Region ?? '');
    if (ms < bestMs) {
      best = set;
      bestMs = ms;
    }
  }
  return {
    sets: best === undefined ? [] : [best],
    because: `lowest latency from ${asker.region}, ${bestMs} ms${among.note}`,
  };
}

/**
 * Records of weight 0 are chosen only where all others are unhealthy, or where every weight is 0.
 *
 * Source    Route 53 Developer Guide, "Weighted routing" and "How Route 53 chooses records when health checking is configured"
 */
function byWeight(sets: readonly RecordSet[], asker: Asker): Choice {
  const weighing = sets.filter(({ Weight = 0 }) => Weight > 0);
  const healthy = weighing.filter((set) => asker.isHealthy(set));
  const idle = sets.filter((set) => (set.Weight ?? 0) === 0 && asker.isHealthy(set));
  const among = healthy.length > 0 ? healthy : idle.length > 0 ? idle : weighing.length > 0 ? weighing : sets;
  const total = among.reduce((sum, { Weight = 0 }) => sum + Weight, 0);
  let left = asker.random.next() * total;
  const drawn = among.find(({ Weight = 0 }) => (left -= Weight) < 0) ?? among[asker.random.between(0, among.length)];
  return {
    sets: drawn === undefined ? [] : [drawn],
    because: total === 0 ? 'drawn evenly, all weights being 0' : `drawn with weight ${drawn?.Weight} of ${total}`,
  };
}

function byFailover(sets: readonly RecordSet[], asker: Asker): Choice {
  const primary = sets.find(({ Failover }) => Failover === 'PRIMARY');
  const secondary = sets.find(({ Failover }) => Failover === 'SECONDARY');
  if (primary !== undefined && asker.isHealthy(primary)) return { sets: [primary], because: 'the primary is healthy' };
  if (secondary !== undefined && asker.isHealthy(secondary))
    return { sets: [secondary], because: primary ? 'the primary is unhealthy' : 'there is no primary' };
  const last = primary ?? secondary;
  return { sets: last === undefined ? [] : [last], because: 'neither primary nor secondary is healthy' };
}

/** Source    Route 53 Developer Guide, "Multivalue answer routing": up to eight healthy records, in random order */
function byMultivalue(sets: readonly RecordSet[], asker: Asker): Choice {
  const among = standing(sets, asker);
  const start = asker.random.between(0, among.sets.length);
  const turned = [...among.sets.slice(start), ...among.sets.slice(0, start)].slice(0, 8);
  return { sets: turned, because: `${turned.length} of ${sets.length} answers${among.note}` };
}

/** Smallest place first: subdivision, country, continent, then the record for everywhere ('*'). */
function byGeolocation(sets: readonly RecordSet[], asker: Asker): Choice {
  const here = whereaboutsOf(asker.region);
  const ranks = [
    ({ GeoLocation: geo }: RecordSet) =>
      geo?.SubdivisionCode !== undefined &&
      geo.SubdivisionCode === here?.subdivision &&
      geo.CountryCode === here.country,
    ({ GeoLocation: geo }: RecordSet) => geo?.SubdivisionCode === undefined && geo?.CountryCode === here?.country,
    ({ GeoLocation: geo }: RecordSet) => geo?.ContinentCode !== undefined && geo.ContinentCode === here?.continent,
    ({ GeoLocation: geo }: RecordSet) => geo?.CountryCode === '*',
  ];
  const candidates = ranks.map((matches) => sets.find(matches)).filter((set) => set !== undefined);
  const chosen = candidates.find((set) => asker.isHealthy(set)) ?? candidates[0];
  const place = here === undefined ? asker.region : `${here.continent}/${here.country}`;
  return chosen === undefined
    ? { sets: [], because: `no record is for ${place}, and none for everywhere else` }
    : { sets: [chosen], because: `the record for ${place}` };
}

/**
 * Chooses among the record sets of one name and type as Route 53 does.
 *
 * Faults  a routing policy that is not simulated chooses nothing, and says so
 */
export function choose(sets: readonly RecordSet[], asker: Asker): Choice {
  const [first] = sets;
  if (first === undefined) return { sets: [], because: 'there is no record' };
  const policy = policyOf(first);
  switch (policy) {
    case 'simple':
      return { sets: [first], because: 'the only record' };
    case 'latency':
      return byLatency(sets, asker);
    case 'weighted':
      return byWeight(sets, asker);
    case 'failover':
      return byFailover(sets, asker);
    case 'multivalue answer':
      return byMultivalue(sets, asker);
    case 'geolocation':
      return byGeolocation(sets, asker);
    case 'cidr':
    case 'geoproximity':
      return { sets: [], because: `${policy} routing is not simulated` };
  }
}
