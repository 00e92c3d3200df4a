import { table } from '../../bench/report.ts';
import { howMany } from '../../control-plane/model/how-many.ts';
import { actNames, actOf } from '../acts/index.ts';
import { MINUTE_MS, places } from '../schedule.ts';
import { coverageOf, drawnActs, inWords } from './coverage.ts';
import { actsOf, FAMILIES } from './happened.ts';
import { availabilityOf, replayOf, type Summary } from './summary.ts';
import { count, hours, percentOf, time } from './words.ts';

const COLUMNS = 120;
const MOST_SHOWN = 20;
const MOST_NAMED = 4;
const INDENT = '  ';

/** Words in lines no longer than a terminal is wide, those after the first further in. */
function wrapped(says: string, indent = INDENT): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of says.split(' ')) {
    if (line.length + word.length > COLUMNS && line.trim() !== '') {
      lines.push(line.trimEnd());
      line = `${indent}${INDENT}`;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()].join('\n');
}

const times = (done: number, missed: number): string =>
  missed === 0 ? count(done) : `${count(done)} + ${count(missed)}`;

/** Each family with its acts, most frequent first. */
function happened({ done, missed }: Summary): string {
  const families = FAMILIES.map(([family, , name]) => {
    const sums = actsOf({ done, missed }, family);
    const mine = actNames.filter((what) => actOf(what).family === family);
    const isTried = (what: (typeof mine)[number]): boolean => (done[what] ?? 0) + (missed[what] ?? 0) > 0;
    const acts = mine
      .filter(isTried)
      .toSorted((a, b) => (done[b] ?? 0) - (done[a] ?? 0))
      .map((what) => `${what} ${times(done[what] ?? 0, missed[what] ?? 0)}`);
    const never = mine.filter((what) => !isTried(what));
    return [
      wrapped(`${name}, ${times(sums.done, sums.missed)}${acts.length === 0 ? '' : `: ${acts.join('; ')}`}`),
      ...(never.length === 0 ? [] : [wrapped(`not once: ${never.join(', ')}`, `${INDENT}${INDENT}`)]),
    ].join('\n');
  });
  return ['What happened, and after a plus how often it could not:', ...families].join('\n');
}

/** For each workflow, how many states were met by how many kinds of acts of each family. */
function coverage({ meetings, visits }: Summary): string {
  const { rows, possible, missing, mistaken } = coverageOf(meetings);
  const workflows = [...new Set(places.map(({ workflow }) => workflow))];
  const rowsOf = workflows.map((workflow) => {
    const mine = places.filter((place) => place.workflow === workflow);
    const runs = mine.reduce((sum, { state }) => sum + (visits[`${workflow}/${state}`] ?? 0), 0);
    const cells = FAMILIES.map(([family]) => {
      const can = rows
        .filter(({ what }) => actOf(what).family === family)
        .flatMap((row) => row.cells)
        .filter(({ place, whyNever }) => place.workflow === workflow && whyNever === undefined);
      return `${count(can.filter((cell) => cell.times > 0).length)}/${count(can.length)}`;
    });
    return [workflow, count(mine.length), count(runs), ...cells];
  });
  const parts = [
    `Coverage: ${count(possible - missing.length)} of ${count(possible)} combinations that can occur (${drawnActs.length} kinds of acts, ${places.length} states), ${percentOf((possible - missing.length) / possible)}`,
    table({ head: ['workflow', 'states', 'entered', ...FAMILIES.map(([family]) => `by ${family}`)], rows: rowsOf }),
  ];
  if (missing.length > 0) {
    const words = inWords(missing, MOST_NAMED);
    parts.push(`${howMany(missing.length, 'combination')} that can occur did not:`);
    parts.push(...words.slice(0, MOST_SHOWN).map((one) => wrapped(one)));
    if (words.length > MOST_SHOWN)
      parts.push(
        `${INDENT}and some at ${howMany(words.length - MOST_SHOWN, 'further state')}: report.html, which --report FOLDER writes, shows them all`,
      );
  }
  for (const { what, place } of mistaken)
    parts.push(wrapped(`${what} in ${place.workflow}/${place.state} happened, and was taken for impossible`));
  return parts.join('\n');
}

function broken({ violations, failed, options }: Summary): readonly string[] {
  const parts = violations
    .slice(0, MOST_SHOWN)
    .map(({ seed, atMs, invariant, says }) =>
      [
        wrapped(`${invariant}, in world ${seed} after ${(atMs / MINUTE_MS).toFixed(1)} min: ${says}`, ''),
        `${INDENT}${replayOf(seed, options)}`,
      ].join('\n'),
    );
  if (violations.length > MOST_SHOWN) parts.push(`and ${howMany(violations.length - MOST_SHOWN, 'further violation')}`);
  return [...parts, ...failed.slice(0, MOST_SHOWN).map(({ seed, failed: why }) => `${seed} came to no end: ${why}`)];
}

/** The report of a campaign, for a terminal of 120 columns. */
export function textOf(summary: Summary): string {
  const { worlds, simulatedHours, cpuSeconds, wallSeconds, violations, failed, settledAfterMs, asked } = summary;
  const faults = actsOf(summary, 'fault', 'weather');
  const people = actsOf(summary, 'operator', 'file');
  const { p50, p99, most } = settledAfterMs;
  const figures = [
    ['worlds', count(worlds)],
    [
      `worlds of ${Object.keys(summary.byMembers).join(', ')} members`,
      Object.values(summary.byMembers).map(count).join(', '),
    ],
    ['simulated hours', hours(simulatedHours)],
    ['simulated hours for a second of processor time', (simulatedHours / cpuSeconds).toFixed(2)],
    ['simulated hours for a minute of this machine', count((simulatedHours / wallSeconds) * 60)],
    ['seconds it took, of processor time', `${count(wallSeconds)}, ${count(cpuSeconds)}`],
    ['faults injected, things that people did', `${count(faults.done)}, ${count(people.done)}`],
    ['reads and writes of the control plane', `${count(summary.reads)}, ${count(summary.writes)}`],
    ['as declared after the weather, p50, p99, most', [p50, p99, most].map(time).join(', ')],
    ['worlds that were not within the hour', count(summary.neverSettled)],
    [
      'requests answered, of those that could be',
      `${percentOf(availabilityOf(asked))} of ${count(asked.answered + asked.needless)}`,
    ],
    ['violations', count(violations.length)],
    ['worlds that came to no end', count(failed.length)],
  ];
  const repairs = [...summary.repairs, summary.allRepairs].map(({ kind, incidents, p50Ms, p90Ms, mostMs }) => [
    kind,
    incidents,
    ...[p50Ms, p90Ms, mostMs].map(time),
  ]);
  return [
    table({ head: ['figure', ''], rows: figures }),
    ...(summary.allRepairs.incidents === 0
      ? []
      : [table({ head: ['incidents of', 'opened', 'repaired p50', 'p90', 'most'], rows: repairs })]),
    happened(summary),
    coverage(summary),
    ...broken(summary),
  ].join('\n\n');
}
