import type { DescribeVpcEndpointsResult } from '@aws-sdk/client-ec2';
import type { Region } from '../control-plane/model/region.ts';
import { FleetStore } from '../handlers/runtime/fleet-store.ts';
import { type CallerSpec, callersIn } from '../local/callers.ts';
import { type SettledCast, settledCast } from '../local/faults/settled-cast.ts';
import { blowsOf, storm } from '../local/faults/storm.ts';
import type { Clock } from '../simulator/clock.ts';
import { request } from '../simulator/data-plane/request.ts';
import { conditionsOf } from '../simulator/data-plane/weather.ts';
import { rootOf } from '../simulator/principal.ts';
import { seededRandom } from '../simulator/random.ts';
import type { World } from '../simulator/world.ts';
import { signals } from '../workflows/signals.ts';
import { TEN_MEMBERS } from './ten-members.ts';

export const columns = ['with all', 'without repairs', 'without failover'] as const;
export type Column = (typeof columns)[number];

export interface WeekJob {
  readonly column: Column;
  readonly seed: string;
  readonly hours: number;
  readonly everyMs: number;
}

/** What a week was like for callers. */
export interface Week extends WeekJob {
  readonly sent: number;
  readonly answered: number;
  /** Lost though somebody could have answered, and lost because nobody could. */
  readonly lostNeedlessly: number;
  readonly lostHelplessly: number;
  /** Of the needless ones, by what had been broken last, and by where they ended: 'eu-west-1: function'. */
  readonly lostAfter: Readonly<Record<string, number>>;
  readonly lostBy: Readonly<Record<string, number>>;
  readonly blows: number;
  readonly missed: number;
  readonly incidents: number;
  readonly stillOpen: number;
  readonly escalated: number;
  readonly steers: number;
  readonly wallMs: number;
  readonly cpuMs: number;
}

const { serving: SERVING } = TEN_MEMBERS;
const FAULTS_AN_HOUR = 3;
const HOUR_MS = 3_600_000;
const TRUTH_HOLDS_MS = 5_000;

/** Plays one column of a week: the same faults in each of them, drawn from the seed. */
export async function playWeek(job: WeekJob, tell: (progress: string) => void): Promise<Week> {
  const { column, seed, hours, everyMs } = job;
  const cast = await settledCast({ seed }, TEN_MEMBERS);
  const { bed, chronicle, trial } = cast;
  const { clock, world } = bed;
  await clock.runUntil(leaveOut(column, world, bed.landbridge.home));

  const began = { wallMs: performance.now(), cpu: process.cpuUsage() };
  const openedBefore = chronicle.incidents.length;
  const plan = { hours, anHour: FAULTS_AN_HOUR, serving: SERVING, everybody: cast.everybody };
  const blows = blowsOf(seededRandom(`${seed}/faults`), plan);
  const fury = storm(trial, blows, newestOf(cast));
  let sent = 0;
  let needless = 0;
  let helpless = 0;
  const lostAfter: Record<string, number> = {};
  const lostBy: Record<string, number> = {};
  const hasPath = truthOf(cast);
  const callers = callersIn(world, cast.callers, cast.url, {
    everyMs,
    told({ region, lostAt }) {
      sent += 1;
      if (lostAt === undefined) return;
      const after = fury.latest;
      void hasPath(region).then((could) => {
        if (!could) {
          helpless += 1;
          return;
        }
        needless += 1;
        lostAfter[after] = (lostAfter[after] ?? 0) + 1;
        const where = `${region}: ${lostAt}`;
        lostBy[where] = (lostBy[where] ?? 0) + 1;
        return;
      });
    },
  });
  for (let hour = 1; hour <= hours; hour += 1) {
    await clock.runFor(HOUR_MS);
    if (hour % Math.max(1, Math.round(hours / 12)) === 0)
      tell(`${column}: hour ${hour} of ${hours}, ${needless} of ${sent} lost needlessly`);
  }
  callers.stop();
  await clock.runFor(TRUTH_HOLDS_MS * 12);
  const { user, system } = process.cpuUsage(began.cpu);
  const incidents = chronicle.incidents.slice(openedBefore);
  return {
    ...job,
    sent,
    answered: sent - needless - helpless,
    lostNeedlessly: needless,
    lostHelplessly: helpless,
    lostAfter,
    lostBy,
    blows: blows.length,
    missed: fury.missed,
    incidents: incidents.length,
    stillOpen: incidents.filter(({ status }) => status !== 'closed').length,
    escalated: chronicle.escalated.length,
    steers: chronicle.moves.filter(({ what }) => what === 'steer').length,
    wallMs: performance.now() - began.wallMs,
    cpuMs: (user + system) / 1_000,
  };
}

/** What this column is without. */
async function leaveOut(column: Column, world: World, home: Region): Promise<void> {
  // Name servers ask nobody how a replica is: every health bit might as well say 200.
  if (column === 'without failover') conditionsOf(world).isHealthy = () => true;
  if (column !== 'without repairs') return;
  const place = { account: world.account, region: home };
  for (const { name } of signals)
    await world.invoke({
      service: 'eventbridge',
      operation: 'DisableRule',
      input: { Name: name },
      place,
      principal: rootOf(world.account),
    });
}

/** The fleet as it is, or as it was when home was last in reach. */
function newestOf({ bed, trial }: SettledCast): () => Promise<SettledCast['trial']['state']> {
  let newest = trial.state;
  return async () => {
    if (!bed.world.outages.isDark(bed.landbridge.home))
      newest = await new FleetStore(bed.landbridge.operator).load(bed.fleet.name);
    return newest;
  };
}

/** What was found of a Region, for as long as it holds. */
function held<Found>(clock: Clock, find: (region: Region) => Promise<Found>): (region: Region) => Promise<Found> {
  const known = new Map<Region, { readonly atMs: number; readonly found: Promise<Found> }>();
  return (region) => {
    const nowMs = clock.nowMs();
    const before = known.get(region);
    if (before !== undefined && nowMs - before.atMs < TRUTH_HOLDS_MS) return before.found;
    const found = find(region);
    known.set(region, { atMs: nowMs, found });
    return found;
  };
}

/**
 * Whether a member's callers could have been answered by anybody at this moment, whatever their names say: a request to
 * each replica's endpoint in turn.
 */
function truthOf({ bed, callers, url }: SettledCast): (region: Region) => Promise<boolean> {
  const { clock, world } = bed;
  const vpcOf = (region: Region): string => callers.find((spec) => spec.region === region)?.vpcId ?? '';
  const entranceTo = held(clock, (region) => entranceOf(world, { region, vpcId: vpcOf(region) }));
  const look = async (from: CallerSpec): Promise<boolean> => {
    for (const region of SERVING) {
      const connectTo = await entranceTo(region);
      if (connectTo === undefined) continue;
      const { status = 500, outcome } = await request(world, {
        from: { account: world.account, ...from },
        url,
        connectTo,
        resolverCache: 'bypass',
      });
      if (outcome === 'answered' && status < 400) return true;
    }
    return false;
  };
  return held(clock, (region) => look({ region, vpcId: vpcOf(region) }));
}

/** The name of a VPC's endpoint that is available; none where there is none, or where nobody answers. */
async function entranceOf(world: World, { region, vpcId }: CallerSpec): Promise<string | undefined> {
  if (world.outages.isDark(region)) return undefined;
  const { VpcEndpoints = [] } = (await world.invoke({
    service: 'ec2',
    operation: 'DescribeVpcEndpoints',
    input: { Filters: [{ Name: 'vpc-id', Values: [vpcId] }] },
    place: { account: world.account, region },
    principal: rootOf(world.account),
  })) as DescribeVpcEndpointsResult;
  return VpcEndpoints.find(({ State }) => String(State).toLowerCase() === 'available')?.DnsEntries?.[0]?.DnsName;
}
