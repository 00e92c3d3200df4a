import { howMany } from '../../control-plane/model/how-many.ts';
import { container, type Markup, text } from '../../map/markup.ts';
import { ink } from '../../map/palette.ts';
import { HOUR_MS, MINUTE_MS } from '../schedule.ts';
import { box, gridline, type Note, type Plot, plot, roundTicks, square, upright } from './plot.ts';
import { evenBins, LOG_BINS, logShare } from './shape.ts';
import type { Repairs, Summary } from './summary.ts';
import { count, DASHES, key, listed, paragraph, percentOf, reading, section, time } from './words.ts';

/** What each kind of cause is, for whoever has not read the rest. */
const KINDS: Readonly<Record<string, string>> = {
  all: 'every kind of cause together',
  link: 'one pair of members',
  network: 'every link of a member',
  replica: "a member's API",
  region: 'a member that answers nobody',
  view: "names, for one member's callers",
  observer: 'who says that others are sick',
  fleet: 'every serving member at once',
};

const TIMES: readonly (readonly [ms: number, says: string])[] = [
  [3_000, '3 s'],
  [10_000, '10 s'],
  [MINUTE_MS, '1 min'],
  [5 * MINUTE_MS, '5 min'],
  [15 * MINUTE_MS, '15 min'],
  [HOUR_MS, '1 h'],
  [4 * HOUR_MS, '4 h'],
];

const ENDS = [
  ['repaired', 'well', 'put right by a repair'],
  ['passed', 'link', 'passed by itself, with what had caused it'],
  ['never', 'sick', 'open to the end of the world'],
] as const;

/** How many ended so. */
const endedSo = ({ bins }: Repairs, end: (typeof ENDS)[number][0]): number =>
  bins[end].reduce((sum, times) => sum + times, 0);

/** One kind's times, as columns that lie on each other; the highest takes the whole height. */
function columnsOf({ kind, bins, p50Ms }: Repairs): Markup {
  const sums = Array.from({ length: LOG_BINS }, (_, at) => ENDS.reduce((sum, [end]) => sum + (bins[end][at] ?? 0), 0));
  const most = Math.max(1, ...sums);
  const columns = sums.flatMap((sum, at) => {
    let low = 0;
    return ENDS.flatMap(([end, color, says]) => {
      const share = (bins[end][at] ?? 0) / most;
      if (share === 0) return [];
      const from = { from: (at + 0.06) / LOG_BINS, to: (at + 0.94) / LOG_BINS, low, high: low + share };
      low += share;
      return [box(from, ink(color), `${count(bins[end][at] ?? 0)} of ${count(sum)} in this column: ${says}`)];
    });
  });
  const median = Number.isNaN(p50Ms) ? [] : [upright(logShare(p50Ms), 'ink', 'dashes')];
  const lines = TIMES.map(([ms]) => gridline(logShare(ms)));
  return square(`how long incidents took: ${KINDS[kind] ?? kind}`, 'canvas', ...lines, ...columns, ...median);
}

/** '12 repaired: half within 5 s, nine of ten within 7.8 min'; of fewer than three there is nothing to divide. */
function repairedIn(repairs: Repairs): string {
  const repaired = endedSo(repairs, 'repaired');
  if (repaired === 0) return 'none put right by a repair';
  if (repaired < 3) return `${repaired} repaired, within ${time(repairs.mostMs)}`;
  return `${count(repaired)} repaired: half within ${time(repairs.p50Ms)}, nine of ten within ${time(repairs.p90Ms)}`;
}

const stripOf = (repairs: Repairs): Markup =>
  container(
    'div',
    { class: repairs.kind === 'all' ? 'strip tall' : 'strip' },
    paragraph('', container('b', {}, text(repairs.kind)), text(KINDS[repairs.kind] ?? '')),
    columnsOf(repairs),
    paragraph('', container('b', {}, text(howMany(repairs.incidents, 'incident'))), repairedIn(repairs)),
  );

const axis = (): Markup =>
  container(
    'div',
    { class: 'strip axis' },
    container('span', {}),
    plot({
      says: 'from seconds to hours',
      heightPx: 0,
      across: TIMES.map(([ms, says]) => ({ at: logShare(ms), says })),
      up: [],
      shapes: [],
    }),
    container('span', {}),
  );

/** How long it took until what was wrong was put right. */
export function repairSection({ repairs, allRepairs: all }: Summary): Markup {
  if (all.incidents === 0)
    return section('Time to repair', 'Nothing went wrong that callers could have felt: no incident was opened.');
  const ends = ENDS.map(([end]) => endedSo(all, end));
  const [repaired = 0, passed = 0, never = 0] = ends;
  const found = [
    repaired === 0
      ? 'no repair put any of them right'
      : `a repair put ${count(repaired)} right, half of them within ${time(all.p50Ms)}, nine of ten within ${time(all.p90Ms)}`,
    ...(passed === 0 ? [] : [`${count(passed)} passed by ${passed === 1 ? 'itself' : 'themselves'}`]),
    ...(never === 0 ? [] : [`${count(never)} stayed open to the end`]),
  ];
  return section(
    'Time to repair',
    `${howMany(all.incidents, 'incident')}: ${found.join('; ')}.`,
    container('div', { class: 'strips' }, stripOf(all), ...repairs.map(stripOf), axis()),
    key(
      ...ENDS.filter((_, at) => (ends[at] ?? 0) > 0).map(([, color, says]) => [ink(color), says] as const),
      ...(repaired === 0 ? [] : [[DASHES, 'median of what was repaired'] as const]),
    ),
    reading(
      'From the first sign of it to the end, on a scale that goes from seconds to hours. Each row is as high as its fullest column.',
      ...(passed === 0
        ? []
        : ['What passed by itself took as long as what had caused it: a Region that is dark cannot be repaired.']),
    ),
  );
}

const MOST_COLUMNS = 60;

/** What is 60 minutes long in minutes, and what is 6 in steps of ten seconds. */
function histogramOf(minutes: readonly number[], { p50, p99, most }: Summary['settledAfterMs']): Plot {
  const mostMinutes = Math.max(1, most / MINUTE_MS);
  const width = Math.max(1, Math.ceil(mostMinutes / MOST_COLUMNS));
  const columns = Math.max(10, Math.ceil(mostMinutes / width));
  const bins = evenBins(minutes, width, columns);
  const ticks = roundTicks(Math.max(...bins), { whole: true });
  const top = ticks.at(-1) ?? 1;
  const at = (ms: number): number => ms / MINUTE_MS / (width * columns);
  // Where both fall together, one stands above the other.
  const notes: readonly Note[] = [
    { at: at(p50), up: 0.92, says: `half within ${time(p50)}`, color: 'ink', side: at(p50) > 0.6 ? 'left' : 'right' },
    { at: at(p99), up: 0.8, says: `99 % within ${time(p99)}`, color: 'ink', side: at(p99) > 0.6 ? 'left' : 'right' },
  ];
  return {
    says: `how many worlds took how many minutes until they were as declared: half ${time(p50)}, 99 in a hundred ${time(p99)}`,
    heightPx: 240,
    across: roundTicks(width * columns, { count: 6, whole: true })
      .filter((minute) => minute <= width * columns)
      .map((minute) => ({ at: minute / (width * columns), says: minute === 0 ? '0' : `${minute} min` })),
    up: ticks.map((tick) => ({ at: tick / top, says: count(tick) })),
    shapes: [
      ...bins.flatMap((worlds, bin) =>
        worlds === 0
          ? []
          : [
              box(
                { from: (bin + 0.06) / columns, to: (bin + 0.94) / columns, low: 0, high: worlds / top },
                ink('callers'),
                `${howMany(worlds, 'world')} within ${(bin + 1) * width} min`,
              ),
            ],
      ),
      upright(at(p50), 'ink', 'dashes'),
      upright(at(p99), 'ink', 'dashes'),
    ],
    notes,
  };
}

/** From the end of the weather until everything was as declared, with nobody moved and nothing open. */
export function settledSection({ settledMinutes, settledAfterMs, neverSettled, worlds }: Summary): Markup {
  if (settledMinutes.length === 0)
    return section('Back to as declared', 'No world came back to what is declared after its weather had ended.');
  const atOnce = settledMinutes.filter((minutes) => minutes <= 1).length;
  const never =
    neverSettled === 0
      ? 'None took longer than the hour that it may.'
      : `${howMany(neverSettled, 'world')} did not get there in the hour that it may take.`;
  return section(
    'Back to as declared',
    `When the weather was over, ${percentOf(atOnce / worlds)} of worlds were as declared within a minute, and the slowest after ${time(settledAfterMs.most)}. ${never}`,
    container('h3', {}, text('Worlds, by how long they took')),
    plot(histogramOf(settledMinutes, settledAfterMs)),
    reading(
      'As declared is: no target drifts, no incident is open, no caller is kept off anybody, and no run is under way. Each world is looked at once a minute.',
    ),
  );
}

export const membersWords = (byMembers: Summary['byMembers']): string => {
  const sizes = Object.keys(byMembers).map(Number);
  return sizes.length === 0
    ? ''
    : sizes.length === 1
      ? listed([`${sizes[0]}`])
      : `${Math.min(...sizes)} to ${Math.max(...sizes)}`;
};
