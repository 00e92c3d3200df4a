import { inProcesses } from '../local/processes.ts';
import type { Hours, HoursJob, Weather } from './hours-world.ts';
import type { Bench, Breakdown } from './report.ts';

const WORKER = new URL('./hours-worker.ts', import.meta.url);
const SIZES = [3, 5, 10];
const MEASURED_HOURS = 12;
const AN_AIM = 5;

const fastest = (all: readonly Hours[]): Hours => {
  const [first, ...others] = all.toSorted((a, b) => a.hoursCpuMs - b.hoursCpuMs);
  if (first === undefined || others.length === 0) throw new Error('each world is played on two cores at once');
  return first;
};

const table = (weather: Weather, played: readonly Hours[]): Breakdown => ({
  title: `${weather}: what a world takes of the processor`,
  head: [
    'members',
    'hours a CPU-second',
    'hours a minute of two cores',
    'install, ms',
    'join, ms',
    'worked out an hour',
    'remembered an hour',
  ],
  rows: SIZES.map((members) => {
    const both = played.filter((one) => one.weather === weather && one.members === members);
    const { hours, hoursCpuMs, installCpuMs, joinCpuMs, workedAnHour, recalledAnHour } = fastest(both);
    return [
      members,
      ((hours * 1_000) / hoursCpuMs).toFixed(2),
      Math.round(both.reduce((sum, one) => sum + (one.hours * 60_000) / one.hoursWallMs, 0)),
      Math.round(installCpuMs),
      Math.round(joinCpuMs),
      Math.round(workedAnHour),
      Math.round(recalledAnHour),
    ];
  }),
});

/** How fast worlds are lived through, each size in two processes at once: what a campaign of thousands of them costs. */
export const clear: Bench = {
  name: 'clear',
  about: 'simulated fleet-hours a CPU-second, of 3, 5 and 10 members, in clear weather and in storms (--hours 12)',
  takesLong: true,
  async run(tell, { hours = MEASURED_HOURS }) {
    const jobs = (['clear', 'stormy'] as const).flatMap((weather) =>
      SIZES.flatMap((members) =>
        ['one', 'two'].map((seed): HoursJob => ({ weather, members, hours, seed: `hours/${seed}` })),
      ),
    );
    const played = await inProcesses<Hours>(WORKER, jobs, {
      jobsEach: 1,
      answered: ({ weather, members, hoursCpuMs }, done) =>
        tell(`${done} of ${jobs.length}: ${members} members, ${weather}: ${Math.round(hoursCpuMs / hours)} ms an hour`),
    });
    const aim = fastest(played.filter(({ weather, members }) => weather === 'clear' && members === AN_AIM));
    return {
      figures: [
        {
          figure: `simulated hours a CPU-second, ${AN_AIM} members, clear`,
          measured: (aim.hours * 1_000) / aim.hoursCpuMs,
          unit: 'hours',
        },
        // Not of the machine: where this grows, something is worked out anew that has not changed.
        {
          figure: 'worked out an hour in clear weather',
          measured: aim.workedAnHour,
          unit: 'answers',
          bound: { atMost: 1_000 },
        },
      ],
      breakdowns: [
        table('clear', played),
        table('stormy', played),
        {
          title: `calls an hour, ${AN_AIM} members, clear`,
          head: ['call', 'an hour'],
          rows: Object.entries(aim.callsAnHour)
            .toSorted(([, a], [, b]) => b - a)
            .map(([name, count]) => [name, Math.round(count)]),
        },
      ],
    };
  },
};
