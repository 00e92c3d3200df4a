import { howMany } from '../../control-plane/model/how-many.ts';
import { container, type Markup, text } from '../../map/markup.ts';
import type { Ink } from '../../map/palette.ts';
import { BIN_MS } from '../course.ts';
import { HOUR_MS } from '../schedule.ts';
import { area, line, plot, roundTicks, type Tick, upright } from './plot.ts';
import type { Band } from './shape.ts';
import { availabilityOf, type Stretch, type Summary } from './summary.ts';
import { count, percentOf, reading, section, time } from './words.ts';

interface Along {
  readonly endMs: number;
  at(stretch: Stretch): number;
  readonly ticks: readonly Tick[];
}

function along(stretches: readonly Stretch[]): Along {
  const endMs = (stretches.at(-1)?.fromMs ?? 0) + BIN_MS;
  const hours = Math.floor(endMs / HOUR_MS);
  const step = Math.max(1, Math.ceil(hours / 8));
  const marks = Array.from({ length: Math.floor(hours / step) + 1 }, (_, index) => index * step);
  return {
    endMs,
    at: ({ fromMs }) => (fromMs + BIN_MS / 2) / endMs,
    ticks: marks.map((hour) => ({ at: (hour * HOUR_MS) / endMs, says: hour === 0 ? '0' : `${hour} h` })),
  };
}

const CLEARS = 'the weather ends';

function callsPlot({ stretches, clearedAfterMs }: Summary, of: 'reads' | 'writes', color: Ink): Markup {
  const { endMs, at, ticks } = along(stretches);
  const up = roundTicks(Math.max(...stretches.map((stretch) => stretch[of].high)));
  const top = up.at(-1) ?? 1;
  const heights = (pick: (band: Band) => number): readonly (readonly [number, number])[] =>
    stretches.map((stretch) => [at(stretch), pick(stretch[of]) / top]);
  return container(
    'div',
    {},
    container('h3', {}, text(`${of === 'reads' ? 'Reads' : 'Writes'} a minute, of a fleet`)),
    plot({
      says: `${of} a minute over a world's time, mean and the middle four fifths of worlds`,
      heightPx: 220,
      across: ticks,
      up: up.map((tick) => ({ at: tick / top, says: tick < 10 ? String(Number(tick.toFixed(1))) : count(tick) })),
      shapes: [
        area(
          heights(({ high }) => high),
          heights(({ low }) => low),
          color,
        ),
        line(
          heights(({ mean }) => mean),
          color,
        ),
        upright(clearedAfterMs / endMs, 'faint', 'dashes'),
      ],
      notes: [{ at: clearedAfterMs / endMs, up: 0.92, says: CLEARS, color: 'faint', side: 'left' }],
    }),
  );
}

/** What the control plane asked of AWS, from the first join to the calm after the weather. */
export function callsSection(summary: Summary): Markup {
  const { stretches, reads, writes, simulatedHours } = summary;
  if (stretches.length === 0) return section('Calls to AWS', 'No world lasted long enough to be drawn.');
  const busiest = stretches.reduce((best, one) => (one.reads.mean > best.reads.mean ? one : best));
  const last = stretches.at(-1) ?? busiest;
  const noWrites = last.writes.high === 0 ? ', and no writes when there is nothing left to put right' : '';
  return section(
    'Calls to AWS',
    `${count(busiest.reads.mean)} reads a minute at the busiest, ${time(busiest.fromMs)} after a world's beginning, ${count(last.reads.mean)} in the end${noWrites}.`,
    container(
      'div',
      { class: 'two' },
      callsPlot(summary, 'reads', 'joining'),
      callsPlot(summary, 'writes', 'repairing'),
    ),
    reading(
      `The line is the mean of all worlds, the band holds the middle four fifths of them. All in all the control plane made ${count(reads)} reads and ${count(writes)} writes: ${count(reads / simulatedHours)} and ${count(writes / simulatedHours)} in an hour of a fleet.`,
    ),
  );
}

/** Where the scale may begin, and round steps from there to 1. */
const FLOORS: readonly (readonly [floor: number, steps: number])[] = [
  [0.999, 5],
  [0.995, 5],
  [0.99, 5],
  [0.98, 4],
  [0.95, 5],
  [0.9, 5],
  [0.8, 4],
  [0.5, 5],
  [0, 5],
];

/** What is far below the line is cut off, so that everything near it is seen. */
const scaleOf = (lowest: number): { readonly floor: number; readonly steps: number; readonly digits: number } => {
  const [floor, steps] = FLOORS.find(([one]) => one <= lowest) ?? [0, 5];
  return { floor, steps, digits: floor >= 0.999 ? 2 : floor >= 0.98 ? 1 : 0 };
};

/** What callers in the members' VPCs had of it. */
export function availabilitySection({ stretches, asked, clearedAfterMs }: Summary): Markup {
  const seen = stretches.flatMap(({ availability, ...stretch }) =>
    availability === undefined ? [] : [{ stretch: { ...stretch, availability }, availability }],
  );
  const could = asked.answered + asked.needless;
  if (seen.length === 0) return section('Availability', 'Nobody asked: no member had joined.');
  const { endMs, at, ticks } = along(stretches);
  const { floor, steps, digits } = scaleOf(Math.min(...seen.map(({ availability }) => availability.mean)));
  const leastLucky = Math.min(...seen.map(({ availability }) => availability.low));
  const height = (share: number): number => Math.max(0, (share - floor) / (1 - floor));
  const up = Array.from({ length: steps + 1 }, (_, index) => floor + ((1 - floor) * index) / steps);
  const lowest = seen.reduce((low, one) => (one.availability.mean < low.availability.mean ? one : low));
  return section(
    'Availability',
    asked.needless === 0
      ? `All ${count(could)} requests that somebody could have answered were answered.`
      : `${percentOf(availabilityOf(asked))} of ${count(could)} requests that somebody could have answered were answered; ${howMany(asked.needless, 'was', 'were')} lost, until callers had been moved. The least of any five minutes was ${percentOf(lowest.availability.mean)}, ${time(lowest.stretch.fromMs)} after a world's beginning.`,
    container('h3', {}, text('Share of requests answered')),
    plot({
      says: `share of requests answered over a world's time, in all ${percentOf(availabilityOf(asked))}`,
      heightPx: 240,
      across: ticks,
      up: up.map((share) => ({ at: height(share), says: `${(share * 100).toFixed(digits)} %` })),
      shapes: [
        area(
          seen.map(({ stretch, availability }) => [at(stretch), height(availability.high)]),
          seen.map(({ stretch, availability }) => [at(stretch), height(availability.low)]),
          'well',
        ),
        line(
          seen.map(({ stretch, availability }) => [at(stretch), height(availability.mean)]),
          'well',
        ),
        upright(clearedAfterMs / endMs, 'faint', 'dashes'),
      ],
      notes: [{ at: clearedAfterMs / endMs, up: 0.04, says: CLEARS, color: 'faint', side: 'left' }],
    }),
    reading(
      "A caller in each member asks the fleet by its name once a minute. The line is all worlds' requests together; the shade reaches down to the least lucky twentieth of worlds",
      leastLucky < floor
        ? `(${percentOf(leastLucky)} at worst: it is cut off at ${percentOf(floor)}).`
        : 'at each moment.',
      asked.helpless === 0
        ? ''
        : `Left out ${asked.helpless === 1 ? 'is 1 request' : `are ${count(asked.helpless)} requests`} that nobody could have answered: everything that could be reached was broken.`,
    ),
  );
}
