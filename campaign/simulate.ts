import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { textOf as figuresOf, isKept, table } from '../bench/report.ts';
import { actNames, actOf } from './acts/index.ts';
import { bugs } from './bugs/index.ts';
import { campaign, hunt } from './campaign.ts';
import { KeptWorlds } from './kept-worlds.ts';
import { load } from './load/load.ts';
import { play } from './play.ts';
import { pageOf } from './report/page.ts';
import { summaryOf } from './report/summary.ts';
import { textOf } from './report/text.ts';
import { type Act, MINUTE_MS, type ScheduleOptions, scheduleOf } from './schedule.ts';
import { shrink } from './shrink.ts';
import { testOf } from './shrunk-test.ts';
import { seedsOfUncovered } from './uncovered.ts';

const HELP = `Plays fleets in worlds of their own, with everything that can happen to them, under invariants that must hold
at every moment. Any seed plays the same way again, on any machine. Exits 1 where an invariant was broken.

  npm run simulate -- [--seeds 1..300] [--members 3..10] [--hours 6] [--an-hour 6] [--weather NAME,NAME]
  npm run simulate -- --replay SEED        one world, told: what happened, what was done, the digest of its journal
  npm run simulate -- --shrink SEED        the fewest acts that still break the same invariant, as a test to paste
  npm run simulate -- --bugs, --bug NAME   lets deliberate mistakes loose, one at a time, until each is found,
                                           in short worlds with the weather that it shows in, unless told otherwise

  npm run simulate -- --load               34 members and 20 fleets in one account, all broken at once, and 10,000 events
  npm run simulate -- --acts               everything that can happen, by name

  --seeds A..B     which worlds; a single number is one of them                              (1..20)
  --fresh N        N worlds that nobody has seen, drawn from the commit, in the place of --seeds
  --members A..B   how many members each has, drawn from its seed                            (3..10)
  --hours N        simulated, at least; the last sixth of it is calm                         (6)
  --an-hour N      acts an hour                                                              (6)
  --weather NAMES  only these may happen; 'clear' for none. --acts lists them                (all)
  --digests        only the seed and the digest of the journal of each world, for whoever compares machines
  --keep FILE      keeps every world there that was played, and plays none again that is there already: a campaign
                   can be interrupted, and gone on with. Worlds of another state of the product do not count
  --uncovered N    with --keep: N more worlds, those that wait for what none of the kept ones has met, and a report of all
  --report FOLDER  writes report.html, report.txt and report.json there
  --json           what report.json holds, in the place of the report; progress goes to standard error
`;

function refuse(what: string): never {
  console.error(`${what}\n\n${HELP}`);
  process.exit(2);
}

const known = {
  seeds: { type: 'string' },
  fresh: { type: 'string' },
  members: { type: 'string' },
  hours: { type: 'string' },
  'an-hour': { type: 'string' },
  weather: { type: 'string' },
  replay: { type: 'string' },
  shrink: { type: 'string' },
  bugs: { type: 'boolean', default: false },
  bug: { type: 'string', multiple: true },
  acts: { type: 'boolean', default: false },
  digests: { type: 'boolean', default: false },
  load: { type: 'boolean', default: false },
  report: { type: 'string' },
  keep: { type: 'string' },
  uncovered: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** The command line, or 2 and what there is: 1 says that an invariant was broken. */
function asWritten() {
  try {
    return parseArgs({ options: known }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}
const values = asWritten();

/** '3..10' or '3'. */
function rangeOf(name: string, text: string, least: number): readonly [number, number] {
  const [, from = '', to = from] = /^(\d+)(?:\.\.(\d+))?$/.exec(text) ?? [];
  const [low, high] = [Number(from), Number(to)];
  if (from === '' || low < least || high < low)
    refuse(`--${name} ${text}: write A..B, whole numbers from ${least}, the smaller one first`);
  return [low, high];
}

function numberOf(name: string, text: string): number {
  const number = Number(text);
  if (!(number > 0)) refuse(`--${name} ${text}: write a number above 0`);
  return number;
}

/** '17', or '3ea71e012345-4' as --fresh draws them: any other text would be a world too, and not the one that was meant. */
function seedOf(name: string, text: string): string {
  if (!/^\d+$|^[0-9a-f]{12}-\d+$/.test(text))
    refuse(`--${name} ${text}: write a seed as a report names it, 17 or 3ea71e012345-4`);
  return text;
}

/** Made before anything is played: hours of worlds are not for a folder that cannot be. */
function folderFor(report: string | undefined): string | undefined {
  if (report === undefined) return undefined;
  try {
    mkdirSync(report, { recursive: true });
  } catch (error) {
    refuse(`--report ${report}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return report;
}

function onlyOf(text: string | undefined): Pick<ScheduleOptions, 'only'> {
  if (text === undefined) return {};
  if (text === 'clear') return { only: [] };
  const only = text.split(',').map((name) => name.trim());
  const strange = only.filter((name) => !actNames.includes(name));
  if (strange.length > 0)
    refuse(`--weather: nothing is called ${strange.join(', ')}; there are ${actNames.join(', ')}`);
  return { only };
}

/** All worlds that were kept, and so many more that wait for what those have not met. */
function uncoveredSeeds(text: string, kept: KeptWorlds | undefined): readonly string[] {
  if (kept === undefined) return refuse(`--uncovered ${text}: name the worlds so far, with --keep FILE`);
  const before = kept.answers;
  const { meetings } = summaryOf(before, 0, options);
  const more = seedsOfUncovered(meetings, options, {
    atMost: numberOf('uncovered', text),
    from: rangeOf('seeds', values.seeds ?? '1', 0)[0],
    isTaken: (seed) => kept.of(seed) !== undefined,
  });
  return [...before.map((one) => ('played' in one ? one.played.seed : one.seed)), ...more];
}

function seedsOf(): readonly string[] {
  if (values.fresh !== undefined) {
    const commit = execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { encoding: 'utf8' }).trim();
    return Array.from({ length: numberOf('fresh', values.fresh) }, (_, index) => `${commit}-${index + 1}`);
  }
  const [from, to] = rangeOf('seeds', values.seeds ?? '1..20', 0);
  return Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
}

if (values.help) {
  console.log(HELP);
  process.exit(0);
}
if (values.acts) {
  console.log(actNames.join('\n'));
  process.exit(0);
}

function membersOf(text: string): readonly [number, number] {
  const [fewest, most] = rangeOf('members', text, 3);
  if (most > 10) refuse(`--members ${text}: there are Regions for 10`);
  return [fewest, most];
}

/** Each mistake is hunted in worlds of its own, but for what was asked for. */
const asked: ScheduleOptions = {
  ...(values.members !== undefined && { members: membersOf(values.members) }),
  ...(values.hours !== undefined && { hours: numberOf('hours', values.hours) }),
  ...(values['an-hour'] !== undefined && { anHour: numberOf('an-hour', values['an-hour']) }),
  ...onlyOf(values.weather),
};
const options: ScheduleOptions = { members: [3, 10], hours: 6, anHour: 6, ...asked };
const tell = (progress: string): void => console.error(progress);

const saidOf = ({ afterMs, what, from, to, lastsMs, entering }: Act): readonly string[] => [
  (afterMs / MINUTE_MS).toFixed(1),
  what,
  `${from} > ${to}`,
  // Nothing ends what the fleet itself has to put right.
  actOf(what).end === undefined ? '' : `${(lastsMs / MINUTE_MS).toFixed(0)} min`,
  entering === undefined ? '' : `once a run is in ${entering.workflow}/${entering.state}`,
];

async function replay(seed: string): Promise<boolean> {
  const schedule = scheduleOf(seed, options);
  console.log(table({ head: ['minute', 'what', 'with', 'lasts', ''], rows: schedule.acts.map(saidOf) }));
  const { violations, digest, settledAfterMs, reads, writes } = await play(schedule, (_bed, journal) => {
    const [first] = journal;
    console.log(`\n   minute  ${'journal'.padEnd(11)} what it says  [run]`);
    for (const { atMs, what, says, run } of journal)
      console.log(
        `  ${((atMs - (first?.atMs ?? 0)) / MINUTE_MS).toFixed(1).padStart(7)}  ${what.padEnd(11)} ${says}  [${run}]`,
      );
  });
  for (const { atMs, invariant, says } of violations)
    console.log(`BROKEN after ${(atMs / MINUTE_MS).toFixed(1)} min: ${invariant}: ${says}`);
  console.log(
    `\n${reads} reads, ${writes} writes; as declared ${settledAfterMs === undefined ? 'never' : `${settledAfterMs / MINUTE_MS} min after the weather`}`,
  );
  console.log(`digest ${digest}`);
  return violations.length === 0;
}

async function shrunk(seed: string): Promise<boolean> {
  const schedule = scheduleOf(seed, options);
  const { violations } = await play(schedule);
  const [first] = violations;
  if (first === undefined) {
    console.log(`Nothing is broken in the world of ${seed}: there is nothing to shrink.`);
    return true;
  }
  tell(`${first.invariant}: ${first.says}`);
  const smallest = await shrink(schedule, first, play, tell);
  console.log(testOf(smallest, first));
  return false;
}

async function hunted(): Promise<boolean> {
  const names = values.bug ?? bugs.map(({ name }) => name);
  const strange = names.filter((name) => !bugs.some((bug) => bug.name === name));
  if (strange.length > 0) refuse(`--bug: none is called ${strange.join(', ')}`);
  const answers = await hunt(names, seedsOf(), asked, tell);
  console.log(
    table({
      head: ['mistake', 'worlds', 'CPU s', 'found by', 'what it said'],
      rows: answers.map(({ bug, worlds, cpuMs, foundBy, withoutIt }) => [
        bug,
        worlds,
        Math.round(cpuMs / 1_000),
        withoutIt === undefined ? (foundBy?.invariant ?? 'NOBODY') : 'NOBODY: broken without it',
        (withoutIt ?? foundBy?.says ?? '').slice(0, 100),
      ]),
    }),
  );
  return answers.every(({ foundBy, withoutIt }) => foundBy !== undefined && withoutIt === undefined);
}

function keptIn(file: string | undefined): KeptWorlds | undefined {
  if (file === undefined) return undefined;
  try {
    return new KeptWorlds(file, options);
  } catch (error) {
    return refuse(`--keep ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function played(folder: string | undefined, kept: KeptWorlds | undefined): Promise<boolean> {
  const seeds = values.uncovered === undefined ? seedsOf() : uncoveredSeeds(values.uncovered, kept);
  const stopping = new AbortController();
  process.once('SIGINT', () => {
    tell('Interrupted: the worlds under way come to their end, and then there is a report. Once more ends it now.');
    stopping.abort();
  });
  if (kept !== undefined) {
    const here = seeds.filter((seed) => kept.of(seed) !== undefined).length;
    tell(
      `${here} of ${seeds.length} worlds were played before; ${kept.others} others there are of other states or options`,
    );
  }
  const summary = await campaign(seeds, options, tell, { kept, stop: stopping.signal });
  if (summary.worlds < seeds.length) tell(`Of ${seeds.length} worlds ${summary.worlds} were played.`);
  if (values.digests) {
    for (const { seed, digest } of summary.played) console.log(`${seed} ${digest}`);
    return summary.failed.length === 0;
  }
  const text = textOf(summary);
  console.log(values.json ? JSON.stringify(summary) : text);
  if (folder !== undefined) {
    writeFileSync(join(folder, 'report.html'), pageOf(summary));
    writeFileSync(join(folder, 'report.txt'), `${text}\n`);
    writeFileSync(join(folder, 'report.json'), JSON.stringify(summary));
    tell(`Written: ${join(folder, 'report.html')}, for a browser, with report.txt and report.json beside it`);
  }
  return summary.violations.length === 0 && summary.failed.length === 0 && summary.worlds === seeds.length;
}

async function underLoad(): Promise<boolean> {
  const report = await load({ seed: 'load', fleets: 20, members: 34 }, tell);
  console.log(figuresOf('load', report));
  return report.figures.every(isKept);
}

const isGood = values.load
  ? await underLoad()
  : values.replay !== undefined
    ? await replay(seedOf('replay', values.replay))
    : values.shrink !== undefined
      ? await shrunk(seedOf('shrink', values.shrink))
      : values.bugs || values.bug !== undefined
        ? await hunted()
        : await played(folderFor(values.report), keptIn(values.keep));
process.exit(isGood ? 0 : 1);
