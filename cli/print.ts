import Table from 'cli-table3';
import pc from 'picocolors';
import { plain, plainJson } from '../control-plane/model/plain-text.ts';

/** What picocolors writes of the little that we use: bold, dim, and colours of the text. */
const OUR_STYLE = new RegExp(String.raw`(\u001b\[(?:1|2|22|3[0-79]|9[0-7])m)`);

/** One line, whatever others wrote into it: the styles we give it are left, and everything else that a terminal obeys is shown. */
export const oneLine = (text: string): string =>
  text
    .split(OUR_STYLE)
    .map((piece, index) => (index % 2 === 1 ? piece : plain(piece)))
    .join('');

/** Lines of ours, with texts of others in them that are `plain` already or come from whoever reads this. */
export const severalLines = (text: string): string => text.split('\n').map(oneLine).join('\n');

/** Empty lines before a line are ours: nobody else's text stands there. */
const spaced = (text: string): string => {
  const line = text.replace(/^\n+/, '');
  return `${'\n'.repeat(text.length - line.length)}${oneLine(line)}`;
};

/** Where a command prints: text for people, or one JSON document for programs. Progress goes to standard error. */
export interface Printer {
  readonly isJson: boolean;
  line(text?: string): void;
  /** Rows under heads; nothing in JSON. */
  table(head: readonly string[], rows: readonly (readonly string[])[]): void;
  /** The result for programs; nothing in text. */
  json(value: unknown): void;
  progress(text: string): void;
}

/** No frame but a line under the heads: rows stay rows when they are copied. */
const PLAIN = {
  top: '', 'top-mid': '', 'top-left': '', 'top-right': '',
  bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '',
  left: '', 'left-mid': '', mid: '', 'mid-mid': '',
  right: '', 'right-mid': '', middle: '  ',
}; // biome-ignore format: read as pairs

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: head.map((title) => pc.dim(title)),
    chars: PLAIN,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) table.push(row.map(oneLine));
  return table
    .toString()
    .split('\n')
    .map((row) => `  ${row.trimEnd()}`)
    .join('\n');
}

export const printer = (isJson: boolean): Printer => ({
  isJson,
  line: (text = '') => {
    if (!isJson) console.log(spaced(text));
  },
  table: (head, rows) => {
    if (!isJson) console.log(tableOf(head, rows));
  },
  json: (value) => {
    if (isJson) console.log(plainJson(value, 2));
  },
  progress: (text) => {
    console.error(pc.dim(oneLine(text)));
  },
});

/** '1 m 30 s', '35 m', '800 ms'. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  return rest === 0 ? `${minutes} m` : `${minutes} m ${rest} s`;
}

/** '+0:35:20' */
export const sinceStart = (ms: number): string => {
  const seconds = Math.floor(ms / 1_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `+${Math.floor(seconds / 3_600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
};

/** '2026-11-21 05:00:00', in UTC */
export const instant = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
