import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type Bundle, bundleAll } from '../bundles/bundle.ts';
import { ENTRY } from '../bundles/files.ts';
import { type Bench, type Figure, median } from './report.ts';

const run = promisify(execFile);

const SAMPLES = 15;
const WITHOUT_EC2 = { bytes: 1_000_000, importMs: 100 };
const WITH_EC2 = { bytes: 1_800_000, importMs: 200 };

/** In a fresh process: how long the first of these files takes to import, and how long all of them; and of the processor. */
const TIMED = `
const [entry, ...clients] = process.argv.slice(1);
const cpu = process.cpuUsage();
const beganMs = performance.now();
await import(entry);
const entryMs = performance.now() - beganMs;
for (const client of clients) await import(client);
const allMs = performance.now() - beganMs;
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ entryMs, allMs, cpuMs: (user + system) / 1_000 }));
`;

interface Import {
  readonly entryMs: number;
  /** With the clients of every service that it calls, which an invocation loads when it first calls them. */
  readonly allMs: number;
  /** Of that, on any core: what others use of this machine does not count. */
  readonly cpuMs: number;
}

async function importOf(...files: readonly string[]): Promise<Import> {
  const urls = files.map((file) => pathToFileURL(file).href);
  // As on Lambda: nothing compiled is left over from an earlier start, and nothing of this process is inherited.
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', TIMED, ...urls], { env: {} });
  return JSON.parse(stdout) as Import;
}

const bytesOf = ({ files }: Bundle): number => files.reduce((sum, { bytes }) => sum + bytes.length, 0);
const hasEc2 = ({ services }: Bundle): boolean => services.has('ec2');
const kb = (bytes: number): number => Math.round(bytes / 1_000);
const tenths = (value: number): number => Number(value.toFixed(1));

/** The entry, then the chunk of each service: esbuild names it after the table it was made of. */
function importsOf({ directory, files, services }: Bundle): readonly string[] {
  const tables = [...services].map((service) => {
    const found = files.find(({ path }) => new RegExp(`^${service}-[A-Z0-9]{8}\\.mjs$`).test(path));
    if (found === undefined) throw new Error(`${directory} has no chunk for ${service}`);
    return join(directory, found.path);
  });
  return [join(directory, ENTRY), ...tables];
}

interface Measured extends Import {
  readonly of: Bundle;
}

/** The worst of some functions, against what is allowed for them. */
function figuresOf(what: string, some: readonly Measured[], bound: typeof WITH_EC2): readonly Figure[] {
  const worst = (valueOf: (one: Measured) => number): number => Math.max(...some.map(valueOf));
  return [
    {
      figure: `largest bundle ${what}`,
      measured: worst(({ of }) => bytesOf(of)),
      unit: 'bytes',
      bound: { atMost: bound.bytes },
    },
    {
      figure: `slowest cold import ${what}: the entry`,
      measured: worst(({ entryMs }) => entryMs),
      unit: 'ms',
      bound: { atMost: bound.importMs },
    },
    {
      figure: `slowest cold import ${what}: the entry and every client that it loads`,
      measured: worst(({ allMs }) => allMs),
      unit: 'ms',
      bound: { atMost: bound.importMs },
    },
  ];
}

/**
 * What each function ships, and what a cold start of it costs before its handler is called.
 *
 * Bounds  issue 4: 1 MB and 100 ms without EC2's commands, 1.8 MB and 200 ms with them; medians of fresh processes
 */
export const bundles: Bench = {
  name: 'bundles',
  about: 'what each function ships: its size, and how long a fresh process takes to import it',

  async run(tell) {
    const folder = await mkdtemp(join(tmpdir(), 'landbridge-bundles-'));
    try {
      const beganMs = performance.now();
      const made = await bundleAll(folder);
      const bundledMs = performance.now() - beganMs;
      const empty = join(folder, 'empty.mjs');
      await writeFile(empty, 'export const handler = undefined;\n');
      const samples = new Map<Bundle | undefined, Import[]>([undefined, ...made].map((one) => [one, []]));
      // One of each in turn: whatever else this machine does meanwhile is shared by all.
      for (let round = 1; round <= SAMPLES; round += 1) {
        tell(`cold imports, round ${round} of ${SAMPLES}`);
        for (const [one, imports] of samples)
          imports.push(await importOf(...(one === undefined ? [empty] : importsOf(one))));
      }
      const medianOf = (one: Bundle | undefined, part: keyof Import): number =>
        median((samples.get(one) ?? []).map((sample) => sample[part]));
      const measured: readonly Measured[] = made.map((of) => ({
        of,
        entryMs: medianOf(of, 'entryMs'),
        allMs: medianOf(of, 'allMs'),
        cpuMs: medianOf(of, 'cpuMs'),
      }));
      return {
        figures: [
          ...figuresOf(
            'without EC2',
            measured.filter(({ of }) => !hasEc2(of)),
            WITHOUT_EC2,
          ),
          ...figuresOf(
            'with EC2',
            measured.filter(({ of }) => hasEc2(of)),
            WITH_EC2,
          ),
          { figure: 'cold import of an empty module', measured: medianOf(undefined, 'entryMs'), unit: 'ms' },
          { figure: 'bundling all of them', measured: bundledMs, unit: 'ms' },
        ],
        breakdowns: [
          {
            title: `Each function, by Node ${process.version}: kB shipped, kB of the entry, ms of a cold import (median of ${SAMPLES}), and of the processor`,
            head: ['function', 'kB', 'entry kB', 'files', 'EC2', 'entry ms', 'and clients ms', 'processor ms'],
            rows: measured.map(({ of, entryMs, allMs, cpuMs }) => [
              of.name,
              kb(bytesOf(of)),
              kb(of.files.find(({ path }) => path === ENTRY)?.bytes.length ?? 0),
              of.files.length,
              hasEc2(of) ? 'yes' : '',
              tenths(entryMs),
              tenths(allMs),
              tenths(cpuMs),
            ]),
          },
        ],
      };
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};
