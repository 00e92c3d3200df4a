import { table } from '../../bench/report.ts';
import { actNames, actOf } from '../acts/index.ts';
import { MINUTE_MS, places } from '../schedule.ts';
import { neverMet, type Summary } from './summary.ts';

const MOST_SHOWN = 20;

const count = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 0 });
const minutes = (ms: number): string => `${(ms / MINUTE_MS).toFixed(1)} min`;

/** For each workflow, how often something of each kind happened while a run of it was under way. */
function meetingsTable({ meetings }: Summary): string {
  const workflows = [...new Set(places.map(({ workflow }) => workflow))];
  const rows = actNames
    .filter((what) => actOf(what).isDrawn)
    .map((what) => [
      what,
      ...workflows.map((workflow) => {
        const states = places.filter((place) => place.workflow === workflow);
        const counts = states.map(({ state }) => meetings[what]?.[`${workflow}/${state}`] ?? 0);
        const met = counts.filter((of) => of > 0).length;
        return `${count(counts.reduce((sum, of) => sum + of, 0))} in ${met}/${states.length}`;
      }),
    ]);
  return table({ head: ['while a run was under way', ...workflows], rows });
}

/** The report of a campaign, for a terminal. */
export function textOf(summary: Summary): string {
  const { worlds, simulatedHours, cpuSeconds, wallSeconds, done, missed, violations, failed, settledAfterMs } = summary;
  const figures = [
    ['worlds', count(worlds)],
    [
      'members',
      Object.entries(summary.byMembers)
        .map(([members, of]) => `${members}: ${of}`)
        .join(', '),
    ],
    ['simulated hours', count(simulatedHours)],
    ['simulated hours a second of CPU', (simulatedHours / cpuSeconds).toFixed(2)],
    ['simulated hours a minute of this machine', count((simulatedHours / wallSeconds) * 60)],
    ['seconds of this machine', count(wallSeconds)],
    ['reads and writes of the control plane', `${count(summary.reads)}, ${count(summary.writes)}`],
    [
      'as declared after the weather, p50, p99, most',
      [settledAfterMs.p50, settledAfterMs.p99, settledAfterMs.most].map(minutes).join(', '),
    ],
    ['violations', count(violations.length)],
    ['worlds that came to no end', count(failed.length)],
  ];
  const acts = actNames.map((what) => [what, actOf(what).family, done[what] ?? 0, missed[what] ?? 0]);
  const never = neverMet(summary, actNames);
  const parts = [
    table({ head: ['figure', ''], rows: figures }),
    table({ head: ['what happened', 'kind', 'times', 'could not'], rows: acts }),
    meetingsTable(summary),
    never.length === 0
      ? 'Everything that can happen happened in every state of every workflow.'
      : `${count(never.length)} combinations never came together, of ${count(places.length * actNames.length)}: ${never.slice(0, MOST_SHOWN).join('; ')}${never.length > MOST_SHOWN ? ' ...' : ''}`,
  ];
  if (violations.length > 0)
    parts.push(
      table({
        head: ['seed', 'after', 'invariant', 'what'],
        rows: violations
          .slice(0, MOST_SHOWN)
          .map(({ seed, atMs, invariant, says }) => [seed, minutes(atMs), invariant, says]),
      }),
    );
  for (const { seed, failed: why } of failed.slice(0, MOST_SHOWN)) parts.push(`${seed} came to no end: ${why}`);
  return parts.join('\n\n');
}
