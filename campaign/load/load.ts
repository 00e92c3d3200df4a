import { type Breakdown, type Figure, percentile, type Report } from '../../bench/report.ts';
import { write } from '../../control-plane/model/aws-call.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { keyOf } from '../../control-plane/model/target.ts';
import { LONGEST_LINE_MS } from '../../handlers/runtime/booked-turns.ts';
import { converse } from '../../handlers/runtime/caller.ts';
import { breakages } from '../../local/breakages.ts';
import { directCaller } from '../../local/direct-caller.ts';
import { isAsDeclared } from '../../local/scenario.ts';
import { ACCOUNT, type VirtualBed } from '../../local/virtual-bed.ts';
import type { Principal } from '../../simulator/principal.ts';
import { type BucketUse, weatherOf } from '../../simulator/weather/index.ts';
import { booksOf } from '../books.ts';
import { functionBehind, isResourceWrite, nameOf } from '../our-calls.ts';
import { MINUTE_MS } from '../schedule.ts';
import { TableView } from '../table-view.ts';
import { AtOnce } from './at-once.ts';
import { Lines } from './lines.ts';
import { type LoadOptions, manyFleets, type Tenant } from './many-fleets.ts';

const stranger: Principal = { kind: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/stranger`, account: ACCOUNT };

const JOINS_AT_ONCE = 6;
/** What breaks in each fleet at the same moment. */
const SHAKEN = ['peering deleted by its requester', 'route deleted', 'record deleted', 'rule revoked', 'tags removed'];
const HEALS_WITHIN_MS = 15 * MINUTE_MS;
const LOOK_EVERY_MS = 15_000;
const EVENTS = 10_000;
const BURST_LASTS_MS = 60_000;
/** A bucket of fewer tokens says nothing by its share: one call is most of it. */
const LEAST_BURST = 10;

/** A whole account under load: many fleets, all broken at once, and then a burst of events. */
export async function load(options: LoadOptions, tell: (progress: string) => void): Promise<Report> {
  const began = process.cpuUsage();
  const { events = EVENTS } = options;
  const { bed, tenants } = await manyFleets(options);
  const { world } = bed;
  const violations: string[] = [];
  const table = new TableView(world, bed.landbridge.home);
  const books = tenants.map(({ fleet }) => booksOf(world, table, fleet.name));
  const atOnce = new AtOnce();
  const lines = new Lines(table);
  world.watchers.add((made) => {
    atOnce.called(made);
    lines.called(made);
    if (isResourceWrite(made) && !books.some((of) => of.isAnyHeldFor(nameOf(made), made.atMs)))
      violations.push(nameOf(made));
  });
  world.stateWatchers.add((entered) => atOnce.entered(entered));

  const storm = weatherOf(world);
  // People have no limits here: the buckets are those of the control plane alone.
  storm.enforceLimits({
    perRegion: ['api-gateway'],
    except: ({ principal }) => functionBehind(principal) === undefined,
  });
  // As long as AWS takes over a call: without it a thousand calls fall into one instant, which no account ever saw.
  storm.slow({ share: 1, byMs: [30, 120] });
  await joinAll(bed, tenants, tell);
  const afterJoins = storm.bucketUse();
  tell(`${tenants.length} fleets are joined; all are shaken at once`);
  const healedAfterMs = await shake(bed, tenants);
  tell(`${healedAfterMs.filter((ms) => ms === undefined).length} did not heal; a burst of ${events} events`);
  const startedBefore = atOnce.started;
  const [first] = tenants;
  if (first !== undefined) await burst(bed, first, events);
  const buckets = storm.bucketUse();

  const { user, system } = process.cpuUsage(began);
  const healed = healedAfterMs.map((ms) => (ms ?? Number.POSITIVE_INFINITY) / 1_000);
  const refused = buckets.reduce((sum, bucket) => sum + bucket.refused, 0);
  const figures: readonly Figure[] = [
    { figure: 'fleets', measured: tenants.length, unit: '' },
    { figure: 'members', measured: tenants.reduce((sum, { regions }) => sum + regions.length, 0), unit: '' },
    { figure: 'as declared again, p50', measured: percentile(healed, 0.5), unit: 's' },
    {
      figure: 'as declared again, the last',
      measured: Math.max(...healed),
      unit: 's',
      bound: { atMost: HEALS_WITHIN_MS / 1_000 },
    },
    {
      figure: 'share of a bucket used at worst',
      measured: worstOf(buckets)?.fullest ?? 0,
      unit: '',
      bound: { atMost: 0.5 },
    },
    { figure: 'calls that AWS throttled', measured: refused, unit: 'calls' },
    { figure: 'writes under no lease that is held', measured: violations.length, unit: '', bound: { exactly: 0 } },
    {
      figure: 'longest line for a turn',
      measured: lines.longestMs / 1_000,
      unit: 's',
    },
    {
      figure: `bookings in a line of more than ${LONGEST_LINE_MS / 1_000} s`,
      measured: lines.tooLong,
      unit: '',
    },
    { figure: 'reconciles of one scope at work at once', measured: atOnce.mostRunning, unit: '', bound: { atMost: 1 } },
    { figure: 'reconciles of one scope waiting at once', measured: atOnce.mostWaiting, unit: '', bound: { atMost: 1 } },
    { figure: 'reconciles of one scope that found nothing to do', measured: atOnce.mostSettled, unit: '' },
    { figure: `reconciles that ${events} events started`, measured: atOnce.started - startedBefore, unit: '' },
    { figure: 'processor time', measured: (user + system) / 1e6, unit: 's' },
  ];
  return {
    figures,
    breakdowns: [
      {
        title: 'As declared again',
        head: ['fleet', 'members', 'after'],
        rows: tenants.map(({ fleet, regions }, index) => [
          fleet.name,
          regions.length,
          `${healed[index]?.toFixed(0)} s`,
        ]),
      },
      bucketsTable('Buckets at their emptiest, after the joins', afterJoins),
      bucketsTable('Buckets at their emptiest, in the end', buckets),
      {
        title: 'Throttled: buckets so small that a few calls are all of them',
        head: ['service', 'bucket', 'Region', 'burst', 'a second', 'taken', 'refused'],
        rows: buckets
          .filter((bucket) => bucket.refused > 0)
          .toSorted((a, b) => b.refused - a.refused)
          .slice(0, 10)
          .map(({ service, bucket, region = 'all', burst: size, perSecond, taken, refused: times }) => [
            service,
            bucket,
            region,
            size,
            perSecond,
            taken,
            times,
          ]),
      },
      { title: 'Writes under no lease', head: ['what'], rows: violations.slice(0, 10).map((says) => [says]) },
    ],
  };
}

const counting = (buckets: readonly BucketUse[]): readonly BucketUse[] =>
  buckets.filter(({ burst: size }) => size >= LEAST_BURST).toSorted((a, b) => b.fullest - a.fullest);
const worstOf = (buckets: readonly BucketUse[]): BucketUse | undefined => counting(buckets)[0];

/** Of buckets that many Regions have, the one that was used most. */
const bucketsTable = (title: string, buckets: readonly BucketUse[]): Breakdown => ({
  title,
  head: ['service', 'bucket', 'Region', 'burst', 'a second', 'used at worst', 'taken', 'refused'],
  rows: [...Map.groupBy(counting(buckets), ({ service, bucket }) => `${service} ${bucket}`).values()]
    .flatMap(([most]) => most ?? [])
    .slice(0, 10)
    .map(({ service, bucket, region = 'all', burst: size, perSecond, fullest, taken, refused }) => [
      service,
      bucket,
      region,
      size,
      perSecond,
      `${(100 * fullest).toFixed(0)} %`,
      taken,
      refused,
    ]),
});

/** Home first, then the rest a few at a time in each fleet, all fleets side by side. */
async function joinAll(bed: VirtualBed, tenants: readonly Tenant[], tell: (progress: string) => void): Promise<void> {
  const { landbridge, clock } = bed;
  const join = async (fleet: string, region: Region): Promise<void> => {
    const { status, cause } = await landbridge.ended(
      await landbridge.start('onboard-region', { fleet, region, role: 'serving' }),
    );
    if (status !== 'SUCCEEDED') throw new Error(`the join of ${region} to ${fleet} ${status}: ${cause}`);
  };
  let joined = 0;
  const joinFleet = async ({ fleet, regions: [home = '', ...others] }: Tenant): Promise<void> => {
    await join(fleet.name, home);
    for (let from = 0; from < others.length; from += JOINS_AT_ONCE)
      await Promise.all(others.slice(from, from + JOINS_AT_ONCE).map((region) => join(fleet.name, region)));
    joined += 1;
    tell(`${joined} of ${tenants.length} fleets are joined`);
  };
  await clock.runUntil(Promise.all(tenants.map(joinFleet)));
  await clock.runFor(5 * MINUTE_MS);
}

/** Breaks every fleet in several ways at the same moment, and answers how long each took to be as declared again. */
async function shake(
  { clock, world, store, landbridge }: VirtualBed,
  tenants: readonly Tenant[],
): Promise<readonly (number | undefined)[]> {
  const call = directCaller(world, ACCOUNT, stranger);
  const states = await clock.runUntil(Promise.all(tenants.map(({ fleet }) => store().load(fleet.name))));
  const brokenAtMs = clock.nowMs();
  for (const [index, { regions }] of tenants.entries()) {
    const state = states[index];
    const [to = '', from = ''] = regions;
    for (const breakage of breakages)
      if (state !== undefined && SHAKEN.includes(breakage.name))
        await clock.runUntil(converse(breakage.do({ state, from, to }), call));
  }
  const healedAfterMs: (number | undefined)[] = tenants.map(() => undefined);
  while (healedAfterMs.includes(undefined) && clock.nowMs() - brokenAtMs < HEALS_WITHIN_MS) {
    await clock.runFor(LOOK_EVERY_MS);
    for (const [index, { fleet }] of tenants.entries())
      if (healedAfterMs[index] === undefined && (await clock.runUntil(isAsDeclared(landbridge, fleet.name))))
        healedAfterMs[index] = clock.nowMs() - brokenAtMs;
  }
  return healedAfterMs;
}

/** Somebody's script tags a VPC of the fleet over and over: each time CloudTrail tells of it. */
async function burst({ clock, world, store }: VirtualBed, { fleet, regions }: Tenant, events: number): Promise<void> {
  const call = directCaller(world, ACCOUNT, stranger);
  const region = regions[1] ?? '';
  const { ids } = await clock.runUntil(store().load(fleet.name));
  const Resources = [ids.get(keyOf('vpc', region)) ?? ''];
  const gapMs = BURST_LASTS_MS / events;
  const send = async (): Promise<void> => {
    for (let count = 0; count < events; count += 1) {
      const Tags = [{ Key: 'cost-centre', Value: String(count) }];
      await converse(write(region, 'ec2', 'createTags', { Resources, Tags }), call);
      await clock.sleep(gapMs);
    }
  };
  await clock.runUntil(send());
  await clock.runFor(10 * MINUTE_MS);
}
