import { createHash } from 'node:crypto';
import { Journal, type JournalEntry } from '../handlers/runtime/journal.ts';
import { chronicleOf } from '../local/faults/chronicle.ts';
import { isAsDeclared, notAsDeclared } from '../local/scenario.ts';
import { type VirtualBed, virtualBed } from '../local/virtual-bed.ts';
import { weatherOf } from '../simulator/weather/index.ts';
import type { MadeCall } from '../simulator/world.ts';
import { Casting } from './casting.ts';
import { type Course, type Ordeal, ordealOf, Pulse } from './course.ts';
import { invariants } from './invariants/index.ts';
import { Meetings } from './meetings.ts';
import { functionBehind, isResourceWrite, nameOf } from './our-calls.ts';
import { HOUR_MS, MINUTE_MS, type Schedule } from './schedule.ts';
import { TableView } from './table-view.ts';

/** Something that should never be so, and was. */
export interface Violation {
  readonly invariant: string;
  readonly atMs: number;
  readonly says: string;
}

/** How one schedule went. */
export interface Played {
  readonly seed: string;
  readonly members: number;
  readonly simulatedMs: number;
  readonly cpuMs: number;
  readonly violations: readonly Violation[];
  /** Acts that took place and acts that could not, by what they were. */
  readonly done: Readonly<Record<string, number>>;
  readonly missed: Readonly<Record<string, number>>;
  /** What happened, by where runs were just then. */
  readonly meetings: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** How often runs were at each place. */
  readonly visits: Readonly<Record<string, number>>;
  readonly course: Course;
  /** Incidents, in the order in which they were opened. */
  readonly ordeals: readonly Ordeal[];
  /** When the weather ended, after the beginning. */
  readonly clearedAfterMs: number;
  /** Calls by the control plane. */
  readonly reads: number;
  readonly writes: number;
  /** From the end of the weather until everything was as declared. */
  readonly settledAfterMs: number | undefined;
  /** SHA-256 of the whole journal and of every write, in hex. */
  readonly digest: string;
}

const LOOK_EVERY_MS = MINUTE_MS;
const RESTORED_EVERY_MINUTES = 10;
/** After the weather, everything is as declared within this: twice what AWS takes over a private domain and its association. */
const SETTLES_WITHIN_MS = HOUR_MS;
/** After the world is as declared, for so long at least nothing more may be written. */
const QUIET_FOR_MS = 20 * MINUTE_MS;
const MOST_VIOLATIONS = 20;

/** Plays a schedule in a world of its own, watched by every invariant. */
export async function play(
  schedule: Schedule,
  peek?: (bed: VirtualBed, journal: readonly JournalEntry[]) => unknown,
): Promise<Played> {
  const began = process.cpuUsage();
  const bed = await virtualBed({ seed: schedule.seed });
  const { clock, world, fleet, landbridge } = bed;
  let bornMs = clock.nowMs();
  // People, and whoever judges how it ended, have no limits here: the buckets are those of the control plane alone.
  weatherOf(world).enforceLimits({ except: ({ principal }) => functionBehind(principal) === undefined });
  const chronicle = chronicleOf(world);
  const table = new TableView(world, landbridge.home);

  const violations: Violation[] = [];
  const regions = [...schedule.serving, ...schedule.clients];
  const witnesses = invariants.map(({ name, watch }) =>
    watch({ bed, table, regions }, (says) => {
      if (violations.length < MOST_VIOLATIONS) violations.push({ invariant: name, atMs: clock.nowMs() - bornMs, says });
    }),
  );
  for (const { ready } of witnesses) if (ready !== undefined) await clock.runUntil(ready);
  bornMs = clock.nowMs();
  const meetings = new Meetings();
  const pulse = new Pulse(bed, table);
  const hash = createHash('sha256');
  world.watchers.add((made: MadeCall) => {
    for (const witness of witnesses) witness.called?.(made);
    pulse.called(made);
    if (isResourceWrite(made)) hash.update(`${made.atMs} ${nameOf(made)} ${made.error?.code ?? ''}\n`);
  });

  const cast = new Casting(bed, schedule, meetings);
  world.stateWatchers.add((entered) => {
    meetings.entered(entered);
    for (const witness of witnesses) witness.entered?.(entered);
    cast.entered(entered);
  });
  await clock.runFor(schedule.weatherMs);
  await clock.runUntil(cast.endAll());
  const clearedAtMs = clock.nowMs();
  const settledAtMs = await settle(bed, () => chronicle.isQuiet, SETTLES_WITHIN_MS);
  await clock.runFor(Math.max(QUIET_FOR_MS, bornMs + schedule.lastsMs - clock.nowMs()));
  const course = pulse.stop();
  const ordeals = chronicle.incidents.map((incident) => ordealOf(incident, clock.nowMs()));
  chronicle.stop();

  const journal: readonly JournalEntry[] = (
    await clock.runUntil(new Journal(landbridge.operator).newest(fleet.name, 1_000_000))
  ).toReversed();
  hash.update(JSON.stringify(journal));
  const state = await clock.runUntil(bed.store().load(fleet.name));
  const undone = [...(await clock.runUntil(notAsDeclared(landbridge, fleet.name))), ...chronicle.unquiet];
  const ending = { state, journal, settledAtMs, clearedAtMs, undone };
  for (const witness of witnesses) await clock.runUntil(Promise.resolve(witness.ended?.(ending)));
  await peek?.(bed, journal);
  const { user, system } = process.cpuUsage(began);
  return {
    seed: schedule.seed,
    members: schedule.serving.length + schedule.clients.length,
    simulatedMs: clock.nowMs() - bornMs,
    cpuMs: (user + system) / 1_000,
    violations,
    done: cast.done,
    missed: cast.missed,
    meetings: meetings.counts(),
    visits: meetings.visits(),
    course,
    ordeals,
    clearedAfterMs: clearedAtMs - bornMs,
    reads: sumOf(course.reads),
    writes: sumOf(course.writes),
    settledAfterMs: settledAtMs === undefined ? undefined : settledAtMs - clearedAtMs,
    digest: hash.digest('hex'),
  };
}

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** Runs the clock until everything is as declared and nobody is moved, and answers when that was. */
async function settle(bed: VirtualBed, isQuiet: () => boolean, withinMs: number): Promise<number | undefined> {
  const { clock, landbridge, fleet } = bed;
  const untilMs = clock.nowMs() + withinMs;
  for (let minute = 0; clock.nowMs() < untilMs; minute += 1) {
    if (minute % RESTORED_EVERY_MINUTES === 0) await clock.runUntil(restoreWhoIsDrained(bed));
    await clock.runFor(LOOK_EVERY_MS);
    if (isQuiet() && (await clock.runUntil(isAsDeclared(landbridge, fleet.name)))) return clock.nowMs();
  }
  return undefined;
}

/** Whom somebody has evacuated, somebody brings back: the fleet never does that by itself. */
async function restoreWhoIsDrained({ landbridge, fleet, store }: VirtualBed): Promise<void> {
  const { health } = await store().load(fleet.name);
  for (const { region } of health.traffic.drains)
    await landbridge.start('restore-region', { fleet: fleet.name, region, by: 'somebody', because: 'it is over' });
}
