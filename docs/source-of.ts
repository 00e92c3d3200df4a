import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A call to AWS that a source file makes. */
export interface SourceCall {
  readonly access: 'read' | 'write';
  /** 'ec2' */
  readonly service: string;
  /** 'DescribeVpcs' */
  readonly operation: string;
}

interface Source {
  /** Top-level declarations, by name. */
  readonly declared: ReadonlyMap<string, string>;
  /** What is imported from files of ours, by name: the file. */
  readonly imported: ReadonlyMap<string, string>;
}

const sources = new Map<string, Source>();
const DECLARATION = /^(?:export )?(?:const|function\*?) (\w+)/gm;
const IMPORT = /^import (?:type )?\{([^}]*)\} from '(\.[^']+)'/gm;

function sourceOf(file: string): Source {
  const known = sources.get(file);
  if (known !== undefined) return known;
  const text = readFileSync(join(ROOT, file), 'utf8');
  const starts = [...text.matchAll(DECLARATION)];
  const declared = new Map(
    starts.map(({ 1: name = '', index }, at) => [name, text.slice(index, starts[at + 1]?.index ?? text.length)]),
  );
  const imported = new Map(
    [...text.matchAll(IMPORT)].flatMap(([, names = '', from = '']) =>
      names.split(',').map((name): [string, string] => [name.trim(), normalize(join(dirname(file), from))]),
    ),
  );
  const source = { declared, imported };
  sources.set(file, source);
  return source;
}

const CALL = /\b(read|readOrAbsent|write|writeUnlessAbsent)\(\s*[\w.]+,\s*'([\w-]+)',\s*'(\w+)'/g;

/** The calls in a piece of a file, and in the functions of ours that it names, however deep. */
export function callsIn(text: string, file: string, seen = new Set<string>()): readonly SourceCall[] {
  const { declared, imported } = sourceOf(file);
  const calls = [...text.matchAll(CALL)].map(
    ([, verb = '', service = '', method = '']): SourceCall => ({
      access: verb.startsWith('read') ? 'read' : 'write',
      service,
      operation: `${method[0]?.toUpperCase()}${method.slice(1)}`,
    }),
  );
  for (const [name] of text.replaceAll(/'[^']*'/g, '').matchAll(/\b\w+\b/g)) {
    const at = declared.has(name) ? file : imported.get(name);
    if (at === undefined || at.endsWith('/aws-call.ts') || seen.has(`${at} ${name}`)) continue;
    seen.add(`${at} ${name}`);
    const body = sourceOf(at).declared.get(name) ?? '';
    // Kinds do not call each other: a word that is also a kind's name means something else here.
    if (!body.startsWith(`export const ${name}: Kind<`)) calls.push(...callsIn(body, at, seen));
  }
  return calls;
}

/** The text of one method of an object that a file exports; empty where it has none. */
export function methodOf(object: string, method: string, file: string): string {
  const text = sourceOf(file).declared.get(object) ?? '';
  const starts = [...text.matchAll(/^ {2}\*?(\w+)\b/gm)];
  const at = starts.findIndex(([, name]) => name === method);
  return at === -1 ? '' : text.slice(starts[at]?.index, starts[at + 1]?.index ?? text.length);
}

/** What a docstring says: its prose, and its rows by their heads, 'Desired', 'Faults' ... */
export interface Docstring {
  readonly prose: string;
  readonly rows: readonly (readonly [head: string, says: string])[];
}

/** The docstring of what a file exports under a name. */
export function docstringOf(name: string, file: string): Docstring {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const before = text.slice(0, text.search(new RegExp(`^export const ${name}\\b`, 'm'))).trimEnd();
  if (!before.endsWith('*/')) throw new Error(`${name} in ${file} has no docstring`);
  const lines = before
    .slice(before.lastIndexOf('/**') + 3, -2)
    .split('\n')
    .map((line) => line.replace(/^ \* ?/, '').trimEnd());
  const rows: [string, string][] = [];
  const prose: string[] = [];
  for (const line of lines) {
    const row = /^([A-Z]\w+) {2,}(.*)$/.exec(line);
    if (row !== null) rows.push([row[1] ?? '', row[2] ?? '']);
    else if (rows.length > 0 && line.startsWith('  ')) rows[rows.length - 1] = joined(rows.at(-1), line.trim());
    else prose.push(line);
  }
  return { prose: prose.join('\n').trim(), rows };
}

const joined = (row: readonly [string, string] | undefined, more: string): [string, string] => [
  row?.[0] ?? '',
  `${row?.[1] ?? ''} ${more}`,
];
