/** One line of a story, and what it is but for what changes each time: two of one `same` say the same. */
export interface StoryLine {
  readonly afterMs: number;
  readonly says: string;
  readonly same: string;
  /** A round, a proof or the end begins here. */
  readonly opens?: boolean;
}

type Block = readonly StoryLine[];

/** What comes again in turns of more rounds than this is not folded. */
const LONGEST_REFRAIN = 6;
/** Once more is told in full: a line that says so would be hardly shorter. */
const FEWEST_AGAIN = 2;

/** A story in which what comes again and again stands once, with how often it came. */
export const folded = (lines: readonly StoryLine[], clockOf: (ms: number) => string): readonly StoryLine[] =>
  foldedBlocks(blocksOf(lines), clockOf);

function foldedBlocks(blocks: readonly Block[], clockOf: (ms: number) => string): readonly StoryLine[] {
  const keys = blocks.map((block) => block.map(({ same }) => same).join('\n'));
  const told: StoryLine[] = [];
  let at = 0;
  while (at < blocks.length) {
    const [length, times] = refrainAt(keys, at);
    const refrain = blocks.slice(at, at + length);
    // What comes again as a whole may hold what comes again.
    told.push(...(length === 1 ? refrain.flat() : foldedBlocks(refrain, clockOf)));
    at += length * (times + 1);
    const again = blocks.slice(at - length * times, at).flat();
    const [first, last] = [again[0], again.at(-1)];
    if (first !== undefined && last !== undefined)
      told.push({ ...first, says: `the same again, ${times} times, until ${clockOf(last.afterMs)}` });
  }
  return told;
}

function blocksOf(lines: readonly StoryLine[]): readonly Block[] {
  const blocks: StoryLine[][] = [];
  for (const line of lines) {
    const block = blocks.at(-1);
    if (block === undefined || line.opens === true) blocks.push([line]);
    else block.push(line);
  }
  return blocks;
}

/** How many blocks from here on come again at once, and how often. The shortest that does. */
function refrainAt(keys: readonly string[], at: number): readonly [length: number, times: number] {
  for (let length = 1; length <= LONGEST_REFRAIN; length += 1) {
    let times = 0;
    const isAgain = (from: number): boolean =>
      from + length <= keys.length && keys.slice(from, from + length).every((key, index) => key === keys[at + index]);
    while (isAgain(at + length * (times + 1))) times += 1;
    if (times >= FEWEST_AGAIN) return [length, times];
  }
  return [1, 0];
}
