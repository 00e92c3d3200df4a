import { parseArgs } from 'node:util';
import { bundles } from './bundles.ts';
import { calls } from './calls.ts';
import { clear } from './clear.ts';
import { cost } from './cost.ts';
import { faults } from './faults.ts';
import { joins } from './joins.ts';
import { type Bench, type BenchOptions, isKept, type Report, textOf } from './report.ts';
import { speed } from './speed.ts';
import { start } from './start.ts';
import { week } from './week.ts';

const benches: readonly Bench[] = [calls, joins, start, speed, bundles, cost, clear, faults, week];

const HELP = `Measures, and holds each figure against its bound. Exits 1 where one is missed.

  npm run bench -- [name ...] [--rows 1,2a] [--seeds n] [--hours n] [--json]

Without a name, all but those that take minutes:

${benches.map(({ name, about, takesLong = false }) => `  ${name.padEnd(8)} ${about}${takesLong ? '; takes minutes' : ''}`).join('\n')}
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    rows: { type: 'string' },
    seeds: { type: 'string' },
    hours: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const unknown = positionals.filter((name) => !benches.some((bench) => bench.name === name));

if (values.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`There is no bench called ${unknown.join(', ')}.\n`);
  (unknown.length > 0 ? console.error : console.log)(HELP);
  process.exit(unknown.length > 0 ? 2 : 0);
}

/** '50'. Exits 2 where it is no number that means anything. */
function countOf(name: 'seeds' | 'hours'): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  console.error(`--${name} ${text}: write a whole number from 1`);
  process.exit(2);
}
const options: BenchOptions = { rows: values.rows?.split(','), seeds: countOf('seeds'), hours: countOf('hours') };

const reports: Record<string, Report> = {};
for (const bench of benches) {
  if (positionals.length > 0 ? !positionals.includes(bench.name) : bench.takesLong === true) continue;
  const report = await bench.run((progress) => console.error(`${bench.name}: ${progress}`), options);
  reports[bench.name] = report;
  if (!values.json) console.log(`${textOf(bench.name, report)}\n`);
}
const missed = Object.values(reports).flatMap(({ figures }) => figures.filter((figure) => !isKept(figure)));
if (values.json) console.log(JSON.stringify({ missed: missed.map(({ figure }) => figure), reports }, undefined, 2));
else if (missed.length === 0) console.log('Every bound is kept.');
else console.log(`Missed: ${missed.map(({ figure }) => figure).join('; ')}`);
process.exit(missed.length === 0 ? 0 : 1);
