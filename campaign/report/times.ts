import { container, type Markup, text } from '../../map/markup.ts';
import { ink } from '../../map/palette.ts';
import { HOUR_MS, MINUTE_MS } from '../schedule.ts';
import { box, type Note, type Plot, plot, roundTicks, square, upright } from './plot.ts';
import { evenBins, LOG_BINS, logShare } from './shape.ts';
import type { Repairs, Summary } from './summary.ts';
import { count, counted, key, listed, paragraph, percentOf, section, time } from './words.ts';

/** What each kind of cause is, for whoever has not read the rest. */
const KINDS: Readonly<Record<string, string>> = {
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
  [5 * MINUTE_MS, '5'],
  [15 * MINUTE_MS, '15'],
  [HOUR_MS, '1 h'],
  [4 * HOUR_MS, '4'],
];

const ENDS = [
  ['repaired', 'well', 'put right by a repair'],
  ['passed', 'link', 'passed when what caused it did'],
  ['never', 'sick', 'open to the end of the world'],
] as const;

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
  return square(`how long incidents of the kind ${kind} took`, 'canvas', ...columns, ...median);
}

const stripOf = (repairs: Repairs): Markup =>
  container(
    'div',
    { class: 'strip' },
    paragraph('', container('b', {}, text(repairs.kind)), text(KINDS[repairs.kind] ?? '')),
    columnsOf(repairs),
    paragraph(
      '',
      container('b', {}, text(counted(repairs.incidents, 'incident'))),
      text(
        Number.isNaN(repairs.p50Ms) ? 'none was repaired' : `half ${time(repairs.p50Ms)}, 90 % ${time(repairs.p90Ms)}`,
      ),
    ),
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
export function repairSection({ repairs }: Summary): Markup {
  const all = repairs.reduce((sum, { incidents }) => sum + incidents, 0);
  const [most] = repairs;
  if (most === undefined)
    return section('Time to repair', 'Nothing went wrong that callers could have felt: no incident was opened.');
  const repaired = repairs.filter(({ p50Ms }) => !Number.isNaN(p50Ms)).toSorted((a, b) => a.p50Ms - b.p50Ms);
  const [quickest, slowest] = [repaired.at(0), repaired.at(-1)];
  const spread =
    quickest === undefined || slowest === undefined
      ? 'None of them was put right by a repair: all passed with what had caused them.'
      : time(quickest.p50Ms) === time(slowest.p50Ms)
        ? `Half of those that were repaired took no longer than ${time(slowest.p50Ms)}, of whatever kind.`
        : `Half of those of ${quickest.kind} that were repaired took no longer than ${time(quickest.p50Ms)}, half of those of ${slowest.kind} up to ${time(slowest.p50Ms)}.`;
  return section(
    'Time to repair',
    `${counted(all, 'incident was', 'incidents were')} opened, most often of ${most.kind}. From the first that anybody noticed to the repair, on a scale that goes from seconds to hours; each row is as high as its fullest column. ${spread} The dashed line is the median of what was repaired. What passed by itself took as long as what had caused it: a Region that is dark cannot be repaired.`,
    container('div', { class: 'strips' }, ...repairs.map(stripOf), axis()),
    key(...ENDS.map(([, color, says]) => [ink(color), says] as const)),
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
                `${counted(worlds, 'world')} within ${(bin + 1) * width} min`,
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
  const parts = [
    `Once the weather is over, ${percentOf(atOnce / worlds)} of worlds are as declared at the first look, a minute later`,
    `half take up to ${time(settledAfterMs.p50)}, 99 in a hundred up to ${time(settledAfterMs.p99)}, the slowest took ${time(settledAfterMs.most)}`,
  ];
  const never =
    neverSettled === 0
      ? 'None took longer than it may.'
      : `${counted(neverSettled, 'world')} did not get there in the hour that it may take.`;
  return section(
    'Back to as declared',
    `${parts.join('; ')}. ${never} As declared is: no target drifts, no incident is open, no caller is kept off anybody, and no run is under way.`,
    plot(histogramOf(settledMinutes, settledAfterMs)),
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
