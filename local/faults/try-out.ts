import type { Cause } from '../../control-plane/health/finding.ts';
import type { TargetKey } from '../../control-plane/model/target.ts';
import type { Timings } from '../../simulator/timings.ts';
import type { World } from '../../simulator/world.ts';
import { callersIn, type Told } from '../callers.ts';
import { countCalls } from './calls-made.ts';
import type { Move } from './chronicle.ts';
import type { Course } from './course.ts';
import { isWell, notWell, type SettledCast, settledCast } from './settled-cast.ts';
import { type Fault, MINUTE_MS } from './trial.ts';

export interface TryOptions {
  readonly seed: string;
  readonly timings?: Partial<Timings>;
  /** Nothing that happens is told to the control plane: what becomes of callers is up to the data plane alone. */
  readonly alone?: boolean;
  /** Looks at the world before it is forgotten. */
  readonly atEnd?: (cast: SettledCast) => Promise<void>;
}

const PHASE_MS = MINUTE_MS;
/** Caches of resolvers are full, and cold starts over. */
const CALLERS_WARM_UP_MS = 70_000;
const ANSWERED_FOR_MS = 30_000;
const LOOK_EVERY_MS = 5_000;
const NORMAL_WITHIN_MS = 60 * MINUTE_MS;
/** It would be a poor normal that lasts no longer. */
const STAYS_NORMAL_MS = MINUTE_MS;
/** API Gateway lets go of a function that hangs after 29 s. */
const LAST_ANSWERS_MS = 30_000;
const ALONE_FOR_MS = 5 * MINUTE_MS;
/** One that is under way when nobody is told any more still looks to its end. */
const A_SWEEP_TAKES_MS = 20_000;

/** Tries one fault on a fleet of its own: a new world, settled, a fault at some moment of some minute, and all that follows. */
export async function tryOut(fault: Fault, { seed, timings = {}, alone = false, atEnd }: TryOptions): Promise<Course> {
  const cast = await settledCast({ seed, timings: { ...fault.timings, ...timings } });
  const { bed, chronicle, trial } = cast;
  const { clock, world } = bed;
  const calls = countCalls(world);
  const requests: Told[] = [];
  const callers = callersIn(world, cast.callers, cast.url, {
    ...(fault.patienceMs !== undefined && { patienceMs: fault.patienceMs }),
    told: (request) => requests.push(request),
  });
  await clock.runFor(CALLERS_WARM_UP_MS + Math.floor(world.random.fork('start phase').next() * PHASE_MS));

  if (alone) {
    silence(world);
    await clock.runFor(A_SWEEP_TAKES_MS);
  }
  const beganMs = clock.nowMs();
  const openedBefore = chronicle.incidents.length;
  const outcomesBefore = chronicle.outcomes.length;
  const stepsBefore = chronicle.steps.length;
  const movesBefore = chronicle.moves.length;
  const escalatedBefore = chronicle.escalated.length;
  await clock.runUntil(fault.inflict(trial));
  const lastsMs = alone ? ALONE_FOR_MS : (fault.lastsMs ?? 0);
  await clock.run({ untilMs: beganMs + lastsMs });
  const objections = alone || fault.objections === undefined ? [] : await clock.runUntil(fault.objections(trial));
  const overMs = clock.nowMs();
  const stillWrong = alone ? undefined : await untilNormal(fault, cast);
  callers.stop();
  await clock.runFor(LAST_ANSWERS_MS);
  await atEnd?.(cast);

  const incidents = chronicle.incidents.slice(openedBefore);
  const moves = chronicle.moves.slice(movesBefore);
  const mendings = chronicle.steps.slice(stepsBefore).filter(({ target = '' }) => !isOfAMove(target, moves));
  const menders = new Set(mendings.map(({ run }) => run));
  const since = (atMs: number | undefined): number | undefined => (atMs === undefined ? undefined : atMs - beganMs);
  const lost = requests.filter(({ sentAtMs, lostAt }) => lostAt !== undefined && sentAtMs >= beganMs);
  const isAffected = ({ region }: Told): boolean => fault.affected.includes(region);
  const isHelpless = ({ region }: Told): boolean => fault.beyondHelp?.includes(region) === true;
  const felt = lost.filter((one) => isAffected(one) && !isHelpless(one));
  const mitigatedAtMs = answeredSince(felt, beganMs, clock.nowMs());
  const repairs = chronicle.outcomes
    .slice(outcomesBefore)
    .filter(({ outcome, run }) => outcome === 'repaired' && menders.has(run));
  const repairedAtMs = latest(
    repairs.map(({ settledAtMs, atMs }) => (typeof settledAtMs === 'number' ? settledAtMs : atMs)),
  );
  const isExpected = (cause: Cause): boolean => fault.causes.length === 0 || fault.causes.includes(cause);
  const detectedAtMs = earliest([
    ...incidents
      .filter(({ cause, formerly = [] }) => [cause, ...formerly].some(isExpected))
      .map(({ openedAtMs }) => openedAtMs),
    ...repairs.map(({ startedAtMs, atMs }) => (typeof startedAtMs === 'number' ? startedAtMs : atMs)),
  ]);
  const normalAtMs = Math.max(
    chronicle.changedAtMs,
    ...chronicle.outcomes.slice(outcomesBefore).map(({ atMs }) => atMs),
    ...lost.map(({ sentAtMs }) => sentAtMs),
    overMs,
  );
  return {
    row: fault.row,
    seed,
    causes: incidents.map(({ id, cause }) => chronicle.openedAs.get(id) ?? cause),
    escalated: chronicle.escalated.slice(escalatedBefore),
    detectedAfterMs: since(detectedAtMs),
    mitigatedAfterMs: since(mitigatedAtMs),
    repairedAfterMs: since(repairedAtMs),
    normalAfterMs: stillWrong === undefined && !alone ? normalAtMs - overMs : undefined,
    notNormal: stillWrong,
    lost: { affected: lost.filter(isAffected).length, others: lost.filter((one) => !isAffected(one)).length },
    lostBy: countedBy(lost, ({ region, lostAt }) => `${region}: ${lostAt}`),
    callsUntilMitigated: calls.between(beganMs, mitigatedAtMs ?? overMs),
    callsWhileItLasts: calls.between(beganMs, overMs),
    calls: calls.between(beganMs, clock.nowMs()),
    moves: moves.map(({ atMs, what, of }) => ({ what, of, afterMs: atMs - beganMs })),
    outOfService: [...chronicle.outOfService]
      .filter(([, atMs]) => atMs.some((one) => one >= beganMs))
      .map(([region]) => region),
    mended: [...new Set(mendings.map(({ target = '' }) => target as TargetKey))],
    simulatedMs: clock.nowMs() - cast.bornMs,
    objections,
  };
}

/** Relents, and waits. Answers what is still wrong at the limit. */
async function untilNormal(fault: Fault, cast: SettledCast): Promise<string | undefined> {
  const { bed, trial } = cast;
  const { clock } = bed;
  if (fault.relent !== undefined) await clock.runUntil(fault.relent(trial));
  const untilMs = clock.nowMs() + NORMAL_WITHIN_MS;
  while (clock.nowMs() < untilMs) {
    await clock.runFor(LOOK_EVERY_MS);
    if (!(await isWell(cast))) continue;
    await clock.runFor(STAYS_NORMAL_MS);
    if (await isWell(cast)) return undefined;
  }
  return notWell(cast);
}

/** Whatever is to call home's functions and workflows gets lost; the agents in each member keep their beat. */
function silence(world: World): void {
  world.weather.event = ({ targetArn }) => (/_(?:probe|watch|bit)$/.test(targetArn) ? 'delivered' : 'lost');
}

/** The records of a view are written to steer its callers, and to let them back. */
const isOfAMove = (target: string, moves: readonly Move[]): boolean =>
  moves.some(({ what, of }) => what.endsWith('steer') && target === `records/${of.split('>')[0]}`);

/** From when on nobody of them lost a request for half a minute. `undefined`: that never came, or was never watched. */
function answeredSince(lost: readonly Told[], beganMs: number, untilMs: number): number | undefined {
  const lostAtMs = lost.map(({ sentAtMs }) => sentAtMs).toSorted((a, b) => a - b);
  const first = lostAtMs[0];
  // Names and caches carry callers for a while: nobody may have felt anything yet, or ever will.
  if (first === undefined) return beganMs;
  let last = first;
  for (const atMs of lostAtMs) {
    if (atMs - last > ANSWERED_FOR_MS) break;
    last = atMs;
  }
  return untilMs - last > ANSWERED_FOR_MS ? last + 1 : undefined;
}

const earliest = (atMs: readonly number[]): number | undefined => (atMs.length === 0 ? undefined : Math.min(...atMs));
const latest = (atMs: readonly number[]): number | undefined => (atMs.length === 0 ? undefined : Math.max(...atMs));

const countedBy = <Item>(items: readonly Item[], nameOf: (item: Item) => string): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(items, nameOf)].map(([name, group]) => [name, group.length]));
