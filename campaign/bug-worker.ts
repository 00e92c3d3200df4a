import { workOff } from '../local/processes.ts';
import type { Bug } from './bugs/bug.ts';
import { commit } from './bugs/commit.ts';
import { bugs } from './bugs/index.ts';
import type { BugAnswer, BugJob } from './jobs.ts';
import type { ScheduleOptions } from './schedule.ts';

/** Short worlds of few members with much weather: a mistake that is met at all is met there, and many are played in no time. */
const WORLDS: ScheduleOptions = { hours: 3, members: [3, 4], anHour: 12 };

/** What somebody asked for comes before what the bug takes, and that before the hunt's own. */
const worldsOf = ({ only, at, anHour, hours, members }: Bug, asked: ScheduleOptions): ScheduleOptions => ({
  ...WORLDS,
  ...(only !== undefined && { only }),
  ...(at !== undefined && { at }),
  ...(anHour !== undefined && { anHour }),
  ...(hours !== undefined && { hours }),
  ...(members !== undefined && { members }),
  ...asked,
});

async function hunted({ bug: name, isLeftOut, seeds, options }: BugJob): Promise<BugAnswer> {
  const bug = bugs.find((candidate) => candidate.name === name);
  if (bug === undefined) throw new Error(`no bug is called ${name}`);
  if (isLeftOut !== true) commit(bug);
  // Only now: what is loaded from here on has the mistake in it.
  const { play } = await import('./play.ts');
  const { scheduleOf } = await import('./schedule.ts');
  const began = process.cpuUsage();
  const cpuMs = (): number => process.cpuUsage(began).user / 1_000;
  const worlds = worldsOf(bug, options);
  for (const [index, seed] of seeds.entries()) {
    const schedule = scheduleOf(seed, worlds);
    const foundBy = await play(schedule).then(
      ({ violations: [first] }) => first,
      // A world that comes to no end is one that something is wrong with.
      (error: unknown) => ({ invariant: 'comes to an end', says: String(error) }),
    );
    if (foundBy !== undefined)
      return {
        bug: name,
        worlds: index + 1,
        foundBy: { invariant: foundBy.invariant, says: foundBy.says },
        cpuMs: cpuMs(),
      };
  }
  return { bug: name, worlds: seeds.length, cpuMs: cpuMs() };
}

workOff(hunted);
