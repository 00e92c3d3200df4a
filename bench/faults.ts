import { boundsOf, isOfRow } from '../local/faults/bounds.ts';
import type { CallsMade } from '../local/faults/calls-made.ts';
import { faults as catalog } from '../local/faults/catalog.ts';
import type { Course } from '../local/faults/course.ts';
import { evacuateTheLast } from '../local/faults/last-healthy.ts';
import { inProcesses } from '../local/processes.ts';
import type { Answer, Job, Tried } from './fault-jobs.ts';
import { type Bench, type BenchOptions, type Breakdown, type Figure, percentile } from './report.ts';

const SEEDS = 50;
/** AWS's own quarter of an hour says little more with every seed. */
const FEWER_SEEDS: Readonly<Record<string, number>> = { '4b': 0.2 };
/** Rows whose callers must get to somebody else though nobody in home is told, and home makes no call. */
const ALONE = ['5', '6', '7'];

const SECOND_MS = 1_000;
const WORKER = new URL('./fault-worker.ts', import.meta.url);

/** '5a', or '5a alone'. */
const nameOf = ({ row, alone }: Job): string => (alone ? `${row} alone` : row);

function jobsOf({ rows, seeds = SEEDS }: BenchOptions): readonly Job[] {
  const isAsked = (row: string): boolean => rows === undefined || rows.some((of) => isOfRow(row, of));
  return catalog
    .filter(({ row }) => isAsked(row))
    .flatMap(({ row }) => {
      const isAlone = ALONE.some((of) => isOfRow(row, of));
      const numbers = Array.from({ length: Math.ceil(seeds * (FEWER_SEEDS[row] ?? 1)) }, (_, index) => index + 1);
      return [false, ...(isAlone ? [true] : [])].flatMap((alone) =>
        numbers.map((number) => ({ row, alone, seed: `fault ${number}` })),
      );
    });
}

const seconds = (ms: number): string =>
  Number.isFinite(ms) ? String(Number((ms / SECOND_MS).toFixed(ms < 100 * SECOND_MS ? 1 : 0))) : 'never';

/** What was never seen counts as the worst there is. */
const orNever = (ms: number | undefined): number => ms ?? Number.POSITIVE_INFINITY;

function both(courses: readonly Course[], of: (course: Course) => number, say: (sample: number) => string): string {
  const samples = courses.map(of);
  return `${say(percentile(samples, 0.5))} / ${say(percentile(samples, 0.99))}`;
}

type Groups = ReadonlyMap<string, readonly Tried[]>;

function timesOf(groups: Groups): Breakdown {
  return {
    title: 'Seconds of simulated time since the fault began, and requests lost of one a second and member: p50 / p99',
    head: ['row', 'fault', 'worlds', 'detected', 'mitigated', 'repaired', 'normal after its end', 'lost', 'others'],
    rows: [...groups].map(([name, tried]) => {
      const courses = tried.map(({ course }) => course);
      const time = (of: (course: Course) => number | undefined): string =>
        both(courses, (one) => orNever(of(one)), seconds);
      const fault = catalog.find(({ row }) => row === tried[0]?.row);
      const isSeen = fault === undefined || fault.causes.length > 0;
      return [
        name,
        fault?.name ?? '',
        courses.length,
        isSeen && tried[0]?.alone !== true ? time(({ detectedAfterMs }) => detectedAfterMs) : '-',
        time(({ mitigatedAfterMs }) => mitigatedAfterMs),
        // What ends by itself is repaired by nobody.
        courses.every(({ repairedAfterMs }) => repairedAfterMs === undefined)
          ? '-'
          : time(({ repairedAfterMs }) => repairedAfterMs),
        tried[0]?.alone === true ? '-' : time(({ normalAfterMs }) => normalAfterMs),
        both(courses, ({ lost }) => lost.affected, String),
        courses.reduce((sum, { lost }) => sum + lost.others, 0),
      ];
    }),
  };
}

function callsOf(groups: Groups): Breakdown {
  const kinds = ['reads', 'writes', 'route53', 'toUsEast1'] as const satisfies readonly (keyof CallsMade)[];
  const say = (count: number): string => String(count);
  return {
    title: 'Calls to AWS but the state table, until callers were answered, and in all: p50 / p99',
    head: [
      'row',
      ...['reads', 'writes', 'to Route 53', 'to us-east-1 from elsewhere'].flatMap((kind) => [kind, 'in all']),
      'mended',
      'steers',
    ],
    rows: [...groups].map(([name, tried]) => {
      const courses = tried.map(({ course }) => course);
      return [
        name,
        ...kinds.flatMap((kind) => [
          both(courses, ({ callsUntilMitigated }) => callsUntilMitigated[kind], say),
          both(courses, ({ calls }) => calls[kind], say),
        ]),
        both(courses, ({ mended }) => mended.length, say),
        both(courses, ({ moves }) => moves.filter(({ what }) => what === 'steer').length, say),
      ];
    }),
  };
}

/** Causes of the incidents that were opened, in their order, and in how many worlds it was so. */
function causesOf(groups: Groups): Breakdown {
  return {
    title: 'Incidents, in the order in which they were opened',
    head: ['row', 'worlds', 'causes'],
    rows: [...groups].flatMap(([name, tried]) =>
      [...Map.groupBy(tried, ({ course }) => course.causes.join(', ') || 'none')]
        .toSorted(([, a], [, b]) => b.length - a.length)
        .map(([causes, of]) => [name, of.length, causes]),
    ),
  };
}

function heldOf(groups: Groups): Breakdown {
  return {
    title: 'Not as promised',
    head: ['row', 'worlds', 'what', 'in the world of'],
    rows: [...groups].flatMap(([name, tried]) =>
      [
        ...Map.groupBy(
          tried.flatMap(({ held, seed }) => held.map((what) => ({ what, seed }))),
          ({ what }) => what,
        ),
      ].map(([what, of]) => [name, of.length, what, of[0]?.seed ?? '']),
    ),
  };
}

const figuresOf = (name: string, tried: readonly Tried[]): readonly Figure[] => {
  const row = tried[0]?.row ?? '';
  const courses = tried.map(({ course }) => course);
  const timed = boundsOf(row)
    .filter(({ figure }) => tried[0]?.alone !== true || figure === 'callers answered again')
    .flatMap(({ figure, of, p50Ms, p99Ms }) => {
      const samples = courses.map((course) => orNever(of(course)));
      const one = (share: number, atMostMs: number | undefined): readonly Figure[] =>
        atMostMs === undefined
          ? []
          : [
              {
                figure: `${name}: ${figure}, p${share * 100}`,
                measured: percentile(samples, share) / SECOND_MS,
                unit: 's',
                bound: { atMost: atMostMs / SECOND_MS },
              },
            ];
      return [...one(0.5, p50Ms), ...one(0.99, p99Ms)];
    });
  const held = tried.reduce((sum, one) => sum + one.held.length, 0);
  return [...timed, { figure: `${name}: not as promised`, measured: held, unit: '', bound: { exactly: 0 } }];
};

const SAID_EVERY_MS = 10_000;

/** Every fault the fleet must survive unattended, each in many worlds. */
export const faults: Bench = {
  name: 'faults',
  about: 'every fault in 50 worlds each: detected, mitigated, repaired, lost (--rows 1,2a --seeds 50)',
  takesLong: true,
  async run(tell, options) {
    const jobs = jobsOf(options);
    const strange = (options.rows ?? []).filter((of) => of !== '17' && !catalog.some(({ row }) => isOfRow(row, of)));
    if (strange.length > 0) throw new Error(`no fault is in row ${strange.join(', ')}`);
    const beganMs = performance.now();
    let saidMs = beganMs;
    tell(`${jobs.length} worlds`);
    const answers = await inProcesses<Answer>(WORKER, jobs, {
      answered(answer, done) {
        const nowMs = performance.now();
        if ('failed' in answer) tell(`${nameOf(answer.job)}, ${answer.job.seed}: ${answer.failed}`);
        if (nowMs - saidMs < SAID_EVERY_MS && done < jobs.length) return;
        saidMs = nowMs;
        tell(`${done} of ${jobs.length} worlds in ${((nowMs - beganMs) / SECOND_MS).toFixed(0)} s`);
      },
    });
    const wallMs = performance.now() - beganMs;
    const tried = answers.flatMap((answer) => ('tried' in answer ? [answer.tried] : []));
    // Whoever was quicker comes first: the order of the catalog, and of seeds, is that of the jobs.
    const place = new Map(jobs.map((job, index) => [`${nameOf(job)} ${job.seed}`, index]));
    const placeOf = (one: Tried): number => place.get(`${nameOf(one)} ${one.seed}`) ?? 0;
    const groups = Map.groupBy(
      tried.toSorted((a, b) => placeOf(a) - placeOf(b)),
      nameOf,
    );
    const isAsked17 = options.rows === undefined || options.rows.includes('17');
    const wrongIn17 = isAsked17 ? await evacuateTheLast('fault 17') : undefined;
    const simulatedHours = tried.reduce((sum, { course }) => sum + course.simulatedMs, 0) / 3_600_000;
    return {
      figures: [
        ...[...groups].flatMap(([name, of]) => figuresOf(name, of)),
        ...(wrongIn17 === undefined ? [] : [lastMember(wrongIn17)]),
        {
          figure: 'requests lost by callers that a fault does not concern',
          measured: tried.reduce((sum, { course }) => sum + course.lost.others, 0),
          unit: 'requests',
          bound: { exactly: 0 },
        },
        { figure: 'worlds that came to no end', measured: failedIn(answers), unit: '', bound: { exactly: 0 } },
        { figure: 'simulated hours', measured: simulatedHours, unit: 'hours' },
        { figure: 'of this machine', measured: wallMs / SECOND_MS, unit: 's' },
      ],
      breakdowns: [timesOf(groups), callsOf(groups), causesOf(groups), heldOf(groups), ...wrongs(wrongIn17)],
    };
  },
};

const failedIn = (answers: readonly Answer[]): number => answers.filter((answer) => 'failed' in answer).length;

const lastMember = (wrong: readonly string[]): Figure => ({
  figure: '17: evacuating the last healthy member by hand: not as promised',
  measured: wrong.length,
  unit: '',
  bound: { exactly: 0 },
});

const wrongs = (wrong: readonly string[] = []): readonly Breakdown[] =>
  wrong.length === 0 ? [] : [{ title: 'Row 17', head: ['what'], rows: wrong.map((what) => [what]) }];
