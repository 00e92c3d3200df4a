import { workOff } from '../local/processes.ts';
import { commit } from './bugs/commit.ts';
import { bugs } from './bugs/index.ts';
import type { BugAnswer, BugJob } from './jobs.ts';

async function hunted({ bug: name, isLeftOut, seeds, options }: BugJob): Promise<BugAnswer> {
  const bug = bugs.find((candidate) => candidate.name === name);
  if (bug === undefined) throw new Error(`no bug is called ${name}`);
  if (isLeftOut !== true) commit(bug);
  // Only now: what is loaded from here on has the mistake in it.
  const { play } = await import('./play.ts');
  const { scheduleOf } = await import('./schedule.ts');
  const began = process.cpuUsage();
  const cpuMs = (): number => process.cpuUsage(began).user / 1_000;
  const { only = options.only, anHour = options.anHour } = bug;
  for (const [index, seed] of seeds.entries()) {
    const schedule = scheduleOf(seed, {
      ...options,
      ...(only !== undefined && { only }),
      ...(anHour !== undefined && { anHour }),
    });
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
