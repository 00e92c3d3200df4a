import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { parseDocument, type YAMLError } from 'yaml';
import type { Fleet } from '../control-plane/model/fleet.ts';
import { parseFleetFile, pathsIn } from '../control-plane/model/fleet-file.ts';
import { type Problem, problem } from '../control-plane/model/problem.ts';

/** The code that the agents of a fleet are given: a zip, and the SHA-256 that Lambda reports of it. */
export interface AgentPackage {
  readonly zip: Uint8Array;
  readonly codeSha256: string;
}

/** For whoever only looks at what a file declares: a fleet without its agents' code is not put in force. */
export const WITHOUT_AGENTS: AgentPackage = { zip: new Uint8Array(), codeSha256: '' };

export type ReadFleet =
  | { readonly fleet: Fleet; readonly artefacts: ReadonlyMap<string, Uint8Array> }
  | { readonly problems: readonly Problem[] };

/**
 * What Lambda takes: of a zip that comes with the call itself, and of what is in it.
 *
 * Source  docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (deployment package)
 */
const MOST_MB = { zipped: 50, unzipped: 250 };
const MB = 1_048_576;

/** Zips are dated so, whenever they are made: the same code must have the same SHA-256. A zip holds local time without its zone, so the date is a local one. */
const EVERY_FILES_DATE = new Date(1980, 0, 1, 12);

/**
 * Reads a fleet file and everything it names: the OpenAPI document and the functions' code, zipped.
 *
 * In   its path, the account, and the code of the agents that the fleet gets
 * Out  the fleet and its zips by base64 SHA-256, or every problem with its path in the file
 */
export function readFleetFile(path: string, account: string, given: AgentPackage): ReadFleet {
  const written = readText(path, { at: '(the file)', named: path, remedy: 'check the path' });
  if ('problem' in written) return { problems: [written.problem] };
  const document = parseText(written.text, '(the file)');
  if ('problem' in document) return { problems: [document.problem] };
  const folder = dirname(resolve(path));
  const { openapi, functions } = pathsIn(document.value);

  const unread: Problem[] = [];
  let api: unknown;
  if (openapi !== undefined) {
    const found = readText(resolve(folder, openapi), {
      at: 'api.openapi',
      named: openapi,
      remedy: 'check the path: it counts from the fleet file',
    });
    const parsed = 'problem' in found ? found : parseText(found.text, 'api.openapi');
    if ('problem' in parsed) unread.push(parsed.problem);
    else api = parsed.value;
  }

  const artefacts = new Map<string, Uint8Array>();
  const codes: Record<string, { codeSha256: string; files: readonly string[] }> = {};
  for (const [name, code] of Object.entries(functions)) {
    const zip = zipOf(resolve(folder, code));
    if (zip === undefined) continue;
    const at = `functions.${name}.code`;
    if ('says' in zip) {
      unread.push(problem(at, `${code} cannot be read: ${zip.says}`, 'put that right, or name another folder or zip'));
      continue;
    }
    const inside = filesIn(zip);
    if (inside === undefined) {
      unread.push(problem(at, `${code} is not a zip`, 'name a folder, or a zip that opens'));
      continue;
    }
    const { files, bytes } = inside;
    if (zip.length > MOST_MB.zipped * MB || bytes > MOST_MB.unzipped * MB) {
      const says = `${code} takes ${inMb(zip.length)} MB as a zip and ${inMb(bytes)} MB unpacked, and Lambda takes ${MOST_MB.zipped} and ${MOST_MB.unzipped}`;
      unread.push(
        problem(at, says, 'leave out what the function does not need: tests, sources, dependencies of development'),
      );
      continue;
    }
    const codeSha256 = createHash('sha256').update(zip).digest('base64');
    artefacts.set(codeSha256, zip);
    codes[name] = { codeSha256, files };
  }
  artefacts.set(given.codeSha256, given.zip);
  const agents = { codeSha256: given.codeSha256 };
  const parsed = parseFleetFile(document.value, { openapi: api, functions: codes, unread, agents, account });
  if ('problems' in parsed) return { problems: parsed.problems };
  return { fleet: parsed.fleet, artefacts };
}

/** A file's text, or what is the matter with whoever names it at `at`, in words that they wrote. */
function readText(
  path: string,
  { at, named, remedy }: { readonly at: string; readonly named: string; readonly remedy: string },
): { readonly text: string } | { readonly problem: Problem } {
  try {
    return { text: readFileSync(path, 'utf8') };
  } catch (error) {
    // Of all reasons only this one has a remedy of its own.
    const isFolder = (error as { readonly code?: unknown }).code === 'EISDIR';
    return {
      problem: isFolder
        ? problem(at, `${named} is a folder`, 'name the file in it')
        : problem(at, `${named} cannot be read`, remedy),
    };
  }
}

/** What begins with a star is an alias, unless it is in quotes: a wildcard is the usual one that leads nowhere. */
const ALIAS_REMEDY = 'put what begins with * in quotes, or write what it stands for';

/** YAML, of which JSON is a part. A tag that means nothing would leave its value as it is: that is no file to be put in force. */
function parseText(text: string, path: string): { value: unknown } | { problem: Problem } {
  const document = parseDocument(text);
  const wrong = document.errors[0] ?? document.warnings.find(({ code }) => code === 'TAG_RESOLVE_FAILED');
  if (wrong !== undefined) return { problem: problem(path, saidBy(wrong), 'correct its YAML or JSON') };
  try {
    return { value: document.toJS() as unknown };
  } catch (error) {
    // Aliases are followed only now, and errors of theirs have no type of their own.
    if (!(error instanceof ReferenceError)) throw error;
    return { problem: problem(path, `does not parse: ${error.message}`, ALIAS_REMEDY) };
  }
}

/** The parser's own words, without the place that they end in. */
function saidBy({ message, linePos }: YAMLError): string {
  const line = linePos?.[0].line;
  const [says = ''] = message.split('\n');
  return `does not parse${line === undefined ? '' : `, at line ${line}`}: ${says.replace(/ at line \d+, column \d+:?$/, '')}`;
}

/** A zip as it is, or a folder's files as one: the same bytes for the same files. Undefined where there is neither. */
function zipOf(path: string): Uint8Array | { readonly says: string } | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isFile() === true) return new Uint8Array(readFileSync(path));
    return found?.isDirectory() === true ? zipOfFolder(path) : undefined;
  } catch (error) {
    // Only the system's own: what may not be read, and links that lead nowhere.
    if (typeof (error as { readonly code?: unknown }).code !== 'string') throw error;
    return { says: (error as Error).message };
  }
}

const inMb = (bytes: number): number => Math.ceil(bytes / MB);

/** The paths of the files in a zip, none of which is unpacked, and what they would take. Undefined where it is none. */
function filesIn(zip: Uint8Array): { readonly files: readonly string[]; readonly bytes: number } | undefined {
  const files: string[] = [];
  let bytes = 0;
  try {
    unzipSync(zip, {
      filter({ name, originalSize }) {
        if (!name.endsWith('/')) files.push(name);
        bytes += originalSize;
        return false;
      },
    });
    return { files, bytes };
  } catch {
    return undefined;
  }
}

function zipOfFolder(folder: string): Uint8Array | { readonly says: string } {
  const files: string[] = [];
  const loop = gather(folder, files, []);
  if (loop !== undefined) return { says: `${loop} leads back to a folder that it is in` };
  return zipSync(
    Object.fromEntries(
      files
        .toSorted()
        .map((file) => [
          relative(folder, file).split(sep).join('/'),
          [new Uint8Array(readFileSync(file)), { mtime: EVERY_FILES_DATE, os: 3, attrs: 0o644 << 16 }],
        ]),
    ),
  );
}

/**
 * Every file below a folder, with those that links lead to: Lambda gets what whoever runs it here has.
 *
 * Out  the link that leads back to a folder which it is in, if one does: there would be no end
 */
function gather(folder: string, files: string[], within: readonly string[]): string | undefined {
  const real = realpathSync(folder);
  if (within.includes(real)) return folder;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const found = statSync(path);
    if (found.isFile()) files.push(path);
    if (!found.isDirectory()) continue;
    const loop = gather(path, files, [...within, real]);
    if (loop !== undefined) return loop;
  }
  return undefined;
}
