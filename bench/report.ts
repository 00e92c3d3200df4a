/** Where a bound stands. A figure without one is there to be read. */
export type Bound = { readonly atMost: number } | { readonly exactly: number };

/** One number that was measured, with its bound beside it. */
export interface Figure {
  readonly figure: string;
  readonly measured: number;
  /** 'calls', 'ms', 'simulated minutes' */
  readonly unit: string;
  readonly bound?: Bound;
}

export type Row = readonly (string | number)[];

/** What figures are made of: never judged. */
export interface Breakdown {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly Row[];
}

export interface Report {
  readonly figures: readonly Figure[];
  readonly breakdowns: readonly Breakdown[];
}

/** What a bench may be asked for on the command line. Each takes what concerns it. */
export interface BenchOptions {
  /** faults: '2' for 2a and 2b, or '2a'. Left out: all. */
  readonly rows?: readonly string[] | undefined;
  /** faults: worlds for each row. */
  readonly seeds?: number | undefined;
  /** week: of simulated time. Left out: all of them. */
  readonly hours?: number | undefined;
}

export interface Bench {
  readonly name: string;
  /** One line for `--help`. */
  readonly about: string;
  /** Runs only when it is named. */
  readonly takesLong?: boolean;
  run(tell: (progress: string) => void, options: BenchOptions): Promise<Report>;
}

/** Of samples of one thing: others use this machine too, and the slowest says more of them than of us. */
export const median = (samples: readonly number[]): number =>
  samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] ?? Number.NaN;

/** The sample that so great a share of them does not exceed: of 50, the 99th percentile is the worst. */
export const percentile = (samples: readonly number[], share: number): number =>
  samples.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(samples.length * share) - 1)] ?? Number.NaN;

export const isKept = ({ measured, bound }: Figure): boolean =>
  bound === undefined || ('atMost' in bound ? measured <= bound.atMost : measured === bound.exactly);

const round = (value: number): string => String(Number(value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)));

const boundOf = ({ bound }: Figure): string =>
  bound === undefined ? '' : 'atMost' in bound ? `at most ${round(bound.atMost)}` : `exactly ${bound.exactly}`;

const verdictOf = (figure: Figure): string => (figure.bound === undefined ? '' : isKept(figure) ? 'ok' : 'MISSED');

/** Columns as wide as their widest cell; numbers to the right. */
export function table({ head, rows }: Pick<Breakdown, 'head' | 'rows'>): string {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => String(line[column] ?? '').length)));
  const isNumeric = head.map((_, column) => rows.every((row) => typeof row[column] === 'number'));
  return lines
    .map((line) =>
      line
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return isNumeric[column] === true ? String(cell).padStart(width) : String(cell).padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `  ${line}`)
    .join('\n');
}

export function textOf(name: string, { figures, breakdowns }: Report): string {
  const rows = figures.map((figure) => [
    figure.figure,
    `${round(figure.measured)} ${figure.unit}`,
    boundOf(figure),
    verdictOf(figure),
  ]);
  return [
    `${name}\n${table({ head: ['figure', 'measured', 'bound', 'ok'], rows })}`,
    ...breakdowns.map((breakdown) => `${breakdown.title}\n${table(breakdown)}`),
  ].join('\n\n');
}
