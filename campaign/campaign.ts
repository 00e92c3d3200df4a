import { inProcesses } from '../local/processes.ts';
import type { BugAnswer, BugJob, WorldAnswer, WorldJob } from './jobs.ts';
import type { KeptWorlds } from './kept-worlds.ts';
import { type Summary, summaryOf } from './report/summary.ts';
import { HOUR_MS, type ScheduleOptions } from './schedule.ts';

const WORLD_WORKER = new URL('./world-worker.ts', import.meta.url);
const BUG_WORKER = new URL('./bug-worker.ts', import.meta.url);
const SAID_EVERY_MS = 10_000;
/** What a process keeps of worlds that are over is little, and not nothing. */
const WORLDS_EACH = 500;

type Tell = (progress: string) => void;

/** What outlives a campaign, and what ends it. */
export interface Around {
  /** Worlds that were played before are not played again, and those that are played now are kept. */
  readonly kept?: KeptWorlds | undefined;
  /** Worlds under way come to their end; no other is begun. */
  readonly stop?: AbortSignal;
}

/** Plays the worlds of these seeds on every core, and tells how it is getting on. */
export async function campaign(
  seeds: readonly string[],
  options: ScheduleOptions,
  tell: Tell,
  { kept, stop }: Around = {},
): Promise<Summary> {
  const beganMs = performance.now();
  const before = seeds.flatMap((seed) => kept?.of(seed) ?? []);
  const jobs = seeds.filter((seed) => kept?.of(seed) === undefined).map((seed): WorldJob => ({ seed, options }));
  let [saidMs, endedMs] = [beganMs, beganMs];
  let hours = 0;
  let violations = 0;
  const played = await inProcesses<WorldAnswer>(WORLD_WORKER, jobs, {
    jobsEach: WORLDS_EACH,
    ...(stop !== undefined && { stop }),
    answered(answer, done) {
      kept?.keep(answer, (performance.now() - endedMs) / 1_000);
      endedMs = performance.now();
      if ('failed' in answer) tell(`${answer.seed} came to no end: ${answer.failed}`);
      else {
        hours += answer.played.simulatedMs / HOUR_MS;
        violations += answer.played.violations.length;
        const [first] = answer.played.violations;
        if (first !== undefined) tell(`${answer.played.seed}: ${first.invariant}: ${first.says}`);
      }
      const nowMs = performance.now();
      if (nowMs - saidMs < SAID_EVERY_MS && done < jobs.length) return;
      saidMs = nowMs;
      const seconds = (nowMs - beganMs) / 1_000;
      const left = (seconds / done) * (jobs.length - done);
      tell(
        `${done} of ${jobs.length} worlds, simulated hours: ${hours.toFixed(0)}, violations: ${violations}; ${seconds.toFixed(0)} s${done < jobs.length ? `, ${left.toFixed(0)} s to go` : ''}`,
      );
    },
  });
  // Whoever was quicker came first: the order is that of the seeds.
  const place = new Map(seeds.map((seed, index) => [seed, index]));
  const placeOf = (answer: WorldAnswer): number =>
    place.get('played' in answer ? answer.played.seed : answer.seed) ?? 0;
  return summaryOf(
    [...before, ...played].toSorted((a, b) => placeOf(a) - placeOf(b)),
    (performance.now() - beganMs) / 1_000 + (kept?.seconds ?? 0),
    options,
  );
}

/**
 * Lets each deliberate mistake loose, and answers what it took to find it. Each world in which one was found is played again
 * without it: what is found there as well is no mistake of ours to make.
 */
export async function hunt(
  bugs: readonly string[],
  seeds: readonly string[],
  options: ScheduleOptions,
  tell: Tell,
): Promise<readonly BugAnswer[]> {
  const jobs = bugs.map((bug): BugJob => ({ bug, seeds, options }));
  const answers = await inProcesses<BugAnswer>(BUG_WORKER, jobs, {
    // A mistake is loaded with the product, once in the life of a process.
    jobsEach: 1,
    answered({ bug, worlds, foundBy }, done) {
      const how =
        foundBy === undefined ? `NOT FOUND in ${worlds} worlds` : `found in world ${worlds}: ${foundBy.invariant}`;
      tell(`${done} of ${jobs.length}: ${bug}: ${how}`);
    },
  });
  const controls = answers
    .filter(({ foundBy }) => foundBy !== undefined)
    .map(({ bug, worlds }): BugJob => ({ bug, isLeftOut: true, seeds: seeds.slice(worlds - 1, worlds), options }));
  const withoutIt = new Map<string, string>();
  await inProcesses<BugAnswer>(BUG_WORKER, controls, {
    jobsEach: 1,
    answered({ bug, foundBy }) {
      if (foundBy === undefined) return;
      withoutIt.set(bug, `${foundBy.invariant}: ${foundBy.says}`);
      tell(`${bug}: in the same world without it, ${foundBy.invariant}: ${foundBy.says}`);
    },
  });
  return answers
    .map((answer) => ({ ...answer, withoutIt: withoutIt.get(answer.bug) }))
    .toSorted((a, b) => bugs.indexOf(a.bug) - bugs.indexOf(b.bug));
}
