import type { Region } from '../control-plane/model/region.ts';
import { FleetStore } from '../handlers/runtime/fleet-store.ts';
import { answerable } from '../local/answerable.ts';
import { callersIn } from '../local/callers.ts';
import { type SettledCast, settledCast } from '../local/faults/settled-cast.ts';
import { blowsOf, storm } from '../local/faults/storm.ts';
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
/** What callers waited for when they were stopped is over after that. */
const LAST_ONES_MS = 60_000;

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
  const vpcs = new Map(cast.callers.map((caller) => [caller.region, caller]));
  const replicas = SERVING.flatMap((region) => vpcs.get(region) ?? []);
  const couldAnswer = answerable(world, cast.url, () => replicas);
  const callers = callersIn(world, cast.callers, cast.url, {
    everyMs,
    told({ region, lostAt }) {
      sent += 1;
      if (lostAt === undefined) return;
      const after = fury.latest;
      void couldAnswer(vpcs.get(region) ?? { region, vpcId: '' }).then((could) => {
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
  await clock.runFor(LAST_ONES_MS);
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
