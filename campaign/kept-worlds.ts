import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { WorldAnswer } from './jobs.ts';
import type { ScheduleOptions } from './schedule.ts';

/** All that a world is made of. What lies elsewhere may change: it is played the same way. */
const PLAYED = [
  'campaign',
  'control-plane',
  'examples',
  'handlers',
  'local',
  'operator',
  'permissions',
  'runbooks',
  'simulator',
  'workflows',
  'package-lock.json',
  ':!campaign/report',
  ':!campaign/load',
];

/** A world that was played, as a line of JSON. */
interface Line {
  /** What was played, as `stateOfTheTree` has it. */
  readonly state: string;
  readonly options: ScheduleOptions;
  readonly answer: WorldAnswer;
  /** By the wall, since the world before came to its end. */
  readonly seconds: number;
}

const git = (...words: readonly string[]): string => execFileSync('git', [...words], { encoding: 'utf8' }).trim();

/**
 * What is about to be played: a hash of all files that worlds are made of.
 *
 * Faults  an Error where one of them is not committed: such worlds would be of a state that nobody can come back to
 */
function stateOfTheTree(): string {
  const changed = git('status', '--porcelain', '--', ...PLAYED);
  if (changed !== '')
    throw new Error(`commit first, so that kept worlds are of a state that others can have:\n${changed}`);
  return createHash('sha256')
    .update(git('ls-files', '--stage', '--', ...PLAYED))
    .digest('hex')
    .slice(0, 16);
}

/**
 * Worlds that a campaign has played, in a file that outlives it: a campaign of days is ended and gone on with.
 *
 * Worlds of another state of the product, or drawn in another way, stay in the file and do not count.
 * Faults  an Error where the file holds something else
 */
export class KeptWorlds {
  readonly #path: string;
  readonly #state: string;
  readonly #options: ScheduleOptions;
  readonly #bySeed = new Map<string, WorldAnswer>();
  /** By the wall, of the worlds that count. */
  seconds = 0;
  /** Worlds of other states, or drawn in other ways. */
  others = 0;

  constructor(path: string, options: ScheduleOptions, state = stateOfTheTree()) {
    this.#path = path;
    this.#state = state;
    this.#options = options;
    if (existsSync(path)) this.#read();
  }

  #read(): void {
    const text = readFileSync(this.#path, 'utf8');
    // Whoever wrote the last line may have been ended before it was whole.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) truncateSync(this.#path, Buffer.byteLength(whole));
    for (const [index, line] of whole.split('\n').entries()) if (line !== '') this.#count(line, index + 1);
  }

  #count(text: string, number: number): void {
    const { state, options, answer, seconds } = this.#parsed(text, number);
    if (state !== this.#state || !isDeepStrictEqual(options, this.#options)) {
      this.others += 1;
      return;
    }
    this.#bySeed.set('played' in answer ? answer.played.seed : answer.seed, answer);
    this.seconds += seconds;
  }

  #parsed(text: string, number: number): Line {
    try {
      const line = JSON.parse(text) as Partial<Line>;
      if (line.answer !== undefined && line.state !== undefined) return line as Line;
    } catch {
      // Said below, as of all that is no such line.
    }
    throw new Error(`${this.#path}, line ${number}, is not a world that a campaign has kept: name another file`);
  }

  /** Those that count, in the order in which they were played. */
  get answers(): readonly WorldAnswer[] {
    return [...this.#bySeed.values()];
  }

  of(seed: string): WorldAnswer | undefined {
    return this.#bySeed.get(seed);
  }

  keep(answer: WorldAnswer, seconds: number): void {
    const line: Line = { state: this.#state, options: this.#options, answer, seconds };
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`);
  }
}
