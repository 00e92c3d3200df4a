import { inProcesses } from '../local/processes.ts';
import type { Bench, Breakdown } from './report.ts';
import { columns, type Week, type WeekJob } from './week-world.ts';

const A_WEEK_HOURS = 168;
const SEED = 'week';
const EVERY_MS = 10_000;
const WORKER = new URL('./week-worker.ts', import.meta.url);
const MOST_SHOWN = 15;

const shareOf = ({ answered, lostNeedlessly }: Week): number => (100 * answered) / (answered + lostNeedlessly);
const shareOfAll = ({ answered, sent }: Week): number => (100 * answered) / sent;
const percent = (share: number): string => `${share.toFixed(3)} %`;

function besideEachOther(weeks: readonly Week[]): Breakdown {
  const row = (name: string, of: (week: Week) => string | number) => [name, ...weeks.map((week) => String(of(week)))];
  return {
    title: 'The same week, with the same faults',
    head: ['', ...weeks.map(({ column }) => column)],
    rows: [
      row('requests', ({ sent }) => sent),
      row('answered', ({ answered }) => answered),
      row('lost though somebody could have answered', ({ lostNeedlessly }) => lostNeedlessly),
      row('lost as nobody could', ({ lostHelplessly }) => lostHelplessly),
      row('answered, of those that somebody could answer', (week) => percent(shareOf(week))),
      row('answered, of all', (week) => percent(shareOfAll(week))),
      row('faults', ({ blows }) => blows),
      row('of these too late: broken or out of reach already', ({ missed }) => missed),
      row('incidents', ({ incidents }) => incidents),
      row('still open at the end', ({ stillOpen }) => stillOpen),
      row('people told', ({ escalated }) => escalated),
      row('steers', ({ steers }) => steers),
      row('simulated hours a second of CPU', ({ hours, cpuMs }) => ((hours * 1_000) / cpuMs).toFixed(3)),
      row('seconds of this machine', ({ wallMs }) => (wallMs / 1_000).toFixed(0)),
    ],
  };
}

const most = (title: string, counts: Readonly<Record<string, number>>): Breakdown => ({
  title,
  head: ['', 'requests'],
  rows: Object.entries(counts)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, MOST_SHOWN),
});

/** A week of ten members with three faults an hour: what callers get of it, and what they would get without us. */
export const week: Bench = {
  name: 'week',
  about: 'a week of ten members with three random faults an hour, and without us (--hours 24)',
  takesLong: true,
  async run(tell, { hours = A_WEEK_HOURS }) {
    const jobs = columns.map((column): WeekJob => ({ column, seed: SEED, hours, everyMs: EVERY_MS }));
    tell(`${hours} hours, a request each ${EVERY_MS / 1_000} s in every member`);
    const weeks = (await inProcesses<Week>(WORKER, jobs, { progress: tell })).toSorted(
      (a, b) => columns.indexOf(a.column) - columns.indexOf(b.column),
    );
    const [withAll] = weeks;
    if (withAll === undefined) throw new Error('no week came to its end');
    return {
      figures: [
        {
          figure: 'not answered, of those that somebody could answer',
          measured: 100 - shareOf(withAll),
          unit: '%',
          bound: { atMost: 0.1 },
        },
        { figure: `one request a member each`, measured: EVERY_MS / 1_000, unit: 's' },
      ],
      breakdowns: [
        besideEachOther(weeks),
        most('Lost though somebody could have answered, with all: after what had been broken last', withAll.lostAfter),
        most('and by whom, and where they ended', withAll.lostBy),
      ],
    };
  },
};
